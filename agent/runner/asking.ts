/** Carries out a step and asks questions beside it, so that what they take is not added to it. */
import type { Clock } from '../../proto/clock.ts';
import type { AskStep, Seen, Step } from '../engines/types.ts';
import type { StepRunner } from './steps.ts';

/** What there is no time for yet may have its time later, as the step goes on. */
const ASK_AGAIN_MS = 5_000;

/**
 * @param next the question to ask now, given how long the step runs; null when there is none for now. It is first
 * asked for when borg has got the first bytes of what it reads: until then whatever makes them may still need
 * what the session holds.
 * @param add takes the answers, each before `next` is called again.
 */
export async function carryOutAsking(
  steps: StepRunner,
  clock: Clock,
  step: Step,
  next: (elapsedMs: number) => AskStep | null | Promise<AskStep | null>,
  add: (answer: Seen) => void,
): Promise<Seen | null> {
  const beganMs = clock.monotonicMs();
  let isOver = false;
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const work = steps.carryOut(step, begin);
  const over = work.then(
    () => {},
    () => {},
  );
  void over.then(() => {
    isOver = true;
  });
  await Promise.race([begun, over]);
  while (!isOver) {
    const question = await next(clock.monotonicMs() - beganMs);
    const answer = question && (await steps.carryOut(question));
    if (answer) add(answer);
    else await pause(clock, over);
  }
  return work;
}

async function pause(clock: Clock, over: Promise<void>): Promise<void> {
  let cancel = () => {};
  const passed = new Promise<void>((resolve) => {
    cancel = clock.after(ASK_AGAIN_MS, resolve);
  });
  await Promise.race([passed, over]);
  cancel();
}
