import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { StoreUnavailable, UnreadableCursor } from '../../../../collector/store/errors.ts';
import { migrate, readMigrations } from '../../../../collector/store/migrate.ts';
import { openStore, storeOn } from '../../../../collector/store/open.ts';
import type { HostRow, Store } from '../../../../collector/store/types.ts';
import { UserError } from '../../../../proto/errors.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { sampleDeclaration, sampleFinished, sampleStarted } from '../../../support/samples.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 3);

function storeInFile(file: string): Store {
  const store = openStore(file);
  onTestFinished(() => store.close());
  return store;
}

describe('opening', () => {
  test('makes every table in an empty file, and finds them again', () => {
    const file = join(temporaryFolder(), 'backproof.db');
    const first = openStore(file);
    first.hosts.enroll('web1', 'acme', NOW_MS);
    first.close();
    const again = storeInFile(file);
    expect(again.hosts.byName('web1')!.customer).toBe('acme');
    expect(again.system.integrityProblems()).toEqual([]);
  });

  test('is durable: WAL, synchronous FULL, foreign keys', () => {
    const file = join(temporaryFolder(), 'backproof.db');
    const store = storeInFile(file);
    expect(() => store.runs.start(99, sampleStarted(), NOW_MS)).toThrow(/FOREIGN KEY/);
    const other = new Database(file);
    expect(other.pragma('journal_mode', { simple: true })).toBe('wal');
    other.close();
  });

  test('refuses a database of a newer version, and says what to do', () => {
    const file = join(temporaryFolder(), 'backproof.db');
    openStore(file).close();
    const db = new Database(file);
    db.pragma('user_version = 999');
    db.close();
    const refused = expect.objectContaining({
      message: expect.stringContaining('version 999'),
      next: expect.stringContaining('newer collector'),
    });
    expect(() => openStore(file)).toThrow(UserError);
    expect(() => openStore(file)).toThrow(refused);
  });

  test('a file that is no database is StoreUnavailable', () => {
    expect(() => openStore('/proc/version')).toThrow(StoreUnavailable);
    expect(() => openStore('/proc/version/backproof.db')).toThrow();
  });
});

describe('a file that is removed or replaced while it is open', () => {
  test('takes no record any more, since nobody would find it again; put back, it does', () => {
    const file = join(temporaryFolder(), 'backproof.db');
    const store = storeInFile(file);
    const enroll = () => store.transaction(() => store.hosts.enroll('web1', 'acme', NOW_MS));
    renameSync(file, `${file}.moved`);
    expect(enroll).toThrow(StoreUnavailable);
    expect(enroll).toThrow(/is gone/);
    expect(() => store.system.lease('evaluator', 'me', NOW_MS, 1_000)).toThrow(StoreUnavailable);
    copyFileSync(`${file}.moved`, file);
    expect(enroll).toThrow(/was replaced/);
    renameSync(`${file}.moved`, file);
    expect(enroll).not.toThrow();
  });
});

describe('migrations', () => {
  test('are numbered without a hole', () => {
    const migrations = readMigrations();
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
  });

  test('each is applied once, in order, and a broken one leaves nothing of itself', () => {
    const db = new Database(':memory:');
    const first = { version: 1, name: '1', sql: 'CREATE TABLE one (id INTEGER)' };
    const second = { version: 2, name: '2', sql: 'CREATE TABLE two (id INTEGER); SELECT broken' };
    expect(migrate(db, [first])).toEqual([1]);
    expect(() => migrate(db, [first, second])).toThrow(/broken/);
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    expect(db.prepare(`SELECT name FROM sqlite_schema WHERE name = 'two'`).all()).toEqual([]);
    expect(migrate(db, [first, { ...second, sql: 'CREATE TABLE two (id INTEGER)' }])).toEqual([2]);
  });
});

