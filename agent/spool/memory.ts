/**
 * What the runner must remember over a crash, beside the records: which runs are open, what each job was
 * last due and did, what was declared. A part of spool.ts; written in the transactions of its records.
 */
import type Database from 'better-sqlite3';
import type { JobDeclaration } from '../../proto/job.ts';
import type { HostFacts, RecordBody } from '../../proto/messages.ts';
import type { RunFinished, RunStarted } from '../../proto/run.ts';
import type { RepositoryMemory } from './repositories.ts';

/** The leader of a run's process group; `startTicks` tells it from a later process with the same number. */
export interface RunProcess {
  pgid: number;
  startTicks: number;
}

export class SpoolMemory {
  readonly #sql: ReturnType<typeof prepare>;
  readonly #repositories: RepositoryMemory;

  constructor(db: Database.Database, repositories: RepositoryMemory) {
    this.#sql = prepare(db);
    this.#repositories = repositories;
  }

  /** Must run inside the transaction that inserts the record. */
  remember(body: RecordBody, nowMs: number): void {
    switch (body.type) {
      case 'job-declared':
        this.#sql.declare.run(body.value.job, JSON.stringify(body.value), nowMs);
        return;
      case 'job-removed':
        this.#sql.undeclare.run(body.value.job);
        return;
      case 'run-started':
        this.#sql.openRun.run(body.value.runId, JSON.stringify(body.value));
        this.#sql.noteDue.run(body.value.job, body.value.dueAtMs);
        return;
      case 'run-finished':
        this.#sql.closeRun.run(body.value.runId);
        this.#sql.noteDue.run(body.value.job, body.value.dueAtMs);
        this.#sql.noteFinished.run(JSON.stringify(body.value), body.value.job);
        return;
      case 'host-facts':
        this.#sql.saveFacts.run(JSON.stringify(body.value));
        return;
      case 'repository-seen':
        this.#repositories.remember(body.value, nowMs);
        return;
      case 'storage-seen':
        this.#sql.saveStorage.run(body.value.fileSystems.length);
        return;
      case 'recovery-points-seen':
      case 'gap':
        return;
    }
  }

  /** Oldest first. */
  unfinishedRuns(): { run: RunStarted; process: RunProcess | null }[] {
    return this.#sql.openRuns.all().map((row) => ({
      run: JSON.parse(row.run) as RunStarted,
      process: row.process === null ? null : (JSON.parse(row.process) as RunProcess),
    }));
  }

  noteProcess(runId: string, process: RunProcess): void {
    this.#sql.noteProcess.run(JSON.stringify(process), runId);
  }

  lastDueAtMs(job: string): number | null {
    return this.#sql.job.get(job)?.last_due_at_ms ?? null;
  }

  /** Since when the job is due when it is (cron, zone, spread): no run is owed for anything before. */
  scheduledSinceMs(job: string): number | null {
    return this.#sql.job.get(job)?.scheduled_since_ms ?? null;
  }

  lastFinished(job: string): RunFinished | null {
    const text = this.#sql.job.get(job)?.last_finished;
    return text ? (JSON.parse(text) as RunFinished) : null;
  }

  declaredJobs(): JobDeclaration[] {
    return this.#sql.declared.all().map((row) => JSON.parse(row.declaration) as JobDeclaration);
  }

  hasSaidStorage(): boolean {
    return (this.#sql.storage.get()?.file_systems ?? 0) > 0;
  }

  lastHostFacts(): HostFacts | null {
    const row = this.#sql.facts.get();
    return row ? (JSON.parse(row.facts) as HostFacts) : null;
  }
}

function prepare(db: Database.Database) {
  return {
    declare: db.prepare<[string, string, number]>(
      `INSERT INTO jobs (job, declaration, scheduled_since_ms) VALUES (?, ?, ?)
       ON CONFLICT (job) DO UPDATE SET declaration = excluded.declaration, scheduled_since_ms = CASE
         WHEN declaration IS NOT NULL
          AND declaration ->> '$.schedule.cron' IS excluded.declaration ->> '$.schedule.cron'
          AND declaration ->> '$.schedule.zone' IS excluded.declaration ->> '$.schedule.zone'
          AND declaration ->> '$.schedule.spreadMs' IS excluded.declaration ->> '$.schedule.spreadMs'
         THEN scheduled_since_ms
         ELSE excluded.scheduled_since_ms END`,
    ),
    undeclare: db.prepare<[string]>('UPDATE jobs SET declaration = NULL WHERE job = ?'),
    declared: db.prepare<[], { declaration: string }>(
      'SELECT declaration FROM jobs WHERE declaration IS NOT NULL ORDER BY job',
    ),
    job: db.prepare<
      [string],
      { last_due_at_ms: number | null; last_finished: string | null; scheduled_since_ms: number | null }
    >('SELECT last_due_at_ms, last_finished, scheduled_since_ms FROM jobs WHERE job = ?'),
    // max(), because a catch-up run may answer for an older due moment than the newest one.
    noteDue: db.prepare<[string, number | null]>(
      `INSERT INTO jobs (job, last_due_at_ms) VALUES (?, ?)
       ON CONFLICT (job) DO UPDATE SET last_due_at_ms = CASE
         WHEN excluded.last_due_at_ms IS NULL THEN last_due_at_ms
         ELSE max(excluded.last_due_at_ms, coalesce(last_due_at_ms, 0)) END`,
    ),
    noteFinished: db.prepare<[string, string]>('UPDATE jobs SET last_finished = ? WHERE job = ?'),
    openRun: db.prepare<[string, string]>('INSERT OR REPLACE INTO open_runs (run_id, run) VALUES (?, ?)'),
    closeRun: db.prepare<[string]>('DELETE FROM open_runs WHERE run_id = ?'),
    openRuns: db.prepare<[], { run: string; process: string | null }>(
      'SELECT run, process FROM open_runs ORDER BY rowid',
    ),
    noteProcess: db.prepare<[string, string]>('UPDATE open_runs SET process = ? WHERE run_id = ?'),
    saveStorage: db.prepare<[number]>('INSERT OR REPLACE INTO storage_said VALUES (1, ?)'),
    storage: db.prepare<[], { file_systems: number }>('SELECT file_systems FROM storage_said'),
    saveFacts: db.prepare<[string]>('INSERT OR REPLACE INTO host_facts VALUES (1, ?)'),
    facts: db.prepare<[], { facts: string }>('SELECT facts FROM host_facts'),
  };
}
