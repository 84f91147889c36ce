/**
 * Ninety nights of a large fleet in a database, in a minute or two: the first and the last night are stored
 * through the collector's own store, those between are copies of the first, moved in time.
 */
import Database from 'better-sqlite3';
import { openStore } from '../../../collector/store/open.ts';
import type { JobDeclaration } from '../../../proto/job.ts';
import type { RunFinished } from '../../../proto/run.ts';
import { declaration, result } from './wire/results.ts';

const DAY_MS = 86_400_000;
/** All of a night's runs arrive within this. */
const NIGHT_MS = 3_600_000;
/** Runs in one transaction. */
const CHUNK = 5_000;
const TABLES = ['runs', 'run_details', 'recovery_points'] as const;

interface SeededJob {
  id: number;
  job: string;
  host: string;
}

/** Stores `jobsPerHost` jobs for every enrolled host and a run of each a night. Returns the number of runs. */
export function seedHistory(
  database: string,
  options: { jobsPerHost: number; days: number; nowMs: number },
): number {
  const { jobsPerHost, days } = options;
  const lastNightMs = options.nowMs - DAY_MS / 2;
  const firstNightMs = lastNightMs - (days - 1) * DAY_MS;
  const jobs = declareJobs(database, jobsPerHost, firstNightMs);
  storeNight(database, jobs, firstNightMs);
  copyFirstNight(database, days - 2);
  storeNight(database, jobs, lastNightMs);
  return jobs.length * days;
}

function declareJobs(database: string, jobsPerHost: number, nowMs: number): SeededJob[] {
  const store = openStore(database);
  const declared = declaration().value as JobDeclaration;
  const jobs = store.transaction(() =>
    store.hosts.list({ limit: Number.MAX_SAFE_INTEGER }).items.flatMap(({ id: hostId, host }) =>
      Array.from({ length: jobsPerHost }, (_, i) => {
        const job = i === 0 ? declared.job : `${declared.job}-${i}`;
        return { id: store.jobs.declare(hostId, { ...declared, job }, '', nowMs).id, job, host };
      }),
    ),
  );
  store.close();
  return jobs;
}

function storeNight(database: string, jobs: readonly SeededJob[], nightMs: number): void {
  const store = openStore(database);
  for (let from = 0; from < jobs.length; from += CHUNK) {
    store.transaction(() => {
      for (const [i, { id, job, host }] of jobs.slice(from, from + CHUNK).entries()) {
        const atMs = nightMs + Math.floor(((from + i) / jobs.length) * NIGHT_MS);
        store.runs.finish(id, { ...(result(host, from + i, atMs).value as RunFinished), job }, atMs);
      }
    });
  }
  store.close();
}

/** In the order of the nights, as they would have arrived. */
function copyFirstNight(database: string, nights: number): void {
  const db = new Database(database);
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -262144');
  const rows = Object.fromEntries(
    TABLES.map((table) => [table, db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number]),
  );
  const copies = TABLES.map((table) => {
    const columns = db
      .prepare(`SELECT * FROM ${table}`)
      .columns()
      .map(({ name }) => name);
    const key = columns[0]!;
    const copied = columns.map((name) => {
      if (name === 'run_id') return `${name} + :night * ${rows.runs}`;
      if (name === key) return `${name} + :night * ${rows[table]}`;
      if (name.endsWith('_at_ms')) return `${name} + :night * ${DAY_MS}`;
      if (name === 'archive_id') return 'lower(hex(randomblob(32)))';
      if (name === 'run_uid') {
        return `strftime('%Y%m%dT%H%M%f', started_at_ms / 1000.0 + :night * ${DAY_MS / 1_000}, 'unixepoch') || substr(run_uid, -10)`;
      }
      return name;
    });
    return db.prepare(
      `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${copied.join(', ')} FROM ${table} WHERE ${key} <= ${rows[table]}`,
    );
  });
  for (let night = 1; night <= nights; night += 1) {
    db.transaction(() => {
      for (const copy of copies) copy.run({ night });
    })();
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
