/** What a files run came to, once borg was started. Pure. */

import { WARNINGS_PER_RUN_MAX } from '../../proto/limits.ts';
import type { RunWarning } from '../../proto/run.ts';
import type { FilesJob } from '../config/job-spec.ts';
import { blamed } from '../decide/exclusions.ts';
import { type CreatedArchive, parseCreated } from '../tools/borg.ts';
import type { CrontabsSaid } from '../tools/crontabs.ts';
import { archivesSeen, CONFIRM, explain, inventoryOf } from './borg-steps.ts';
import { crontabWarnings } from './crontabs.ts';
import type { Conclusion, EngineContext, ProcessSeen, Seen } from './types.ts';
import { failed, processSeen } from './types.ts';

export interface FilesSeen {
  create: ProcessSeen;
  /** Paths that were absent before the run. */
  missing: string[];
  /** Paths that are links to what no other path holds. */
  links: { path: string; target: string }[];
  /** Paths and mount points without any file. */
  empty: string[];
  /** Of folders that an exclude pattern swallowed. */
  swallowed: RunWarning[];
  /** Null when crontabs were not to be dumped. */
  crontabs: CrontabsSaid | { failure: string } | null;
}

export function judgeFiles(
  spec: FilesJob,
  context: EngineContext,
  seen: readonly Seen[],
  { create, missing, links, empty, swallowed, crontabs }: FilesSeen,
): Conclusion {
  const { repository } = spec;
  const { said, exitCode, signal } = create;
  const own = [...swallowed, ...crontabWarnings(crontabs)];
  const warnings = [...own, ...said.warnings];
  const common = {
    exitCode,
    signal,
    warnings: warnings.slice(0, WARNINGS_PER_RUN_MAX),
    warningsTotal: own.length + said.warningsTotal,
  };
  const made = parseCreated(create.stdout);
  if (made === null) return failed(explain(create, repository, seen).reason, common);

  const look = archivesSeen(processSeen(seen, CONFIRM), repository);
  if ('problem' in look)
    return failed(
      `borg reported the archive ${made.name}, but it could not be seen in the repository: ${look.problem}`,
      common,
    );
  const inventory = inventoryOf(context.host, spec.name, repository, look.archives, () => '');
  if (!look.archives.some((archive) => archive.id === made.id && archive.name === made.name))
    return failed(
      `borg reported the archive ${made.name}, but repository ${repository.name} does not hold it.`,
      common,
    );

  const point = {
    repository: repository.name,
    name: made.name,
    id: made.id,
    subject: '',
    createdAtMs: made.createdAtMs,
    sizeBytes: made.stats.originalBytes,
  };
  const stats = { ...made.stats, excluded: said.excluded.total };
  const evidence = { ...common, recoveryPoints: [point], stats, inventory };
  const broken = brokenPromise(spec, create, made, { missing, links, empty });
  if (broken !== null) return failed(broken, evidence);
  if (said.errors.length > 0)
    return failed(`${explain(create, repository, seen).reason} The archive ${made.name} exists.`, evidence);
  return { ...evidence, ...graded(create, made, own) };
}

/** What the archive was to hold and does not, null when it holds all. */
function brokenPromise(
  spec: FilesJob,
  create: ProcessSeen,
  made: CreatedArchive,
  { missing: missingBefore, links, empty }: Pick<FilesSeen, 'missing' | 'links' | 'empty'>,
): string | null {
  // Those that were absent before the run and those that went away before borg came to them.
  const said = create.said.warnings.filter((warning) => warning.code === 'source-missing');
  const missing = [...new Set([...missingBefore, ...said.map((warning) => warning.path)])];
  if (missing.length > 0) return `${listed(missing)} missing; the rest was archived as ${made.name}.`;
  const unreadable = create.said.warnings.find((warning) => warning.code === 'source-unreadable');
  if (unreadable)
    return `A source cannot be read: ${unreadable.message}. The rest was archived as ${made.name}.`;
  const [link] = links;
  if (link)
    return `${link.path} is a link, and borg archives the link alone: put ${link.target}, where it leads to, into paths. The rest was archived as ${made.name}.`;
  const leftOut = spec.paths.filter((path) => create.said.excluded.top.includes(path));
  if (leftOut.length > 0)
    return `${listed(leftOut)} left out by ${blamed(leftOut[0]!, spec.excludes)}; the rest was archived as ${made.name}.`;
  if (spec.allowEmpty) return null;
  if (empty.length > 0)
    return `${listed(empty)} empty; if that is as it should be, set allow_empty: true for this job.`;
  if (made.stats.files === 0)
    return `The archive ${made.name} holds no file${spec.excludes.length > 0 ? ': the excludes leave nothing over' : ''}.`;
  return null;
}

/** Everything is there; what remains is whether anything was warned of that matters. */
function graded(
  create: ProcessSeen,
  { name, stats }: CreatedArchive,
  own: RunWarning[],
): Pick<Conclusion, 'outcome' | 'reason'> {
  const { said, exitCode } = create;
  const matters = own.length + said.mattersTotal;
  if (matters > 0) {
    const first = own[0] ?? said.warnings.find((warning) => !warning.harmless);
    const more = matters > 1 ? `, and ${matters - 1} more` : '';
    return {
      outcome: 'warning',
      reason: `Not everything is in ${name}: ${first?.message ?? 'see the log'}${more}.`,
    };
  }
  if (exitCode !== 0 && said.warningsTotal === 0)
    return {
      outcome: 'warning',
      reason: `borg ended with exit code ${exitCode} without saying why; ${name} exists.`,
    };
  const excluded = said.excluded.total > 0 ? `, ${said.excluded.total} entries left out by excludes` : '';
  const harmless = said.warningsTotal > 0 ? `, ${said.warningsTotal} harmless warnings` : '';
  return {
    outcome: 'succeeded',
    reason: `${stats.files} files in ${name}, seen in the repository${excluded}${harmless}.`,
  };
}

/** `/a, /b are`. */
export function listed(paths: string[]): string {
  return `${paths.join(', ')} ${paths.length === 1 ? 'is' : 'are'}`;
}
