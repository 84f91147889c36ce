/**
 * `prune`: a steward removes what a host's repository need not keep any more. The host itself can only append.
 *
 * What is there is listed and compared with what was there when this steward last looked: archives that
 * vanished without its doing mean that somebody removed them, perhaps only logically, in an append-only
 * repository that a compaction would make final. Then nothing is removed and nothing compacted until a person
 * has looked. Before anything is removed the repository is asked who made what, since names of two hosts can be
 * alike: what another made is left alone. Then the plan goes into the log and its remainder into memory, the archives are deleted by
 * name, the space is freed, and a second list is the evidence: what was to stay is there, what was to go is
 * not.
 */
import type { PruneJob } from '../config/job-spec.ts';
import { type Decision, planRetention, type RetentionPlan } from '../decide/retention.ts';
import { isCheckpoint } from '../tools/archive-name.ts';
import {
  compactArgv,
  compactsApart,
  deleteArchivesArgv,
  type ListedArchive,
  listAllArchivesArgv,
} from '../tools/borg.ts';
import { accessOf, archivesSeen, borgStep, explain, LIST_STDOUT_BYTES_MAX, lockLook } from './borg-steps.ts';
import type { Conclusion, Engine, EngineContext, KnownArchive, ProcessStep, Seen, Step } from './types.ts';
import { failed, NO_STATS, processSeen } from './types.ts';

const RECALL = 'recall';
const LIST = 'list';
const MAKERS = 'makers';
const PLANNED = 'planned';
const COMPACT = 'compact';
const AGAIN = 'list again';
const DONE = 'done';
/** Archives one borg process deletes: a run that is cut off has lost at most that much of its work. */
const DELETED_AT_ONCE = 100;
/** Lines of the plan in the log; the others are counted. */
const PLAN_LINES_MAX = 200;
const NAMES_SHOWN_MAX = 5;

export const prune: Engine<PruneJob> = {
  kind: 'prune',

  validate: () => [],

  plan(spec, context, seen): Step | null {
    if (context.borg === null) return null;
    const { memoryFile: file } = spec;
    if (!found(seen, RECALL)) return { type: 'recall', id: RECALL, file };
    if (recalled(seen)?.problem) return null;
    const list = processSeen(seen, LIST);
    if (!list) return listStep(spec, context, LIST);
    const before = archivesSeen(list, spec.repository);
    if ('problem' in before) return lockLook(spec.repository, list, seen);
    if (vanished(recalled(seen)?.known ?? [], before.archives).length > 0) return null;

    const plan = planOf(spec, context, before.archives, seen);
    if ('unknown' in plan) {
      const asked = processSeen(seen, MAKERS);
      return asked ? lockLook(spec.repository, asked, seen) : makersStep(spec, context);
    }
    const removed = removals(plan);
    const gone = new Set(removed.map(({ archive }) => archive.id));
    if (!found(seen, PLANNED)) {
      // Before the first deletion: cut off in the midst of them, the rest is not somebody else's doing.
      const archives = finished(before.archives).filter(({ id }) => !gone.has(id));
      return { type: 'remember', id: PLANNED, file, archives, log: planLines(plan) };
    }
    if (problemOf(seen, PLANNED) !== null || removed.length === 0) return null;
    const changed = changeStep(spec, context, removed, seen);
    if (changed !== undefined) return changed;
    const again = processSeen(seen, AGAIN);
    if (!again) return listStep(spec, context, AGAIN);
    const after = archivesSeen(again, spec.repository);
    if ('problem' in after || found(seen, DONE)) return null;
    // What somebody else removed meanwhile stays remembered, so that the next run goes no further either.
    if (lostOf(plan, after.archives).length > 0) return null;
    return { type: 'remember', id: DONE, file, archives: finished(after.archives), log: [] };
  },

  outcome(spec, context, seen): Conclusion {
    if (context.borg === null) return failed(context.borgProblem ?? 'borg is not installed.');
    const { repository } = spec;
    const memory = recalled(seen);
    if (memory?.problem)
      return failed(
        `What was in the repository before cannot be read: ${memory.problem}. ${forgetHint(spec)} Nothing was removed.`,
      );
    const before = archivesSeen(processSeen(seen, LIST), repository);
    if ('problem' in before) return failed(`${reasonOf(spec, LIST, seen)} Nothing was removed.`);
    const missing = vanished(memory?.known ?? [], before.archives);
    if (missing.length > 0) return failed(vanishedReason(spec, missing));
    const plan = planOf(spec, context, before.archives, seen);
    if ('unknown' in plan)
      return failed(
        `Nobody knows who made what is to go: ${reasonOf(spec, MAKERS, seen)} Nothing was removed.`,
      );
    const planned = problemOf(seen, PLANNED);
    if (planned !== null)
      return failed(`What stays could not be written down: ${planned}. Nothing was removed.`);
    return judge(spec, context, plan, seen);
  },

  sources: ({ policy, repository }) => [`${policy.host} in ${repository.location}`],

  inventory: () => null,
};

