import { describe, expect, it } from 'vitest';
import {
  impliedSilenceMs,
  lastDue,
  nextDue,
  ownZoneIs,
  type Schedule,
  scheduleProblem,
  spreadOffsetMs,
} from '../../../proto/schedule.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function berlin(cron: string, more: Partial<Schedule> = {}): Schedule {
  return {
    cron,
    zone: 'Europe/Berlin',
    spreadMs: 0,
    startGraceMs: 600_000,
    finishWithinMs: 6 * HOUR_MS,
    ...more,
  };
}
const at = (iso: string) => Date.parse(iso);
const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
const next = (schedule: Schedule, after: string) =>
  iso(nextDue(schedule, 'web1', 'files', at(after))?.dueAtMs);
const last = (schedule: Schedule, now: string) => iso(lastDue(schedule, 'web1', 'files', at(now))?.dueAtMs);

describe('a schedule', () => {
  it('is due in its own zone, not in UTC', () => {
    expect(next(berlin('0 2 * * *'), '2026-07-01T12:00:00Z')).toBe('2026-07-02T00:00:00.000Z');
    expect(next(berlin('0 2 * * *'), '2026-12-01T12:00:00Z')).toBe('2026-12-02T01:00:00.000Z');
  });

  it('is due strictly after the moment asked for, and last due at it', () => {
    expect(next(berlin('0 2 * * *'), '2026-07-02T00:00:00Z')).toBe('2026-07-03T00:00:00.000Z');
    expect(last(berlin('0 2 * * *'), '2026-07-02T00:00:00Z')).toBe('2026-07-02T00:00:00.000Z');
    expect(last(berlin('0 2 * * *'), '2026-07-01T23:59:59.999Z')).toBe('2026-07-01T00:00:00.000Z');
  });

  it('in spring runs a local time that does not exist at the next instant that does', () => {
    expect(next(berlin('30 2 * * *'), '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(next(berlin('30 2 * * *'), '2026-03-29T01:00:00Z')).toBe('2026-03-30T00:30:00.000Z');
  });

  it('in autumn runs a local time that exists twice once, the first time', () => {
    expect(next(berlin('30 2 * * *'), '2026-10-24T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(next(berlin('30 2 * * *'), '2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z');
    expect(last(berlin('30 2 * * *'), '2026-10-25T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
  });

  it('keeps its rhythm within the hour over both changes', () => {
    for (const night of ['2026-03-29', '2026-10-25']) {
      let moment = at(`${night}T00:00:00Z`) - 1;
      for (let i = 0; i < 12; i += 1) {
        const due = nextDue(berlin('*/15 * * * *'), 'web1', 'files', moment)!;
        expect(due.dueAtMs).toBe(at(`${night}T00:00:00Z`) + i * 900_000);
        moment = due.dueAtMs;
      }
    }
  });

  it('follows its own time across a year: next and last agree on every due moment', () => {
    const schedule = berlin('30 2 * * *', { spreadMs: HOUR_MS });
    let moment = at('2026-01-01T00:00:00Z');
    for (let day = 0; day < 365; day += 1) {
      const due = nextDue(schedule, 'web1', 'files', moment)!;
      expect(lastDue(schedule, 'web1', 'files', due.dueAtMs)!.dueAtMs).toBe(due.dueAtMs);
      expect(lastDue(schedule, 'web1', 'files', due.dueAtMs - 1)!.dueAtMs).toBeLessThan(due.dueAtMs);
      moment = due.dueAtMs;
    }
    expect(moment).toBeLessThan(at('2027-01-01T12:00:00Z'));
    expect(moment).toBeGreaterThan(at('2026-12-31T00:00:00Z'));
  });

  it('has three deadlines counted from the moment it is due', () => {
    const due = nextDue(berlin('0 2 * * *'), 'web1', 'files', at('2026-07-01T12:00:00Z'))!;
    expect(due.startByMs - due.dueAtMs).toBe(600_000);
    expect(due.finishByMs - due.dueAtMs).toBe(6 * HOUR_MS);
  });

  it('implies a longest silence from its widest gap, and is not alarmed by the longest night of the year', () => {
    const now = at('2026-07-01T12:00:00Z');
    expect(impliedSilenceMs(berlin('0 2 * * *'), now)).toBe(DAY_MS + 6 * HOUR_MS + HOUR_MS);
    expect(impliedSilenceMs(berlin('0 2 * * 1-5'), now)).toBe(3 * DAY_MS + 6 * HOUR_MS + HOUR_MS);
    expect(impliedSilenceMs(berlin('*/5 * * * *', { finishWithinMs: 60_000 }), now)).toBe(360_000);
  });
});

describe('the spread', () => {
  const schedule = berlin('0 0 * * *', { spreadMs: HOUR_MS });

  it('is the same on every day and differs between neighbours', () => {
    const one = spreadOffsetMs(schedule, 'web1', 'files');
    expect(spreadOffsetMs(schedule, 'web1', 'files')).toBe(one);
    expect(Math.abs(spreadOffsetMs(schedule, 'web2', 'files') - one)).toBeGreaterThan(10_000);
  });

  it('keeps every start inside the window and fills it evenly', () => {
    const quarters = [0, 0, 0, 0];
    for (let i = 0; i < 4_000; i += 1) {
      const offset = spreadOffsetMs(schedule, `host${i}`, 'files');
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThan(HOUR_MS);
      quarters[Math.floor((offset / HOUR_MS) * 4)]! += 1;
    }
    for (const count of quarters) expect(count).toBeGreaterThan(850);
  });
});

describe('a schedule that cannot be followed', () => {
  it.each([
    ['0 2 * *', 'Europe/Berlin', 'five fields'],
    ['61 2 * * *', 'Europe/Berlin', 'five fields'],
    ['0 0 2 * * *', 'Europe/Berlin', 'five fields'],
    ['0 0 30 2 *', 'Europe/Berlin', 'never comes due'],
    ['0 2 * * *', 'Europe/Berlim', 'IANA'],
  ])('%s in %s is refused with a sentence', (cron, zone, said) => {
    expect(scheduleProblem(cron, zone)).toContain(said);
  });

  it('is told apart from one that can', () =>
    expect(scheduleProblem('0 2 * * *', 'Europe/Berlin')).toBeNull());
});

describe("a schedule of the process's own zone", () => {
  /** The moments around both changes of the year, dense, as each way of computing sees them. */
  function around(zone: string): (string | null)[] {
    const crons = ['30 2 * * *', '0 0 * * *', '15 3 * * *', '*/15 * * * *', '59 1 * * 0'];
    return crons.flatMap((cron) => {
      const schedule = berlin(cron, { zone });
      return ['2026-03-28T20:00Z', '2026-04-04T10:00Z', '2026-10-03T10:00Z', '2026-10-24T20:00Z'].flatMap(
        (start) =>
          Array.from({ length: 64 }, (_, i) => {
            const moment = at(start) + i * 900_000;
            const [after, before] = [moment - 1, moment].map((ms) => new Date(ms).toISOString());
            return `${next(schedule, after!)} ${last(schedule, before!)}`;
          }),
      );
    });
  }

  it.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'])(
    'is due at the same moments as everywhere else: %s',
    (zone) => {
      const everywhere = around(zone);
      const before = process.env.TZ;
      try {
        process.env.TZ = zone;
        ownZoneIs(zone);
        expect(around(zone)).toEqual(everywhere);
      } finally {
        if (before === undefined) delete process.env.TZ;
        else process.env.TZ = before;
        ownZoneIs('');
      }
    },
  );
});
