/** `files`: folders of this host into a borg archive. */

import type { FilesJob } from '../config/job-spec.ts';
import { notSpelledOut, swallowedFolders } from '../decide/exclusions.ts';
import { isBelow, linksAside } from '../decide/sources.ts';
import { makerOf } from '../tools/archive-name.ts';
import { createFilesArgv, parseCreated } from '../tools/borg.ts';
import { patternProblem } from '../tools/borg-patterns.ts';
import {
  accessOf,
  archiveNameOf,
  borgStep,
  CONFIRM,
  confirmStep,
  inventoryOfJob,
  lockLook,
} from './borg-steps.ts';
import { crontabsSeen, crontabsStep, dumpsOutside } from './crontabs.ts';
import { judgeFiles, listed } from './files-outcome.ts';
import type { Conclusion, Engine, LookSeen, LookStep, SpecFinding, Step } from './types.ts';
import { failed, lookSeen, processSeen } from './types.ts';

const SOURCES = 'sources';
const CREATE = 'create';
const EXCLUDED = 'excluded';

export const files: Engine<FilesJob> = {
  kind: 'files',

  validate(raw) {
    const paths = Array.isArray(raw.paths) ? raw.paths.map(String) : [];
    const mounts = Array.isArray(raw.require_mounted) ? raw.require_mounted.map(String) : [];
    const excludes = Array.isArray(raw.exclude) ? raw.exclude.map(String) : [];
    const findings: SpecFinding[] = [];
    if (new Set(paths).size < paths.length) findings.push({ key: 'paths', allowed: 'each path once' });
    const stray = mounts.find((mount) => !paths.some((path) => isBelow(mount, path) || isBelow(path, mount)));
    if (stray !== undefined)
      findings.push({
        key: 'require_mounted',
        allowed: `mount points of paths; ${stray} has to do with none`,
      });
    for (const pattern of excludes) {
      const problem = patternProblem(pattern);
      if (problem !== null) findings.push({ key: 'exclude', allowed: problem });
    }
    return findings;
  },

  plan(spec, context, seen): Step | null {
    if (context.borg === null) return null;
    const sources = lookSeen(seen, SOURCES);
    if (!sources) return sourcesLook(spec);
    if (unfit(spec, sources) !== null) return null;
    const crontabs = crontabsSeen(seen);
    if (spec.dumpCrontabs && crontabs === null) return crontabsStep(context);
    const archive = archiveNameOf(context.host, spec.name, context.startedAtMs);
    const create = processSeen(seen, CREATE);
    if (!create) {
      const paths = [...spec.paths, ...dumpsOutside(spec.paths, crontabs)];
      return borgStep(spec.repository, context, {
        id: CREATE,
        argv: createFilesArgv(
          accessOf(spec.repository),
          context.borg,
          { name: archive, maker: makerOf(context.host, spec.name) },
          paths,
          spec.excludes,
        ),
        sources: spec.paths,
        about: '',
      });
    }
    if (parseCreated(create.stdout) === null) return lockLook(spec.repository, create, seen);
    const entries = notSpelledOut(create.said.excluded.top, spec.excludes);
    if (entries.length > 0 && !lookSeen(seen, EXCLUDED)) return foldersLook(entries);
    if (!processSeen(seen, CONFIRM)) return confirmStep(spec.repository, context, spec.name, archive);
    return null;
  },

  outcome(spec, context, seen): Conclusion {
    if (context.borg === null) return failed(context.borgProblem ?? 'borg is not installed.');
    const sources = lookSeen(seen, SOURCES);
    const create = processSeen(seen, CREATE);
    if (!sources) return failed('The run ended before its sources were looked at.');
    const reason = unfit(spec, sources);
    if (reason !== null) return failed(reason);
    if (!create) return failed('The run ended before borg was started.');
    const folders = lookSeen(seen, EXCLUDED)?.folders ?? [];
    return judgeFiles(spec, context, seen, {
      create,
      missing: missingOf(spec, sources.missing),
      links: linksAside(spec.paths, sources.links),
      empty: sources.empty,
      swallowed: swallowedFolders(folders, spec.excludes),
      crontabs: spec.dumpCrontabs ? crontabsSeen(seen) : null,
    });
  },

  sources: (spec) => spec.paths,

  inventory: (spec, context) => inventoryOfJob(spec, context, () => ''),
};

/** A mount point may be mounted and hold nothing, which its source need not show: it is looked into by itself. */
function sourcesLook(spec: FilesJob): LookStep {
  return {
    type: 'look',
    id: SOURCES,
    paths: [...new Set([...spec.paths, ...spec.requireMounted])],
    mounts: spec.requireMounted,
    folders: [],
    lockedRepository: null,
  };
}

function foldersLook(folders: string[]): LookStep {
  return { type: 'look', id: EXCLUDED, paths: [], mounts: [], folders, lockedRepository: null };
}

/** Why nothing can be archived, null when something can. */
function unfit(spec: FilesJob, { notMounted, silent, missing }: LookSeen): string | null {
  if (notMounted.length > 0) return `${listed(notMounted)} not mounted; nothing was archived.`;
  if (silent.length > 0)
    return `${silent.join(', ')} gives no answer: see whether its file server or its mount hangs. Nothing was archived.`;
  const gone = missingOf(spec, missing);
  return gone.length === spec.paths.length ? `${listed(gone)} missing: no source is left to back up.` : null;
}

function missingOf(spec: FilesJob, missing: string[]): string[] {
  return missing.filter((path) => spec.paths.includes(path));
}
