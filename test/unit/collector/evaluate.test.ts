import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RETURN_SETTLE_MS } from '../../../collector/assurances/absence.ts';
import type { HostRow, JobRow } from '../../../collector/store/types.ts';
import { RECONNECT_MAX_MS } from '../../../proto/limits.ts';
import { Judging, SILENT_AFTER_MS, STARTUP_GRACE_MS } from '../../support/judging.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** The sample job: due at 02:00 UTC, may start until 02:10, must have finished by 03:00. */
const EVENING = Date.UTC(2026, 10, 19, 20);
const DUE = Date.UTC(2026, 10, 20, 2);
const START_BY = DUE + 10 * MINUTE_MS;
const FINISH_BY = DUE + HOUR_MS;

let judging: Judging;
let web1: HostRow;
let files: JobRow;

function advanceTo(atMs: number): void {
  judging.clock.advance(atMs - judging.clock.nowMs());
}

beforeEach(() => {
  judging = new Judging({ nowMs: EVENING });
  judging.evaluator.start();
  web1 = judging.enroll('web1');
  files = judging.declare(web1);
  judging.connect(web1);
  judging.clock.advance(1_000);
});
afterEach(() => judging.stop());

describe('a job on a host that is there', () => {
  test('is unknown until something succeeded, then ok', () => {
    expect(judging.job(files).state).toBe('unknown');
    judging.finished(files);
    judging.clock.advance(1_000);
    expect(judging.job(files).state).toBe('ok');
    expect(judging.history()).toEqual([]);
  });

  test('that does not start is paged within a second of its deadline, and resolved when it starts', () => {
    judging.finished(files, { runId: 'yesterday' });
    advanceTo(START_BY);
    expect(judging.rules()).toEqual([]);
    advanceTo(START_BY + 1_000);
    expect(judging.rules()).toEqual(['sync_not_started']);
    expect(judging.job(files).state).toBe('late');
    judging.clock.advance(5 * MINUTE_MS);
    judging.started(files, { runId: 'late', dueAtMs: DUE });
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual([]);
    judging.finished(files, { runId: 'late', dueAtMs: DUE });
    judging.clock.advance(1_000);
    expect(judging.job(files).state).toBe('ok');
    expect(judging.history()).toEqual(['sync_not_started job:web1/files']);
  });

  test('that runs too long is overdue, and ends as the same alert when it is killed', () => {
    advanceTo(DUE + 1);
    judging.started(files, { runId: 'slow', dueAtMs: DUE, startedAtMs: DUE + 1 });
    advanceTo(FINISH_BY);
    expect(judging.rules()).toEqual([]);
    advanceTo(FINISH_BY + 1_000);
    expect(judging.rules()).toEqual(['sync_overdue']);
    advanceTo(FINISH_BY + HOUR_MS);
    judging.finished(files, { runId: 'slow', dueAtMs: DUE, startedAtMs: DUE + 1, outcome: 'timed-out' });
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual(['sync_overdue']);
    expect(judging.history()).toHaveLength(1);
    expect(judging.firing()[0]!.reason).toContain('time limit');
  });

  test('that fails is paged at once and stays so through the next due run until one succeeds', () => {
    judging.finished(files, { outcome: 'failed', reason: 'borg: repository does not exist' });
    judging.clock.advance(100);
    expect(judging.rules()).toEqual(['sync_failed']);
    expect(judging.firing()[0]!.reason).toContain('borg: repository does not exist');
    advanceTo(START_BY + HOUR_MS);
    expect(judging.history()).toEqual(['sync_failed job:web1/files']);
    judging.finished(files, { runId: 'two' });
    judging.clock.advance(100);
    expect(judging.rules()).toEqual([]);
  });

  test('pages the receivers in the transaction that opens the alert', () => {
    judging.finished(files, { outcome: 'failed' });
    judging.clock.advance(100);
    const [alert] = judging.firing();
    const rows = judging.store.outbox.ofAlert(alert!.id);
    expect(rows.map(({ receiver, event }) => [receiver, event])).toEqual([['pager', 'trigger']]);
    expect(judging.events).toContainEqual({ type: 'alert', customer: 'acme', alertId: alert!.id });
  });

  test('is not called missing before the host gave a sign of life after the deadline', () => {
    // The cable was pulled a moment before the deadline; nobody has noticed yet.
    judging.onProbe = () => {};
    judging.live.get(web1.id)!.lastSeenAtMs = START_BY - 5_000;
    advanceTo(START_BY + 20_000);
    expect(judging.rules()).toEqual([]);
    expect(judging.probed).toContain(web1.id);
    judging.disconnect(web1);
    advanceTo(START_BY + HOUR_MS);
    expect(judging.history()).toEqual(['agent_silent host:web1']);
  });
});

