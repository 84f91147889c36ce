/**
 * What the end of a command means that somebody else wrote and `exec` ran. Pure.
 *
 * Without anything heard of borg, its exit code is all there is, and the reason says so. Where borg named
 * archives and the job a repository, they have to be in it: then they are the run's recovery points.
 */
import { basename } from 'node:path';
import type { RecoveryPoint, RunStats } from '../../proto/run.ts';
import type { RepositorySpec } from '../config/job-spec.ts';
import type { ListedArchive } from '../tools/borg.ts';
import type { BorgReport, ReportedArchive } from '../tools/borg-output.ts';
import { concludeCommand } from './command.ts';
import { type Conclusion, failed, NO_STATS } from './types.ts';

export interface WrappedEnd {
  /** argv[0]. */
  program: string;
  exitCode: number | null;
  signal: string | null;
  startError: string | null;
  /** The log's last line. */
  lastLine: string;
  borg: BorgReport | null;
}

/** What was seen in the job's repository afterwards; null when there was nothing to look for or no repository. */
export type Looked = { archives: ListedArchive[] } | { problem: string } | null;

export function concludeWrapped(
  end: WrappedEnd,
  repository: RepositorySpec | null,
  looked: Looked,
): Conclusion {
  if (end.startError !== null) return failed(`${end.program} could not be started: ${end.startError}.`);
  const { borg } = end;
  const lastLine = borg?.said.errors[0]?.message.split('\n', 1)[0] ?? end.lastLine;
  const exitCode = onlyWarned(end) ? 0 : end.exitCode;
  const concluded = {
    ...concludeCommand(end.program, exitCode, end.signal, lastLine),
    exitCode: end.exitCode,
  };
  if (borg === null) return concluded;
  const { warnings, warningsTotal } = borg.said;
  const stats = borg.archives.reduce(added, NO_STATS);
  const heard = { ...concluded, stats, warnings, warningsTotal };
  const evidence = evidenceOf(borg.archives, repository, looked);
  const known = { ...heard, recoveryPoints: evidence.points };
  if (concluded.outcome !== 'succeeded') return known;
  if (evidence.outcome === 'failed') return { ...known, ...failedBy(end, evidence.said) };
  const empty = borg.archives.filter(({ stats: { files } }) => files === 0).map(({ name }) => name);
  if (empty.length > 0)
    return {
      ...known,
      ...failedBy(end, `${empty.join(', ')} ${empty.length === 1 ? 'holds' : 'hold'} no file`),
    };
  if (borg.said.mattersTotal > 0)
    return { ...known, outcome: 'warning', reason: warned(borg, evidence.said) };
  if (end.exitCode !== 0 && warningsTotal === 0)
    return {
      ...known,
      outcome: 'warning',
      reason: `borg ended with exit code ${end.exitCode}, which is a warning, and did not say why; ${evidence.said}.`,
    };
  const reason = `${end.program} ended with exit code ${end.exitCode}; ${evidence.said}.`;
  return { ...known, outcome: evidence.outcome, reason };
}

function failedBy({ program, exitCode }: WrappedEnd, what: string): Pick<Conclusion, 'outcome' | 'reason'> {
  return { outcome: 'failed', reason: `${program} ended with exit code ${exitCode}; ${what}.` };
}

/** borg itself ends with 1 or 100 to 127 when it only warned (docs, "Return codes"); other programs mean other things. */
function onlyWarned({ program, exitCode, borg }: WrappedEnd): boolean {
  if (exitCode === null || borg === null || borg.archives.length === 0) return false;
  if (!/^borg\d?$/.test(basename(program)) || borg.said.errors.length > 0) return false;
  return exitCode === 1 || (exitCode >= 100 && exitCode <= 127);
}

function evidenceOf(
  archives: ReportedArchive[],
  repository: RepositorySpec | null,
  looked: Looked,
): { points: RecoveryPoint[]; outcome: 'succeeded' | 'warning' | 'failed'; said: string } {
  if (archives.length === 0) return { points: [], outcome: 'succeeded', said: 'no archive was looked at' };
  const names = archives.map(({ name }) => name).join(', ');
  if (repository === null || looked === null) {
    return { points: [], outcome: 'succeeded', said: `borg reported ${names}; no archive was looked at` };
  }
  if ('problem' in looked) {
    // What borg printed after it had committed is not nothing, and is not seen either.
    const why = looked.problem.replace(/\.$/, '');
    const said = `borg reported ${names}, but that could not be seen in repository ${repository.name}: ${why}`;
    return { points: [], outcome: 'warning', said };
  }
  const points = archives.flatMap((archive) => {
    const seen = looked.archives.find(({ id, name }) => id === archive.id && name === archive.name);
    return seen ? [pointOf(archive, seen, repository)] : [];
  });
  if (points.length === 0) {
    const place = archives[0]!.location || 'another one';
    const said = `borg reported ${names} in ${place}, but repository ${repository.name} does not hold it`;
    return { points, outcome: 'failed', said };
  }
  const seen = points.map(({ name }) => name).join(', ');
  return {
    points,
    outcome: 'succeeded',
    said: `${seen} ${points.length === 1 ? 'was' : 'were'} seen in the repository`,
  };
}

function pointOf(archive: ReportedArchive, seen: ListedArchive, repository: RepositorySpec): RecoveryPoint {
  return {
    repository: repository.name,
    name: seen.name,
    id: seen.id,
    subject: '',
    createdAtMs: seen.createdAtMs,
    sizeBytes: archive.stats.originalBytes,
  };
}

function warned({ said }: BorgReport, evidence: string): string {
  const first = said.warnings.find(({ harmless }) => !harmless);
  const more = said.mattersTotal > 1 ? `, and ${said.mattersTotal - 1} more` : '';
  return `borg warned: ${first?.message ?? 'see the log'}${more}; ${evidence}.`;
}

function added(sum: RunStats, { stats }: ReportedArchive): RunStats {
  return {
    originalBytes: sum.originalBytes + stats.originalBytes,
    compressedBytes: sum.compressedBytes + stats.compressedBytes,
    deduplicatedBytes: sum.deduplicatedBytes + stats.deduplicatedBytes,
    files: sum.files + stats.files,
    excluded: sum.excluded,
  };
}