/** What would be kept and removed, once the repository has been listed; null when it could not be. */
export function plannedOf(
  spec: PruneJob,
  context: EngineContext,
  seen: readonly Seen[],
): RetentionPlan | null {
  const before = archivesSeen(processSeen(seen, LIST), spec.repository);
  if ('problem' in before) return null;
  const plan = planOf(spec, context, before.archives, seen);
  return 'unknown' in plan ? null : plan;
}

/** By names alone while they remove nothing; otherwise by who made what, unknown until that was seen. */
function planOf(
  spec: PruneJob,
  context: EngineContext,
  listed: readonly ListedArchive[],
  seen: readonly Seen[],
): RetentionPlan | { unknown: true } {
  const plan = planRetention(listed, spec.policy, context.startedAtMs);
  if (removals(plan).length === 0) return plan;
  const look = archivesSeen(processSeen(seen, MAKERS), spec.repository);
  if ('problem' in look) return { unknown: true };
  const comments = new Map(look.archives.map(({ id, comment = '' }) => [id, comment]));
  const made = listed.map((one) => ({ ...one, comment: comments.get(one.id) ?? '' }));
  return planRetention(made, spec.policy, context.startedAtMs);
}

function listStep(spec: PruneJob, context: EngineContext, id: string): ProcessStep {
  return borgStep(spec.repository, context, {
    id,
    argv: listAllArchivesArgv(accessOf(spec.repository), '*'),
    about: 'looking at all archives of the repository',
    stdoutBytesMax: LIST_STDOUT_BYTES_MAX,
  });
}

/** Of all that the plan rests on: the newest of another's must not be taken for our newest either. */
function makersStep(spec: PruneJob, context: EngineContext): ProcessStep {
  return borgStep(spec.repository, context, {
    id: MAKERS,
    argv: listAllArchivesArgv(accessOf(spec.repository), `${spec.policy.host}-*`, true),
    about: 'asking who made the archives',
    stdoutBytesMax: LIST_STDOUT_BYTES_MAX,
  });
}

/** The next deletion, or the compaction; null after one that failed, undefined when all are done. */
function changeStep(
  spec: PruneJob,
  context: EngineContext,
  removed: Decision[],
  seen: readonly Seen[],
): Step | null | undefined {
  const access = accessOf(spec.repository);
  for (let from = 0; from < removed.length; from += DELETED_AT_ONCE) {
    const id = deleteId(from);
    const deleted = processSeen(seen, id);
    if (deleted && deleted.exitCode !== 0) return null;
    if (deleted) continue;
    const [first, ...others] = removed.slice(from, from + DELETED_AT_ONCE).map(({ archive }) => archive.name);
    const argv = deleteArchivesArgv(access, [first!, ...others]);
    const about = `removing archives ${from + 1} to ${from + 1 + others.length} of ${removed.length}`;
    return borgStep(spec.repository, context, { id, argv, about });
  }
  if (!compactsApart(context.borg!)) return undefined;
  const compacted = processSeen(seen, COMPACT);
  if (compacted) return compacted.exitCode === 0 ? undefined : null;
  return borgStep(spec.repository, context, {
    id: COMPACT,
    argv: compactArgv(access),
    about: 'freeing the space',
  });
}

const deleteId = (from: number) => `delete ${from}`;