describe('invariant 9: a host that is not there', () => {
  test('is one page, not one for each job', () => {
    for (const job of ['shop', 'cms', 'legacy']) judging.declare(web1, { job });
    judging.clock.advance(1_000);
    judging.disconnect(web1);
    advanceTo(DUE + 3 * 24 * HOUR_MS);
    expect(judging.history()).toEqual(['agent_silent host:web1']);
    expect(judging.job(files).verdicts.onTime!.state).toBe('unknown');
    expect(judging.job(files).verdicts.onTime!.reason).toContain('web1 has not been heard since 2026-11-19');
  });

  test('is silent only after the time it was given', () => {
    judging.disconnect(web1);
    const lostAtMs = judging.clock.nowMs();
    judging.clock.advance(SILENT_AFTER_MS - (judging.clock.nowMs() - lostAtMs) - 2_000);
    expect(judging.rules()).toEqual([]);
    judging.clock.advance(3_000);
    expect(judging.rules()).toEqual(['agent_silent']);
  });

  test('that comes back with a run it did in time pages nothing about it', () => {
    judging.disconnect(web1);
    advanceTo(DUE + 5 * HOUR_MS);
    judging.connect(web1, { caughtUp: false });
    judging.clock.advance(10_000);
    judging.started(files, { runId: 'night', dueAtMs: DUE, startedAtMs: DUE });
    judging.finished(files, { runId: 'night', dueAtMs: DUE, startedAtMs: DUE, finishedAtMs: DUE + 60_000 });
    judging.clock.advance(1_000);
    judging.live.get(web1.id)!.caughtUp = true;
    judging.clock.advance(2 * RETURN_SETTLE_MS);
    expect(judging.history()).toEqual(['agent_silent host:web1']);
    expect(judging.rules()).toEqual([]);
    expect(judging.job(files).state).toBe('ok');
  });

  test('that comes back without the run gets a minute to make up for it, then is paged', () => {
    judging.disconnect(web1);
    advanceTo(DUE + 5 * HOUR_MS);
    judging.connect(web1, { instance: 'two' });
    judging.clock.advance(RETURN_SETTLE_MS - 1_000);
    expect(judging.rules()).toEqual(['agent_silent']);
    judging.clock.advance(2_000);
    expect(judging.rules()).toEqual(['sync_not_started']);
  });

  test('that starts again and again gets that minute once, not with each start', () => {
    // An agent that dies of its run, and is started again every 40 s.
    for (let start = 1; judging.clock.nowMs() < START_BY + 5 * MINUTE_MS; start += 1) {
      judging.connect(web1, { instance: `start ${start}` });
      judging.clock.advance(35_000);
      judging.disconnect(web1);
      judging.clock.advance(5_000);
      if (judging.clock.nowMs() < START_BY + MINUTE_MS) expect(judging.history()).toEqual([]);
    }
    expect(judging.history()).toEqual(['sync_not_started job:web1/files']);
  });

  test('that comes and goes is one alert, which ends when it has stayed for a minute', () => {
    for (let i = 0; i < 5; i += 1) {
      judging.disconnect(web1);
      judging.clock.advance(SILENT_AFTER_MS + 10_000);
      judging.connect(web1);
      judging.clock.advance(10_000);
    }
    judging.clock.advance(RETURN_SETTLE_MS - 11_000);
    expect(judging.rules()).toEqual(['agent_silent']);
    judging.clock.advance(2_000);
    expect(judging.rules()).toEqual([]);
    expect(judging.history()).toEqual(['agent_silent host:web1']);
  });

  test('that is connected and hands nothing in is silent, also when its line breaks again and again', () => {
    for (let i = 0; i < 6; i += 1) {
      judging.connect(web1, { caughtUp: false, committedSeq: 7 });
      judging.clock.advance(25_000);
      judging.disconnect(web1);
      judging.clock.advance(1_000);
    }
    expect(judging.history()).toEqual(['agent_silent host:web1']);
    expect(judging.firing()[0]!.reason).toContain('nothing of what it has recorded has arrived since');
  });

  test('that takes hours to hand in what it has is not silent', () => {
    for (let seq = 1; seq <= 120; seq += 1) {
      judging.connect(web1, { caughtUp: false, committedSeq: seq });
      judging.clock.advance(MINUTE_MS);
    }
    expect(judging.history()).toEqual([]);
  });

  test('that comes back and catches up pages nothing more', () => {
    judging.disconnect(web1);
    advanceTo(DUE + 5 * HOUR_MS);
    judging.connect(web1, { instance: 'two' });
    judging.clock.advance(5_000);
    judging.started(files, { runId: 'again', dueAtMs: DUE, trigger: 'catch-up' });
    judging.clock.advance(10 * MINUTE_MS);
    expect(judging.rules()).toEqual([]);
    judging.finished(files, { runId: 'again', dueAtMs: DUE });
    judging.clock.advance(MINUTE_MS);
    expect(judging.history()).toEqual(['agent_silent host:web1']);
  });

  test('keeps the alerts it had: nobody knows better now', () => {
    advanceTo(START_BY + 1_000);
    expect(judging.rules()).toEqual(['sync_not_started']);
    judging.disconnect(web1);
    judging.clock.advance(HOUR_MS);
    expect(judging.rules()).toEqual(['agent_silent', 'sync_not_started']);
  });
});

