import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate, readMigrations } from '../../../../collector/store/migrate.ts';
import { storeOn } from '../../../../collector/store/open.ts';
import type { Db } from '../../../../collector/store/sqlite.ts';
import type { Store } from '../../../../collector/store/types.ts';
import { windowPoints } from '../../../../collector/store/window-points.ts';
import type { RecoveryPoint } from '../../../../proto/run.ts';
import { sampleDeclaration, sampleFinished } from '../../../support/samples.ts';

let db: Db;
let store: Store;
let jobId: number;
let runs: number;

function open(): void {
  db = new Database(':memory:');
  migrate(db, readMigrations());
  store = storeOn(db);
  runs = 0;
  jobId = declare('files');
}
function declare(job: string): number {
  const host = store.hosts.byName('web1') ?? store.hosts.enroll('web1', 'acme', 0);
  return store.jobs.declare(host.id, sampleDeclaration({ job }), '', 0).id;
}
beforeEach(open);
afterEach(() => store.close());

function point(createdAtMs: number, change: Partial<RecoveryPoint> = {}): RecoveryPoint {
  const name = `${change.repository ?? 'acme'}-${change.subject ?? ''}-${createdAtMs}`;
  return { repository: 'acme', name, id: name, subject: '', createdAtMs, sizeBytes: 1, ...change };
}
function finish(points: RecoveryPoint[], of = jobId): void {
  runs += 1;
  store.runs.finish(of, sampleFinished({ runId: `run-${runs}`, recoveryPoints: points }), runs);
}
function seen(points: RecoveryPoint[], takenAtMs: number, nowMs: number): void {
  store.runs.saveSeenPoints(jobId, points, { complete: true, takenAtMs }, nowMs);
}

/** The same database, with every row that its statements bring counted. */
function counting(): { db: Db; rows(): number } {
  let rows = 0;
  const prepare = (sql: string) => {
    const statement = db.prepare(sql);
    if (!sql.includes('missing_since_ms')) return statement;
    const raw = statement.raw();
    return {
      raw: () => ({
        *iterate(...values: unknown[]) {
          for (const row of raw.iterate(...values)) {
            rows += 1;
            yield row;
          }
        },
      }),
    };
  };
  const read = () => {
    const since = rows;
    rows = 0;
    return since;
  };
  return { db: { prepare } as unknown as Db, rows: read };
}

describe('the points of a window', () => {
  test('are read once, then only what came behind them', () => {
    const counted = counting();
    const points = windowPoints(counted.db);
    for (let i = 1; i <= 1_000; i += 1) finish([point(i)]);
    expect(points(jobId, 'acme', 0)[0]!.atMs).toHaveLength(1_000);
    expect(counted.rows()).toBe(1_000);
    points(jobId, 'acme', 0);
    points(jobId, 'acme', 10);
    expect(counted.rows()).toBe(0);
    finish([point(1_000, { id: 'in the same millisecond' }), point(1_001)]);
    expect(points(jobId, 'acme', 11)).toEqual(windowPoints(db)(jobId, 'acme', 11));
    expect(counted.rows()).toBe(2);
  });

  test('are read anew after an inventory, an older point, one that is back, an expiry, a clock set back and for an earlier start', () => {
    const counted = counting();
    const points = windowPoints(counted.db);
    const all = [1, 2, 3, 50].map((at) => point(at));
    finish(all);
    const look = (sinceMs = 2) => {
      expect(points(jobId, 'acme', sinceMs)).toEqual(windowPoints(db)(jobId, 'acme', sinceMs));
      return counted.rows();
    };
    expect([look(), look()]).toEqual([3, 0]);
    seen([all[0]!, all[1]!, all[3]!], 60, 60);
    expect([look(), look()]).toEqual([3, 0]);
    finish([point(4)]);
    expect([look(), look()]).toEqual([4, 0]);
    finish([all[2]!]);
    expect([look(), look()]).toEqual([4, 0]);
    seen([all[0]!, all[1]!], 60, 65);
    expect([look(), look()]).toEqual([4, 0]);
    finish([all[3]!]);
    expect([look(), look()]).toEqual([4, 0]);
    seen([all[0]!, all[1]!, all[3]!], 60, 70);
    look();
    expect(store.system.expireMissingPoints(71, 10)).toBe(2);
    expect([look(), look()]).toEqual([2, 0]);
    store.system.clockSetBack(20);
    expect([look(), look()]).toEqual([2, 0]);
    expect(points(jobId, 'acme', 2)[0]!.atMs).toEqual([2, 20]);
    expect([look(0), look(1)]).toEqual([3, 0]);
  });

  test('of the jobs that were not asked for lately are forgotten when there are too many', () => {
    const counted = counting();
    const points = windowPoints(counted.db, 400);
    const jobs = ['a', 'b', 'c'].map(declare);
    for (const id of jobs)
      finish(
        Array.from({ length: 100 }, (_, i) => point(i + 1)),
        id,
      );
    const look = (job: number) => {
      points(jobs[job]!, 'acme', 0);
      return counted.rows();
    };
    expect([look(0), look(1), look(0), look(2), look(0), look(1)]).toEqual([100, 100, 0, 100, 0, 100]);
  });

  const at = fc.integer({ min: 0, max: 60 });
  const some = fc.record({
    at,
    subject: fc.constantFrom('a', 'b', 'c'),
    repository: fc.constantFrom('acme', 'acme', 'other'),
  });
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('finish' as const), some: fc.array(some, { maxLength: 3 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('newer' as const), some: fc.array(some, { maxLength: 3 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('seen' as const), some: fc.array(some, { maxLength: 9 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('set back' as const), at }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('move' as const), by: fc.integer({ min: -5, max: 20 }) }),
    },
  );

  test('are what a fresh look finds, whatever happened to them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        store.close();
        open();
        const bySubject = (a: { subject: string }, b: { subject: string }) =>
          a.subject < b.subject ? -1 : 1;
        let [sinceMs, newestMs, nowMs] = [0, 0, 100];
        for (const one of steps) {
          nowMs += 1;
          if (one.do === 'finish') finish(one.some.map((each) => point(each.at, each)));
          else if (one.do === 'newer') {
            finish(one.some.map((each) => point(newestMs + (each.at % 3), each)));
          } else if (one.do === 'seen') {
            seen(
              one.some.map((each) => point(each.at, each)),
              nowMs,
              nowMs,
            );
          } else if (one.do === 'expire') store.system.expireMissingPoints(nowMs, 2);
          else if (one.do === 'set back') store.system.clockSetBack(one.at);
          else sinceMs = Math.max(0, sinceMs + one.by);
          const newest = db.prepare('SELECT coalesce(max(created_at_ms), 0) FROM recovery_points').pluck();
          newestMs = newest.get() as number;
          const kept = store.holdings.points(jobId, 'acme', sinceMs).toSorted(bySubject);
          expect(kept).toEqual(windowPoints(db)(jobId, 'acme', sinceMs).toSorted(bySubject));
        }
      }),
      { numRuns: 100 },
    );
  });
});