describe('with a host', () => {
  let store: Store;
  let web1: HostRow;

  beforeEach(() => {
    store = openStore(':memory:');
    web1 = store.hosts.enroll('web1', 'acme', NOW_MS);
    return () => store.close();
  });

  test('a transaction that throws leaves nothing, also when it nests', () => {
    const work = () =>
      store.transaction(() => {
        store.hosts.enroll('web2', 'acme', NOW_MS);
        store.transaction(() => store.system.setMeta('a', 'b'));
        throw new Error('no');
      });
    expect(work).toThrow('no');
    expect(store.hosts.byName('web2')).toBeNull();
    expect(store.system.getMeta('a')).toBeNull();
  });

  test('a host keeps its customer', () => {
    expect(() => store.hosts.enroll('web1', 'other', NOW_MS)).toThrow(/belongs to customer acme/);
    store.hosts.revoke(web1.id, 'stolen', NOW_MS);
    expect(store.hosts.byName('web1')!.revokedReason).toBe('stolen');
    expect(store.hosts.enroll('web1', 'acme', NOW_MS + 1).revokedAtMs).toBeNull();
  });

  test('a host that comes or goes is judged again with its jobs; a heartbeat is not', () => {
    const job = store.jobs.declare(web1.id, sampleDeclaration(), '', NOW_MS);
    const later = NOW_MS + 1_000_000;
    const settle = () => {
      store.jobs.saveVerdicts(job.id, {} as never, 'ok', later);
      store.hosts.saveVerdicts(web1.id, {}, 'ok', later);
    };
    const liveness = {
      hostId: web1.id,
      connected: true,
      lastSeenAtMs: NOW_MS,
      clockOffsetMs: 3,
      spoolRecords: 0,
      spoolBytes: 0,
      spoolError: '',
      certificateExpiresAtMs: null,
      agentVersion: '1',
    };
    settle();
    store.hosts.saveLiveness([liveness]);
    expect([store.hosts.earliestCheckAtMs(), store.jobs.earliestCheckAtMs()]).toEqual([0, 0]);
    settle();
    store.hosts.saveLiveness([{ ...liveness, lastSeenAtMs: NOW_MS + 5, clockOffsetMs: 9 }]);
    expect([store.hosts.earliestCheckAtMs(), store.jobs.earliestCheckAtMs()]).toEqual([later, later]);
    store.hosts.saveLiveness([{ ...liveness, clockOffsetMs: 7_000 }]);
    expect([store.hosts.earliestCheckAtMs(), store.jobs.earliestCheckAtMs()]).toEqual([0, later]);
  });

  test('saying the same again changes nothing; a new schedule owes nothing for the past', () => {
    const first = store.jobs.declare(web1.id, sampleDeclaration(), '', NOW_MS);
    const same = store.jobs.declare(web1.id, sampleDeclaration(), '', NOW_MS + 5);
    expect([same.declaredAtMs, same.scheduledSinceMs]).toEqual([NOW_MS, NOW_MS]);
    const wider = store.jobs.declare(web1.id, sampleDeclaration({ sources: ['/'] }), '', NOW_MS + 6);
    expect([wider.declaredAtMs, wider.scheduledSinceMs]).toEqual([NOW_MS + 6, NOW_MS]);
    const schedule = { ...sampleDeclaration().schedule!, cron: '0 5 * * *' };
    const moved = store.jobs.declare(web1.id, sampleDeclaration({ schedule }), '', NOW_MS + 7);
    expect([moved.scheduledSinceMs, moved.firstDeclaredAtMs]).toEqual([NOW_MS + 7, NOW_MS]);
    expect(moved.id).toBe(first.id);
  });

  test('what is promised stays when it gets weaker, until somebody accepts', () => {
    const strong = sampleDeclaration();
    const weak = sampleDeclaration({ keepMs: 0 });
    const { id } = store.jobs.declare(web1.id, strong, '', NOW_MS);
    const weakened = store.jobs.declare(web1.id, weak, 'It keeps nothing.', NOW_MS);
    expect(weakened).toMatchObject({ promised: strong, declaration: weak, weakened: 'It keeps nothing.' });
    store.jobs.accept(id);
    expect(store.jobs.byId(id)).toMatchObject({ promised: weak, weakened: '' });
  });

  test('a run is stored once, however often it is handed in', () => {
    const { id } = store.jobs.declare(web1.id, sampleDeclaration(), '', NOW_MS);
    expect(store.runs.start(id, sampleStarted(), NOW_MS)).toBe(true);
    expect(store.runs.start(id, sampleStarted(), NOW_MS)).toBe(false);
    const points = [
      { repository: 'acme', name: 'a', id: 'f00', subject: '', createdAtMs: NOW_MS, sizeBytes: 5 },
    ];
    const warnings = [{ code: 'x', message: 'm', path: '/p', harmless: false }];
    const run = sampleFinished({ recoveryPoints: points, warnings, warningsTotal: 1, logTail: 'tail' });
    expect(store.runs.finish(id, run, NOW_MS)).toBe(true);
    expect(store.runs.finish(id, { ...run, outcome: 'failed' }, NOW_MS)).toBe(false);
    expect(store.runs.start(id, sampleStarted(), NOW_MS)).toBe(false);
    const job = store.jobs.byId(id)!;
    expect(job.lastStarted!.id).toBe(job.lastSuccess!.id);
    expect(store.runs.byId(job.lastSuccess!.id)).toMatchObject({
      run: { outcome: 'succeeded', runId: 'run-1', originalBytes: 1_000 },
      details: { warnings, logTail: 'tail' },
      recoveryPoints: points,
    });
    expect(store.runs.list({ limit: 10 }).items).toHaveLength(1);
    expect(store.runs.recoveryPoints({ limit: 10, host: 'web1' }).items).toHaveLength(1);
  });

  test('an older run that arrives late is no news about the job', () => {
    const { id } = store.jobs.declare(web1.id, sampleDeclaration(), '', NOW_MS);
    const at = (runId: string, atMs: number) =>
      sampleFinished({ runId, startedAtMs: atMs, finishedAtMs: atMs });
    store.runs.finish(id, at('new', NOW_MS), NOW_MS);
    store.runs.finish(id, { ...at('old', NOW_MS - 5), outcome: 'failed' }, NOW_MS);
    const job = store.jobs.byId(id)!;
    expect([job.lastStarted!.runId, job.lastFinished!.runId, job.lastSuccess!.runId]).toEqual(
      Array(3).fill('new'),
    );
    expect(job.lastFailure!.runId).toBe('old');
  });

  test('expiry removes old runs in pieces and keeps what a job stands on', () => {
    const { id } = store.jobs.declare(web1.id, sampleDeclaration(), '', NOW_MS);
    for (let i = 0; i < 10; i += 1) {
      const run = sampleFinished({ runId: `r${i}`, startedAtMs: i, finishedAtMs: i, logTail: 'x' });
      const points = [
        { repository: 'a', name: `${i}`, id: `${i}`, subject: '', createdAtMs: i, sizeBytes: 1 },
      ];
      store.runs.finish(id, { ...run, recoveryPoints: points }, i);
    }
    expect(store.system.expireRuns(1_000, 4)).toBe(4);
    expect(store.system.expireRuns(1_000, 100)).toBe(5);
    expect(store.system.expireRuns(1_000, 100)).toBe(0);
    expect(store.jobs.byId(id)!.lastSuccess!.runId).toBe('r9');
    expect(store.runs.recoveryPoints({ limit: 100 }).items).toHaveLength(10);
    expect(store.system.integrityProblems()).toEqual([]);
  });

  test('what a complete inventory no longer shows is missing, until it is seen again', () => {
    const { id } = store.jobs.declare(web1.id, sampleDeclaration(), '', NOW_MS);
    const point = (name: string, createdAtMs: number) => {
      return { repository: 'acme', name, id: name, subject: '', createdAtMs, sizeBytes: 1 };
    };
    const [a, b, c, d] = [point('a', 1), point('b', 2), point('c', 3), point('d', 4)];
    const old = { ...point('old', 1), repository: 'before' };
    const listed = (missing?: boolean) =>
      store.runs.recoveryPoints({ limit: 10, missing }).items.map(({ name }) => name);
    const run = sampleFinished({ recoveryPoints: [a, b, c, old] });
    store.runs.finish(id, run, 10);
    store.runs.saveSeenPoints(id, [a], { complete: false, takenAtMs: 3 }, 20);
    expect(listed()).toEqual(['old', 'c', 'b', 'a']);
    // Pages may be far apart; and a run may end before the inventory of one before it is handed in again.
    store.runs.finish(id, sampleFinished({ runId: 'run-2', recoveryPoints: [d] }), 15);
    store.runs.saveSeenPoints(id, [c], { complete: true, takenAtMs: 3 }, 30);
    expect(listed()).toEqual(['d', 'old', 'c', 'a']);
    expect(listed(true)).toEqual(['d', 'old', 'c', 'b', 'a']);
    const runId = store.jobs.byId(id)!.lastSuccess!.id;
    expect(store.runs.byId(runId)!.recoveryPoints.map((one) => one.missingSinceMs)).toEqual([null]);
    expect(store.system.expireMissingPoints(30, 10)).toBe(0);
    store.runs.saveSeenPoints(id, [b, d], { complete: true, takenAtMs: 40 }, 40);
    expect(listed()).toEqual(['d', 'old', 'b']);
    expect(store.system.expireMissingPoints(41, 1)).toBe(1);
    expect(store.system.expireMissingPoints(41, 10)).toBe(1);
    expect(listed(true)).toEqual(['d', 'old', 'b']);
  });

  test('the outbox gives only the oldest pending of each receiver and alert', () => {
    const alert = () =>
      store.alerts.insert({
        rule: 'sync_failed',
        subject: `job:web1/${Math.random()}`,
        host: 'web1',
        job: 'files',
        customer: 'acme',
        severity: 'critical',
        reason: 'no',
        startedAtMs: NOW_MS,
      }).id;
    const [one, two] = [alert(), alert()];
    const add = (alertId: number, receiver: string, event: 'trigger' | 'resolve') =>
      store.outbox.add({ alertId, receiver, event, payload: '{}' }, NOW_MS);
    add(one, 'a', 'trigger');
    add(one, 'b', 'trigger');
    add(one, 'a', 'resolve');
    add(two, 'a', 'trigger');
    const due = (atMs = NOW_MS) =>
      store.outbox.due(atMs, 10).map((row) => `${row.alertId} ${row.receiver} ${row.event}`);
    expect(due()).toEqual([`${one} a trigger`, `${one} b trigger`, `${two} a trigger`]);
    const first = store.outbox.due(NOW_MS, 1, 'a')[0]!;
    store.outbox.retry(first.id, 'refused', NOW_MS + 1_000);
    expect(due()).toEqual([`${one} b trigger`, `${two} a trigger`]);
    expect(due(NOW_MS + 1_000)).toHaveLength(3);
    store.outbox.delivered(first.id, NOW_MS);
    expect(due()).toContain(`${one} a resolve`);
    for (const row of store.outbox.due(NOW_MS, 10)) store.outbox.failed(row.id, 'no', NOW_MS);
    expect(store.outbox.earliestAttemptAtMs()).toBeNull();
    expect(store.outbox.ofAlert(one).map(({ state }) => state)).toEqual(['delivered', 'failed', 'failed']);
  });

  test('an alert is open once for a rule and subject, and resolves once', () => {
    const alert = {
      rule: 'agent_silent',
      subject: 'host:web1',
      host: 'web1',
      job: null,
      customer: 'acme',
      severity: 'critical' as const,
      reason: 'gone',
      startedAtMs: NOW_MS,
    };
    const { id } = store.alerts.insert(alert);
    expect(() => store.alerts.insert(alert)).toThrow(/UNIQUE/);
    store.alerts.resolve(id, 'back', NOW_MS);
    expect(() => store.alerts.resolve(id, 'back', NOW_MS)).toThrow(/not firing/);
    expect(store.alerts.insert(alert).id).not.toBe(id);
    expect(store.alerts.countFiring({ customer: 'acme' })).toEqual({ critical: 1, warning: 0, info: 0 });
  });

  test('a lease has one owner until it ends', () => {
    expect(store.system.lease('evaluator', 'a', NOW_MS, 10)).toBe(true);
    expect(store.system.lease('evaluator', 'b', NOW_MS + 9, 10)).toBe(false);
    expect(store.system.lease('evaluator', 'a', NOW_MS + 9, 10)).toBe(true);
    expect(store.system.lease('evaluator', 'b', NOW_MS + 19, 10)).toBe(true);
  });

  test('jobs come worst first, in pages that neither repeat nor miss, under every filter', () => {
    const db1 = store.hosts.enroll('db1', 'other', NOW_MS);
    const states = ['ok', 'broken', 'unknown', 'late', 'not-applicable'] as const;
    for (let i = 0; i < 50; i += 1) {
      const host = i % 3 === 0 ? db1 : web1;
      const { id } = store.jobs.declare(host.id, sampleDeclaration({ job: `job-${i}` }), '', NOW_MS);
      store.jobs.saveVerdicts(id, {} as never, states[i % 5]!, NOW_MS);
    }
    store.jobs.remove(web1.id, 'job-1', NOW_MS);
    const pages = (filter: object) => {
      const found = [];
      let cursor: string | undefined;
      do {
        const page = store.jobs.list({ ...filter, limit: 7, ...(cursor ? { cursor } : {}) });
        found.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      return found;
    };
    const all = pages({});
    expect(new Set(all.map(({ id }) => id)).size).toBe(49);
    expect(all).toHaveLength(49);
    const order = all.map(({ state }) => state).filter((state, i, list) => state !== list[i - 1]);
    expect(order).toEqual(['broken', 'late', 'unknown', 'ok', 'not-applicable']);
    expect(pages({ includeRemoved: true })).toHaveLength(50);
    expect(pages({ customer: 'other' }).every(({ host }) => host === 'db1')).toBe(true);
    expect(pages({ host: 'web1', state: 'late' })).toHaveLength(6);
    expect(pages({ search: 'DB' })).toHaveLength(17);
    expect(pages({ search: 'job-4' }).map(({ job }) => job)).toContain('job-49');
    expect(pages({ search: '%' })).toEqual([]);
    expect(store.jobs.counts({ customer: 'other' })).toMatchObject({ broken: 3, late: 4 });
    expect(() => store.jobs.list({ limit: 5, cursor: 'nonsense' })).toThrow(UnreadableCursor);
  });

  test('runs come newest first, in pages, by host, job and customer', () => {
    const jobs = ['a', 'b'].map((job) => store.jobs.declare(web1.id, sampleDeclaration({ job }), '', NOW_MS));
    for (let i = 0; i < 20; i += 1) {
      const run = sampleFinished({ runId: `r${i}`, startedAtMs: NOW_MS + i, finishedAtMs: NOW_MS + i });
      store.runs.finish(jobs[i % 2]!.id, run, NOW_MS + i);
    }
    const first = store.runs.list({ host: 'web1', job: 'a', limit: 6 });
    const second = store.runs.list({ host: 'web1', job: 'a', limit: 6, cursor: first.nextCursor! });
    const expected = [18, 16, 14, 12, 10, 8, 6, 4, 2, 0].map((i) => `r${i}`);
    expect([...first.items, ...second.items].map(({ runId }) => runId)).toEqual(expected);
    expect(second.nextCursor).toBeNull();
    expect(store.runs.list({ customer: 'nobody', limit: 5 }).items).toEqual([]);
    expect(store.runs.list({ limit: 3 }).items.map(({ runId }) => runId)).toEqual(['r19', 'r18', 'r17']);
    const recent = store.runs.recent([jobs[0]!.id], NOW_MS + 10).get(jobs[0]!.id)!;
    expect(recent.map(({ runId }) => runId)).toEqual(['r10', 'r12', 'r14', 'r16', 'r18']);
  });
});

test('a full disk is StoreUnavailable, changes nothing, and is over when there is room', () => {
  const db = new Database(':memory:');
  migrate(db, readMigrations());
  const store = storeOn(db);
  // SQLite's own limit stands in for the disk's: the same error, by the same way.
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 2}`);
  const big = 'x'.repeat(1024 * 1024);
  const full = expect.objectContaining({ name: 'StoreUnavailable', code: 'SQLITE_FULL' });
  const work = () => {
    store.system.setMeta('small', 'x');
    store.system.setMeta('big', big);
  };
  expect(() => store.transaction(work)).toThrow(full);
  expect(() => store.system.setMeta('big', big)).toThrow(full);
  expect([store.system.getMeta('small'), store.system.getMeta('big')]).toEqual([null, null]);
  db.pragma('max_page_count = 100000');
  store.transaction(work);
  expect(store.system.getMeta('big')).toBe(big);
  store.close();
});