describe('invariant 9: a collector that was down', () => {
  test('pages nothing it slept through when the agents come back with their records', () => {
    judging.restart(DUE + 4 * HOUR_MS - judging.clock.nowMs());
    judging.clock.advance(STARTUP_GRACE_MS - 10_000);
    judging.connect(web1);
    judging.started(files, { runId: 'night', dueAtMs: DUE, startedAtMs: DUE });
    judging.finished(files, { runId: 'night', dueAtMs: DUE, startedAtMs: DUE, finishedAtMs: DUE + 1 });
    judging.clock.advance(HOUR_MS);
    expect(judging.history()).toEqual([]);
  });

  test('pages a host that does not come back, once its grace is over', () => {
    judging.restart(HOUR_MS);
    judging.clock.advance(STARTUP_GRACE_MS);
    expect(judging.rules()).toEqual([]);
    judging.clock.advance(2_000);
    expect(judging.rules()).toEqual(['agent_silent']);
  });

  test('gives agents the time of their longest pause, however short its own grace is', () => {
    judging.startupGraceMs = 5_000;
    judging.restart(HOUR_MS);
    judging.clock.advance(RECONNECT_MAX_MS);
    judging.connect(web1);
    judging.clock.advance(HOUR_MS);
    expect(judging.history()).toEqual([]);
  });

  test('that stood still for an hour gives the same grace', () => {
    judging.disconnect(web1);
    // The machine slept: time passes, no timer fires, and the first tick afterwards sees the gap.
    judging.clock.setWallClock(judging.clock.nowMs() + HOUR_MS);
    judging.clock.advance(STARTUP_GRACE_MS - 1_000);
    expect(judging.rules()).toEqual([]);
    judging.clock.advance(5_000);
    expect(judging.rules()).toEqual(['agent_silent']);
  });
});

describe('the whole fleet', () => {
  test('falling silent together is one page, and the ones that stay away are paged when others are back', () => {
    const others = ['web2', 'web3'].map((name) => judging.enroll(name));
    for (const host of others) judging.connect(host);
    judging.clock.advance(MINUTE_MS);
    for (const host of [web1, ...others]) {
      judging.heard(host.id);
      judging.disconnect(host);
      judging.clock.advance(5_000);
    }
    judging.clock.advance(2 * SILENT_AFTER_MS);
    expect(judging.history()).toEqual(['fleet_silent collector']);
    judging.connect(web1);
    judging.connect(others[0]!);
    judging.clock.advance(2_000);
    expect(judging.rules()).toEqual([]);
    judging.clock.advance(2 * SILENT_AFTER_MS);
    expect(judging.rules()).toEqual(['agent_silent']);
    expect(judging.history()).toEqual(['fleet_silent collector', 'agent_silent host:web3']);
  });

  test('one host that died long before the other makes two pages', () => {
    const web2 = judging.enroll('web2');
    judging.connect(web2);
    judging.disconnect(web1);
    judging.clock.advance(HOUR_MS);
    judging.disconnect(web2);
    judging.clock.advance(HOUR_MS);
    expect(judging.history()).toEqual(['agent_silent host:web1', 'agent_silent host:web2']);
  });
});