function judge(
  spec: PruneJob,
  context: EngineContext,
  plan: RetentionPlan,
  seen: readonly Seen[],
): Conclusion {
  const removed = removals(plan);
  const left =
    plan.foreign.length === 0 ? '' : `, ${counted(plan.foreign.length, 'archive')} of others left alone`;
  const kept = plan.decisions.length - removed.length;
  if (removed.length === 0)
    return pruned(`All ${kept} archives of ${spec.policy.host} are kept${left}; there is nothing to remove.`);
  for (let from = 0; from < removed.length; from += DELETED_AT_ONCE) {
    const problem = stepProblem(spec, deleteId(from), seen);
    if (problem !== null)
      return failed(`Only up to ${from} of ${counted(removed.length, 'archive')} were removed: ${problem}`);
  }
  const compact = compactsApart(context.borg!) ? stepProblem(spec, COMPACT, seen) : null;
  if (compact !== null)
    return failed(
      `${counted(removed.length, 'archive')} removed, but their space is not free yet: ${compact}`,
    );
  const after = archivesSeen(processSeen(seen, AGAIN), spec.repository);
  if ('problem' in after)
    return failed(
      `${counted(removed.length, 'archive')} removed, but nobody has seen what is left: ${after.problem}`,
    );
  const lost = lostOf(plan, after.archives);
  if (lost.length > 0) return failed(`${namesOf(lost)} should have stayed and is gone.`);
  const there = new Set(after.archives.map(({ id }) => id));
  const still = removed.filter(({ archive }) => there.has(archive.id));
  if (still.length > 0)
    return failed(
      `borg reported success, but ${namesOf(still.map(({ archive }) => archive))} is still there.`,
    );
  const forgotten = problemOf(seen, DONE);
  if (forgotten !== null)
    return failed(
      `${counted(removed.length, 'archive')} removed, but what is left could not be written down: ${forgotten}.`,
    );
  return pruned(
    `${counted(removed.length, 'archive')} removed, ${kept} of ${spec.policy.host} kept${left}, as seen in the repository.`,
  );
}

function pruned(reason: string): Conclusion {
  return { ...failed(reason), outcome: 'succeeded', exitCode: 0, stats: NO_STATS };
}

/** Why a step of borg's did not do its work, null when it did. */
function stepProblem(spec: PruneJob, id: string, seen: readonly Seen[]): string | null {
  const step = processSeen(seen, id);
  if (step?.exitCode === 0) return null;
  return step ? explain(step, spec.repository, seen).reason : 'the run ended before that.';
}

function reasonOf(spec: PruneJob, id: string, seen: readonly Seen[]): string {
  const step = processSeen(seen, id);
  return step
    ? explain(step, spec.repository, seen).reason
    : 'The run ended before the repository was looked at.';
}

function removals(plan: RetentionPlan): Decision[] {
  return plan.decisions.filter(({ keep }) => !keep);
}

/** Archives, of anybody, that were to stay and are not there. */
function lostOf({ decisions, foreign }: RetentionPlan, listed: readonly ListedArchive[]): KnownArchive[] {
  const kept = decisions.filter(({ keep }) => keep).map(({ archive }) => archive);
  return vanished(finished([...kept, ...foreign]), listed);
}

/** An unfinished archive goes by itself when its run ends: nobody misses it. */
function finished<A extends { name: string }>(archives: readonly A[]): A[] {
  return archives.filter(({ name }) => !isCheckpoint(name));
}

/** Archives that were remembered and are not there, although nobody was to remove them. */
function vanished(known: readonly KnownArchive[], listed: readonly ListedArchive[]): KnownArchive[] {
  const there = new Set(listed.map(({ id }) => id));
  return known.filter(({ id }) => !there.has(id));
}

function vanishedReason(spec: PruneJob, missing: readonly KnownArchive[]): string {
  return (
    `${namesOf(missing)} ${missing.length === 1 ? 'has' : 'have'} vanished from repository ` +
    `${spec.repository.name}, and not by this steward. Nothing was removed or compacted, so that it can be ` +
    `undone: look who did it. ${forgetHint(spec)}`
  );
}

function forgetHint({ repository }: PruneJob): string {
  return `If it was meant: backproof-agent prune ${repository.name} --accept-missing.`;
}

/** What the run's log says before anything is removed. */
function planLines(plan: RetentionPlan): string[] {
  const removed = removals(plan);
  const kept = plan.decisions.length - removed.length;
  const lines = plan.decisions
    .toSorted((a, b) => Number(a.keep) - Number(b.keep))
    .slice(0, PLAN_LINES_MAX)
    .map(({ keep, archive, reason }) => `${keep ? 'keep  ' : 'remove'} ${archive.name}: ${reason}`);
  const more = plan.decisions.length - lines.length;
  return [
    `plan: remove ${removed.length}, keep ${kept}, leave alone ${plan.foreign.length}`,
    ...lines,
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

function namesOf(archives: readonly { name: string }[]): string {
  const names = archives.slice(0, NAMES_SHOWN_MAX).map(({ name }) => name);
  const more = archives.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const found = (seen: readonly Seen[], id: string) => seen.some((one) => one.id === id);

function recalled(seen: readonly Seen[]) {
  return seen.find((one) => one.type === 'recall') ?? null;
}

/** Why something was not remembered, null when it was. */
function problemOf(seen: readonly Seen[], id: string): string | null {
  const one = seen.find((step) => step.id === id);
  return one?.type === 'remember' ? one.problem : 'the run ended before that';
}
