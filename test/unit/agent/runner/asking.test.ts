import { expect, it, vi } from 'vitest';
import type { AskStep, ProcessStep, Seen } from '../../../../agent/engines/types.ts';
import { carryOutAsking } from '../../../../agent/runner/asking.ts';
import { StepRunner } from '../../../../agent/runner/steps.ts';
import { systemClock } from '../../../../proto/clock.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const env = { PATH: process.env.PATH! };

/** Stands in for borg: says what it has got, and ends when a file is there. */
function dump(says: string, ends: string): ProcessStep {
  const script = `printf '%s\\n' '${says}' >&2; until [ -e ${ends} ]; do sleep 0.02; done`;
  return {
    type: 'process',
    id: 'dump',
    argv: ['sh', '-c', script],
    env,
    needsPassphrase: false,
    reads: 'borg',
    sources: [],
    stdoutBytesMax: 1_000,
    about: '',
  };
}

function question(text: string): AskStep {
  const bounds = { withinMs: 60_000, stdoutBytesMax: 1_000 };
  const session = { session: 'one', argv: ['sh'], env, until: 'END', last: false };
  return { type: 'ask', id: text, text: `${text}\necho END\n`, about: '', ...session, ...bounds };
}

function stepRunner(clock = systemClock): StepRunner {
  const ignore = () => {};
  return new StepRunner(clock, {}, {}, null, { onGroup: ignore, onLine: ignore, onProgress: ignore });
}

const progress = (bytes: number) =>
  JSON.stringify({ type: 'archive_progress', original_size: bytes, deduplicated_size: 0, nfiles: 0 });

it('asks one question after the other while the bytes of a step flow', async () => {
  const ends = `${temporaryFolder()}/ends`;
  const seen: Seen[] = [];
  const questions = [question('echo one'), question(`echo two; touch ${ends}`)];
  const steps = stepRunner();
  const next = () => questions[seen.length] ?? null;
  const last = await carryOutAsking(steps, systemClock, dump(progress(1), ends), next, (answer) =>
    seen.push(answer),
  );
  expect(last).toMatchObject({ id: 'dump', exitCode: 0 });
  expect(seen).toMatchObject([{ stdout: 'one' }, { stdout: 'two' }]);
  await steps.close();
});

it('asks nothing before there are bytes: the dump program may not have its snapshot yet', async () => {
  const ends = `${temporaryFolder()}/ends`;
  const steps = stepRunner();
  let asked = 0;
  const next = () => {
    asked += 1;
    return null;
  };
  const waits = carryOutAsking(steps, systemClock, dump(progress(0), ends), next, () => {});
  await steps.carryOut(question(`touch ${ends}`));
  expect(await waits).toMatchObject({ exitCode: 0 });
  expect(asked).toBe(0);
  await steps.close();
});

it('asks again later when there is no time for a question yet, and ends with the step', async () => {
  const ends = `${temporaryFolder()}/ends`;
  const clock = new FakeClock();
  const steps = stepRunner(clock);
  const elapsed: number[] = [];
  const next = (elapsedMs: number) => {
    elapsed.push(elapsedMs);
    return elapsed.length === 3 ? question(`touch ${ends}`) : null;
  };
  const waits = carryOutAsking(steps, clock, dump(progress(1), ends), next, () => {});
  await vi.waitFor(() => {
    clock.advance(5_000);
    expect(elapsed.length).toBeGreaterThanOrEqual(3);
  });
  expect(await waits).toMatchObject({ exitCode: 0 });
  expect(elapsed[1]! - elapsed[0]!).toBeGreaterThanOrEqual(5_000);
  await steps.close();
});
