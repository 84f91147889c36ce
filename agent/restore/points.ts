/** What of a job can be restored, asked of its repository. */
import { UserError } from '../../proto/errors.ts';
import type { CommandJob, JobSpec, PostgresPitrJob, PruneJob } from '../config/job-spec.ts';
import { newestFirst, type RestorePoint } from '../decide/choose-archive.ts';
import { archivesOf, inventoryOf } from '../engines/borg-steps.ts';
import { subjectOf } from '../engines/dump-parts.ts';
import { begunAtMs, isCheckpoint } from '../tools/archive-name.ts';
import type { RepositoryReader } from './reader.ts';

/** A job that leaves something Backproof can bring back. */
export type RestorableJob = Exclude<JobSpec, CommandJob | PruneJob>;
/** One whose recovery points are archives. */
export type ArchivingJob = Exclude<RestorableJob, PostgresPitrJob>;

/** Throws UserError for a job that leaves no archive, or one that only its own program can read. */
export function restorable(job: JobSpec): RestorableJob {
  if (job.kind !== 'command' && job.kind !== 'prune') return job;
  throw new UserError(
    job.kind === 'prune'
      ? `${job.name} removes archives and makes none`
      : `what ${job.name} leaves is known to its own program only`,
    { next: 'name a job that makes archives (backproof-agent status), or restore with that program' },
  );
}

/**
 * Newest first. Throws UserError.
 * @param host whose archives they are.
 */
export async function restorePoints(
  reader: RepositoryReader,
  job: ArchivingJob,
  host: string,
): Promise<RestorePoint[]> {
  if (job.kind === 'observed') {
    const seen = await reader.list(job.archives);
    const whole = seen.filter(({ name }) => !isCheckpoint(name));
    return newestFirst(whole.map((archive) => ({ ...archive, subject: '' })));
  }
  const { glob, comments } = archivesOf(host, job.name);
  const archives = await reader.list(glob, comments);
  const subject = job.kind === 'files' ? () => '' : subjectOf;
  const points = inventoryOf(host, job.name, job.repository, archives, subject);
  return newestFirst(
    points.map((point) => ({
      name: point.name,
      id: point.id,
      subject: point.subject,
      createdAtMs: begunAtMs(point),
    })),
  );
}