describe('invariant 11: a promise that shrinks', () => {
  test('a job that vanishes is an alert until it is back', () => {
    judging.store.jobs.remove(web1.id, 'files', judging.clock.nowMs());
    judging.evaluator.wake();
    advanceTo(DUE + 10 * HOUR_MS);
    expect(judging.history()).toEqual(['job_removed job:web1/files']);
    judging.declare(web1);
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual([]);
  });

  test('or until a person agrees, and then it stays away', () => {
    judging.store.jobs.remove(web1.id, 'files', judging.clock.nowMs());
    judging.evaluator.wake();
    judging.clock.advance(1_000);
    const [alert] = judging.firing();
    judging.alerting.acknowledge(alert!.id, 'ada', 'moved to web2', judging.clock.nowMs());
    judging.evaluator.wake();
    advanceTo(DUE + 48 * HOUR_MS);
    expect(judging.rules()).toEqual([]);
    expect(judging.history()).toHaveLength(1);
    expect(judging.store.alerts.byId(alert!.id)!.resolvedReason).toBe('Acknowledged by ada: moved to web2');
  });

  test('a weaker promise is an alert until it is restored or a person agrees', () => {
    judging.declare(web1, { longestSilenceMs: 99 * HOUR_MS }, 'It may be silent for longer.');
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual(['promise_weakened']);
    expect(judging.job(files).promised.longestSilenceMs).toBe(files.declaration.longestSilenceMs);
    judging.declare(web1);
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual([]);
    judging.declare(web1, { longestSilenceMs: 99 * HOUR_MS }, 'It may be silent for longer.');
    judging.clock.advance(1_000);
    judging.alerting.acknowledge(judging.firing()[0]!.id, 'ada', '', judging.clock.nowMs());
    judging.clock.advance(HOUR_MS);
    expect(judging.rules()).toEqual([]);
    expect(judging.job(files).promised.longestSilenceMs).toBe(99 * HOUR_MS);
  });
});

describe('other conditions of a host', () => {
  test('a clock that is off, until it is true again', () => {
    // After a start, other agents may yet say that it is the collector's.
    judging.clock.advance(MINUTE_MS);
    judging.saveLiveness(web1, true, undefined, { clockOffsetMs: 2 * HOUR_MS });
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual(['clock_skew']);
    expect(judging.firing()[0]!.reason).toContain('2h ahead of');
    judging.saveLiveness(web1, true, undefined, { clockOffsetMs: 40 });
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual([]);
  });

  test('a spool that cannot be written, a gap, a clone, a certificate near its end', () => {
    const nowMs = judging.clock.nowMs();
    judging.saveLiveness(web1, true, undefined, { spoolError: 'no space left on device' });
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual(['spool_gap']);
    judging.saveLiveness(web1, true, undefined, { certificateExpiresAtMs: nowMs + 24 * HOUR_MS });
    judging.evaluator.cloned(web1.id);
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual(['agent_cloned', 'certificate_expiring']);
    judging.clock.advance(HOUR_MS);
    expect(judging.rules()).toEqual(['certificate_expiring']);
    const gap = { fromSeq: 1, toSeq: 9, reason: 'the spool was full', oldestAtMs: 1, newestAtMs: 2 };
    judging.store.spools.saveGap(web1.id, 1, gap, judging.clock.nowMs());
    judging.evaluator.wake();
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual(['certificate_expiring', 'spool_gap']);
  });

  test('a revoked host is judged no more, and its alerts resolve with the reason', () => {
    judging.finished(files, { outcome: 'failed' });
    judging.clock.advance(1_000);
    judging.store.hosts.revoke(web1.id, 'decommissioned', judging.clock.nowMs());
    judging.live.clear();
    judging.evaluator.wake();
    judging.clock.advance(48 * HOUR_MS);
    expect(judging.rules()).toEqual([]);
    expect(judging.history()).toEqual(['sync_failed job:web1/files']);
    expect(judging.job(files).state).toBe('not-applicable');
  });
});
