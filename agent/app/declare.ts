/** Tells the collector which jobs this host has: what is new or changed since the last start, and what is gone. */
import type { JobDeclaration } from '../../proto/job.ts';
import type { JobSpec } from '../config/job-spec.ts';
import { engineOf } from '../engines/index.ts';
import type { SpoolWriter } from '../spool/writer.ts';
import type { Spool } from '../spool.ts';

export function declarationOf(job: JobSpec): JobDeclaration {
  return {
    job: job.name,
    kind: job.kind,
    schedule: job.schedule,
    longestSilenceMs: job.longestSilenceMs,
    keepMs: job.keepMs,
    repository: repositoryNameOf(job),
    sources: engineOf(job).sources(job),
    excludes: 'excludes' in job ? job.excludes : [],
    startedByAgent: job.startedByAgent,
    sharedAs: job.kind === 'files' ? job.sharedAs : '',
    staleAfter:
      job.kind === 'postgres-pitr'
        ? { warningMs: job.staleWarningMs, criticalMs: job.staleCriticalMs }
        : null,
  };
}

/** pgBackRest's repository goes by the name of its stanza. */
function repositoryNameOf(job: JobSpec): string {
  if (job.kind === 'postgres-pitr' && job.store.engine === 'pgbackrest') return job.store.stanza;
  return job.repository?.name ?? '';
}

export function declareJobs(
  jobs: JobSpec[],
  spool: Pick<Spool, 'declaredJobs'>,
  writer: Pick<SpoolWriter, 'write'>,
  nowMs: number,
): void {
  const declared = new Map(spool.declaredJobs().map((one) => [one.job, one]));
  for (const job of jobs) {
    const value = declarationOf(job);
    const known = declared.get(job.name);
    declared.delete(job.name);
    if (!known || !same(value, known)) writer.write({ type: 'job-declared', value }, nowMs);
  }
  for (const job of declared.keys()) writer.write({ type: 'job-removed', value: { job } }, nowMs);
}

/** Key by key, whatever order they were stored in. */
function same(a: JobDeclaration, b: JobDeclaration): boolean {
  const inOrder = (one: JobDeclaration) =>
    JSON.stringify([
      one.kind,
      one.schedule && [
        one.schedule.cron,
        one.schedule.zone,
        one.schedule.spreadMs,
        one.schedule.startGraceMs,
        one.schedule.finishWithinMs,
      ],
      one.longestSilenceMs,
      one.keepMs,
      one.repository,
      one.sources,
      one.excludes,
      one.startedByAgent,
      one.sharedAs,
      one.staleAfter && [one.staleAfter.warningMs, one.staleAfter.criticalMs],
    ]);
  return inOrder(a) === inOrder(b);
}
