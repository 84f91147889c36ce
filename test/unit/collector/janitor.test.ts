import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Janitor } from '../../../collector/janitor.ts';
import { Judging } from '../../support/judging.ts';

const DAY_MS = 86_400_000;
const GIB = 1024 ** 3;
let judging: Judging;
let clockTrusted: boolean;

beforeEach(() => {
  clockTrusted = true;
  judging = new Judging({
    routes: [{ match: {}, to: ['pager'], remindEveryMs: DAY_MS, continue: false }],
  });
});
afterEach(() => judging.stop());

function janitor(freeBytes: () => number): Janitor {
  return new Janitor({
    store: judging.store,
    clock: judging.clock,
    log: judging.log,
    feed: judging.feed,
    alerting: judging.alerting,
    settings: { data: '/nowhere', retention: { runsMs: 30 * DAY_MS } },
    isClockTrusted: () => clockTrusted,
    onNotifications: () => judging.deliverer.wake(),
    diskSpace: async () => ({ freeBytes: freeBytes(), totalBytes: 100 * GIB }),
  });
}

describe('the janitor', () => {
  test('calls a disk that is nearly full, once, and takes it back', async () => {
    let free = 50 * GIB;
    const one = janitor(() => free);
    await one.pass();
    expect(judging.rules()).toEqual([]);
    free = 100 * 1024 ** 2;
    await one.pass();
    await one.pass();
    expect(judging.rules()).toEqual(['collector_unwell']);
    expect(judging.firing()[0]!.reason).toContain('100 MiB of 100 GiB are free');
    free = 50 * GIB;
    await one.pass();
    expect(judging.history()).toEqual(['collector_unwell collector']);
    expect(judging.rules()).toEqual([]);
  });

  test('removes runs older than the retention, and nothing younger', async () => {
    const job = judging.declare(judging.enroll('web1'));
    for (let i = 0; i < 40; i += 1) {
      judging.finished(job, { runId: `run-${i}` });
      judging.clock.advance(DAY_MS);
    }
    await janitor(() => GIB).pass();
    expect(judging.store.runs.list({ limit: 100 }).items).toHaveLength(30);
  });

  test('removes nothing for its age while the clock is not to be trusted', async () => {
    const job = judging.declare(judging.enroll('web1'));
    for (let i = 0; i < 5; i += 1) judging.finished(job, { runId: `run-${i}` });
    judging.clock.setWallClock(judging.clock.nowMs() + 400 * DAY_MS);
    clockTrusted = false;
    await janitor(() => GIB).pass();
    expect(judging.store.runs.list({ limit: 100 }).items).toHaveLength(5);
    clockTrusted = true;
    await janitor(() => GIB).pass();
    expect(judging.store.runs.list({ limit: 100 }).items.length).toBeLessThan(5);
  });

  test('removes repositories that no job uses and nobody has seen for as long, and no others', async () => {
    const { store, clock } = judging;
    const web1 = judging.enroll('web1');
    const { repository: used } = judging.declare(web1).declaration;
    const see = (repository: string, borgId: string) =>
      store.repositories.saveSeen(
        web1.id,
        { repository, borgId: borgId.repeat(64), location: '/srv', encryption: 'repokey', heldFor: '' },
        clock.nowMs(),
      );
    see(used, 'a');
    see('given-up', 'b');
    clock.advance(1_000);
    see(used, 'c');
    const left = () => store.repositories.list({ host: 'web1' }).map(({ borgId }) => borgId[0]);
    clock.advance(30 * DAY_MS - 2_000);
    see('young', 'd');
    await janitor(() => GIB).pass();
    expect(left().sort()).toEqual(['a', 'b', 'c', 'd']);
    clock.advance(DAY_MS);
    await janitor(() => GIB).pass();
    expect(left().sort()).toEqual(['c', 'd']);
  });

  test('removes resolved alerts with their notifications, the journal and gaps when they are as old', async () => {
    const { store, clock } = judging;
    const web1 = judging.enroll('web1');
    const alert = (subject: string) => {
      const about = { host: null, job: null, customer: null, severity: 'critical', reason: '' } as const;
      const { id } = store.alerts.insert({ ...about, rule: 'r', subject, startedAtMs: clock.nowMs() });
      store.outbox.add({ alertId: id, receiver: 'pager', event: 'trigger', payload: '{}' }, clock.nowMs());
      return id;
    };
    const [firing, told, untold] = [alert('firing'), alert('told'), alert('untold')];
    for (const id of [told, untold]) store.alerts.resolve(id, '', clock.nowMs());
    for (const id of [firing, told]) store.outbox.delivered(store.outbox.ofAlert(id)[0]!.id, clock.nowMs());
    store.system.journal({ actor: 'a', action: 'b', subject: 'c', detail: '' }, clock.nowMs());
    const gap = { fromSeq: 1, toSeq: 2, reason: '', oldestAtMs: 0, newestAtMs: 0 };
    store.spools.saveGap(web1.id, 1, gap, clock.nowMs());
    const serial = 'ab';
    const [issuedAtMs, notAfterMs] = [clock.nowMs() - DAY_MS, clock.nowMs()];
    store.certificates.save({ serial, hostId: web1.id, issuedAtMs, notAfterMs });
    const left = () => [
      store.certificates.isKnown(serial),
      store.alerts.list({ limit: 9 }).items.map(({ id }) => id),
      store.outbox.ofAlert(told).length,
      store.system.journalPage(9).length,
      store.spools.gaps(web1.id, 9).length,
    ];
    clock.advance(30 * DAY_MS);
    await janitor(() => GIB).pass();
    expect(left()).toEqual([true, [untold, told, firing], 1, 1, 1]);
    clock.advance(1);
    await janitor(() => GIB).pass();
    expect(left()).toEqual([false, [untold, firing], 0, 0, 0]);
    expect(store.system.integrityProblems()).toEqual([]);
  });

  test('repeats what nobody took on, at the route’s pace', async () => {
    judging.evaluator.start();
    const host = judging.enroll('web1');
    judging.connect(host);
    judging.finished(judging.declare(host), { outcome: 'failed' });
    judging.clock.advance(1_000);
    const alert = judging.firing()[0]!;
    const one = janitor(() => GIB);
    const events = () => judging.store.outbox.ofAlert(alert.id).map(({ event }) => event);
    await one.pass();
    expect(events()).toEqual(['trigger']);
    judging.evaluator.stop();
    judging.clock.advance(DAY_MS);
    await one.pass();
    await one.pass();
    expect(events()).toEqual(['trigger', 'reminder']);
    judging.alerting.acknowledge(alert.id, 'ada', 'on it', judging.clock.nowMs());
    judging.clock.advance(2 * DAY_MS);
    await one.pass();
    expect(events()).toEqual(['trigger', 'reminder', 'acknowledge']);
  });

  test('goes on when one step fails', async () => {
    judging.store.system.expireRuns = () => {
      throw new Error('no');
    };
    let checkpoints = 0;
    judging.store.system.checkpoint = () => {
      checkpoints += 1;
    };
    await janitor(() => GIB).pass();
    expect(checkpoints).toBe(1);
  });
});
