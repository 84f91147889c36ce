import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { NotifySystemd } from '../../../collector/notify-systemd.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const log = pino({ level: 'silent' });
const WATCHDOG_MS = 60_000;

describe('NotifySystemd', () => {
  let clock: FakeClock;
  let sent: string[];
  let ticking: boolean;

  beforeEach(() => {
    clock = new FakeClock();
    sent = [];
    ticking = true;
  });

  function notifier(over: { socket?: null; watchdogMs?: null } = {}): NotifySystemd {
    return new NotifySystemd({
      socket: '/run/systemd/notify',
      watchdogMs: WATCHDOG_MS,
      clock,
      log,
      isTicking: () => ticking,
      send: (assignments) => sent.push(...assignments),
      ...over,
    });
  }

  it('feeds the watchdog three times within its time', () => {
    notifier().ready();
    clock.advance(WATCHDOG_MS);
    expect(sent).toEqual(['READY=1', 'WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1']);
  });

  it('lets the watchdog starve while the work stands still, and feeds it when it goes on', () => {
    notifier().ready();
    ticking = false;
    clock.advance(2 * WATCHDOG_MS);
    expect(sent).toEqual(['READY=1']);
    ticking = true;
    clock.advance(WATCHDOG_MS / 3);
    expect(sent).toEqual(['READY=1', 'WATCHDOG=1']);
  });

  it('says that it stops, and nothing after that', () => {
    const told = notifier();
    told.ready();
    told.stopping();
    clock.advance(WATCHDOG_MS);
    expect(sent).toEqual(['READY=1', 'STOPPING=1']);
    expect(clock.waiting()).toBe(0);
  });

  it('says nothing where systemd did not start it, and feeds nothing without a watchdog', () => {
    const alone = notifier({ socket: null });
    alone.ready();
    alone.stopping();
    expect(sent).toEqual([]);
    notifier({ watchdogMs: null }).ready();
    clock.advance(WATCHDOG_MS);
    expect(sent).toEqual(['READY=1']);
  });
});
