/** Carries out what an engine plans, on real programs, without an agent around it. */
import type { JobSpec } from '../../agent/config/job-spec.ts';
import { engineOf } from '../../agent/engines/index.ts';
import type { Conclusion, EngineContext, Seen, Step } from '../../agent/engines/types.ts';
import { carryOutAsking } from '../../agent/runner/asking.ts';
import { StepRunner } from '../../agent/runner/steps.ts';
import { systemClock } from '../../proto/clock.ts';

export interface Walk {
  steps: Step[];
  seen: Seen[];
  log: string[];
  conclusion: Conclusion;
}

/** @param before is called before each step is carried out. */
export async function walk(
  job: JobSpec,
  context: EngineContext,
  before: (step: Step) => Promise<void> | void = () => {},
): Promise<Walk> {
  const engine = engineOf(job);
  const steps: Step[] = [];
  const seen: Seen[] = [];
  const log: string[] = [];
  const runner = new StepRunner(systemClock, context.environment, {}, job.repository, {
    onGroup: () => {},
    onLine: (line) => log.push(line),
    onProgress: () => {},
  });
  const begin = async <T extends Step>(step: T): Promise<T> => {
    await before(step);
    steps.push(step);
    return step;
  };
  for (let step = engine.plan(job, context, seen); step; step = engine.plan(job, context, seen)) {
    const current = await begin(step);
    const next = async (elapsedMs: number) => {
      const question = engine.meanwhile?.(job, context, seen, current, elapsedMs) ?? null;
      return question && begin(question);
    };
    seen.push((await carryOutAsking(runner, systemClock, current, next, (answer) => seen.push(answer)))!);
  }
  await runner.close();
  return { steps, seen, log, conclusion: engine.outcome(job, context, seen) };
}
