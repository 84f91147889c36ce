/** `files`: folders of this host into a borg archive. */
import type { FilesJob } from '../config/job-spec.ts';
import { createFilesArgv, parseCreated } from '../tools/borg.ts';
import {
  accessOf,
  archiveNameOf,
  archivesSeen,
  borgStep,
  CONFIRM,
  confirmStep,
  explain,
  inventoryOf,
  inventoryStep,
  lockLook,
} from './borg-steps.ts';
import type { Conclusion, Engine, EngineContext, ProcessSeen, Seen, SpecFinding, Step } from './types.ts';
import { failed, lookSeen, processSeen } from './types.ts';

const SOURCES = 'sources';
const CREATE = 'create';

export const files: Engine<FilesJob> = {
  kind: 'files',

  validate(raw) {
    const paths = Array.isArray(raw.paths) ? raw.paths.map(String) : [];
    const mounts = Array.isArray(raw.require_mounted) ? raw.require_mounted.map(String) : [];
    const findings: SpecFinding[] = [];
    if (new Set(paths).size < paths.length) findings.push({ key: 'paths', allowed: 'each path once' });
    const stray = mounts.find((mount) => !paths.some((path) => isBelow(mount, path) || isBelow(path, mount)));
    if (stray !== undefined)
      findings.push({
        key: 'require_mounted',
        allowed: `mount points of paths; ${stray} has to do with none`,
      });
    return findings;
  },

  plan(spec, context, seen): Step | null {
    if (context.borg === null) return null;
    const sources = lookSeen(seen, SOURCES);
    if (!sources) {
      return {
        type: 'look',
        id: SOURCES,
        paths: spec.paths,
        mounts: spec.requireMounted,
        lockedRepository: null,
      };
    }
    if (sources.notMounted.length > 0 || sources.missing.length === spec.paths.length) return null;
    const archive = archiveNameOf(context.host, spec.name, context.startedAtMs);
    const create = processSeen(seen, CREATE);
    if (!create) {
      return borgStep(spec.repository, context, {
        id: CREATE,
        argv: createFilesArgv(accessOf(spec.repository), context.borg, archive, spec.paths, spec.excludes),
        sources: spec.paths,
        about: '',
      });
    }
    if (parseCreated(create.stdout) === null) return lockLook(spec.repository, create, seen);
    if (!processSeen(seen, CONFIRM)) return confirmStep(spec.repository, context, spec.name, archive);
    return null;
  },

  outcome(spec, context, seen): Conclusion {
    if (context.borg === null) return failed(context.borgProblem ?? 'borg is not installed.');
    const sources = lookSeen(seen, SOURCES);
    const create = processSeen(seen, CREATE);
    if (!sources) return failed('The run ended before its sources were looked at.');
    if (sources.notMounted.length > 0)
      return failed(`${listed(sources.notMounted)} not mounted; nothing was archived.`);
    if (sources.missing.length === spec.paths.length)
      return failed(`${listed(sources.missing)} missing: no source is left to back up.`);
    if (!create) return failed('The run ended before borg was started.');
    return judge(spec, context, create, seen, missingSources(create, sources.missing), sources.empty);
  },

  sources: (spec) => spec.paths,

  inventory: (spec, context: EngineContext) => inventoryStep(spec.repository, context, spec.name),
};

/** Whether a path is the folder or in it. */
function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** Those that were absent before the run and those that went away before borg came to them. */
function missingSources(create: ProcessSeen, missing: string[]): string[] {
  const said = create.said.warnings.filter((warning) => warning.code === 'source-missing');
  return [...new Set([...missing, ...said.map((warning) => warning.path)])];
}

function judge(
  spec: FilesJob,
  context: EngineContext,
  create: ProcessSeen,
  seen: readonly Seen[],
  missing: string[],
  empty: string[],
): Conclusion {
  const { repository } = spec;
  const { said, exitCode, signal } = create;
  const common = { exitCode, signal, warnings: said.warnings, warningsTotal: said.warningsTotal };
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
  const evidence = { ...common, recoveryPoints: [point], stats: made.stats, inventory };
  if (missing.length > 0)
    return failed(`${listed(missing)} missing; the rest was archived as ${made.name}.`, evidence);
  if (!spec.allowEmpty && empty.length > 0)
    return failed(
      `${listed(empty)} empty; if that is as it should be, set allow_empty: true for this job.`,
      evidence,
    );
  if (!spec.allowEmpty && made.stats.files === 0)
    return failed(`The archive ${made.name} holds no file: the excludes leave nothing over.`, evidence);
  if (said.errors.length > 0)
    return failed(`${explain(create, repository, seen).reason} The archive ${made.name} exists.`, evidence);
  return { ...evidence, ...graded(create, made.name, made.stats.files) };
}

/** Everything is there; what remains is whether borg warned of something that matters. */
function graded(
  create: ProcessSeen,
  name: string,
  fileCount: number,
): Pick<Conclusion, 'outcome' | 'reason'> {
  const { said, exitCode } = create;
  if (said.mattersTotal > 0) {
    const first = said.warnings.find((warning) => !warning.harmless);
    const more = said.mattersTotal > 1 ? `, and ${said.mattersTotal - 1} more` : '';
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
  const harmless = said.warningsTotal > 0 ? `, ${said.warningsTotal} harmless warnings` : '';
  return {
    outcome: 'succeeded',
    reason: `${fileCount} files in ${name}, seen in the repository${harmless}.`,
  };
}

function listed(paths: string[]): string {
  return `${paths.join(', ')} ${paths.length === 1 ? 'is' : 'are'}`;
}
