/** `backproof-agent prune NAME`: what a steward's prune would do, does, or is told by a person. */
import type { Clock } from '../../proto/clock.ts';
import { UserError } from '../../proto/errors.ts';
import { printable } from '../../proto/printable.ts';
import type { PruneJob } from '../config/job-spec.ts';
import { PRUNE_PREFIX } from '../config/steward.ts';
import { loadConfig, readEnvironment } from '../config.ts';
import type { RetentionPlan } from '../decide/retention.ts';
import { checkJob } from '../engines/index.ts';
import { plannedOf, prune } from '../engines/prune.ts';
import type { EngineContext, Seen } from '../engines/types.ts';
import { StepRunner } from '../runner/steps.ts';
import { UNREADABLE_AT_MS } from '../tools/borg.ts';
import { forget } from '../watch/archive-memory.ts';
import { Tools } from '../watch/tools.ts';
import { table } from './output.ts';
import { startJob } from './start.ts';

export interface PruneOptions {
  configFile: string;
  /** Of the steward's repository. */
  name: string;
  dryRun: boolean;
  acceptMissing: boolean;
  json: boolean;
}

/** @returns the exit code: 1 when it was not, or could not be, pruned. */
export async function pruneRepository(
  options: PruneOptions,
  clock: Clock,
  print: (text: string) => void,
): Promise<0 | 1> {
  const config = await loadConfig(options.configFile, checkJob);
  const jobs = config.jobs.filter((job) => job.kind === 'prune');
  const job = jobs.find(({ name }) => name === PRUNE_PREFIX + options.name || name === options.name);
  if (!job) {
    const known = jobs.map(({ repository }) => repository.name).join(', ');
    throw new UserError(`this machine is no steward of a repository "${options.name}"`, {
      next: known === '' ? 'name it under steward.repositories in agent.yaml' : `choose one of ${known}`,
      exitCode: 2,
    });
  }
  if (options.acceptMissing) {
    await forget(job.memoryFile);
    print(`${job.name}: the next prune takes what it finds in ${job.repository.name} as what was there.`);
    return 0;
  }
  if (options.dryRun) return rehearse(job, options, clock, print);
  return startJob({ socket: config.socket, job: job.name, wait: true, json: options.json }, print);
}

/** Goes as far as the plan and no further. */
async function rehearse(
  job: PruneJob,
  options: PruneOptions,
  clock: Clock,
  print: (text: string) => void,
): Promise<0 | 1> {
  const { variables } = readEnvironment();
  const borg = await new Tools(variables, clock).borg(job.repository.program, false);
  const context: EngineContext = {
    host: job.policy.host,
    startedAtMs: clock.nowMs(),
    environment: variables,
    borg: borg.version,
    borgProblem: borg.problem,
    postgresBins: {},
    dumpGuard: [],
    isRoot: false,
    mysql: null,
    mysqlProblem: null,
    crontabs: [],
    baseBackup: [],
    inventoryDue: false,
  };
  const ignore = () => {};
  const hooks = { onGroup: ignore, onLine: ignore, onProgress: ignore };
  const steps = new StepRunner(clock, variables, {}, job.repository, hooks);
  const seen: Seen[] = [];
  let step = prune.plan(job, context, seen);
  while (step !== null && step.type !== 'remember') {
    const one = await steps.carryOut(step);
    if (one) seen.push(one);
    step = prune.plan(job, context, seen);
  }
  const plan = step === null ? null : plannedOf(job, context, seen);
  if (plan === null) {
    print(printable(`${job.name}: ${prune.outcome(job, context, seen).reason}`));
    return 1;
  }
  print(options.json ? JSON.stringify(viewOf(plan), null, 2) : printable(textOf(plan)));
  return 0;
}

function viewOf({ decisions, foreign }: RetentionPlan): unknown {
  return {
    archives: decisions.map(({ archive, job, subject, keep, reason }) => ({
      name: archive.name,
      id: archive.id,
      createdAt:
        archive.createdAtMs === UNREADABLE_AT_MS ? null : new Date(archive.createdAtMs).toISOString(),
      job,
      subject,
      keep,
      reason,
    })),
    leftAlone: foreign.map(({ name }) => name),
  };
}

function textOf({ decisions, foreign }: RetentionPlan): string {
  const removed = decisions.filter(({ keep }) => !keep).length;
  const rows = decisions.map(({ keep, archive, reason }) => [keep ? 'keep' : 'remove', archive.name, reason]);
  const sum = `would remove ${removed}, keep ${decisions.length - removed}, leave ${foreign.length} of others alone; nothing was changed`;
  return rows.length === 0 ? sum : `${table(rows)}\n\n${sum}`;
}
