import { expect, it } from 'vitest';
import type { AskStep } from '../../../../agent/engines/types.ts';
import { StepRunner } from '../../../../agent/runner/steps.ts';
import { systemClock } from '../../../../proto/clock.ts';

/** A shell stands in for psql: it reads commands and prints answers. */
function question(text: string, change: Partial<AskStep> = {}): AskStep {
  return {
    type: 'ask',
    id: `ask ${text}`,
    session: 'one',
    argv: ['sh'],
    env: { PATH: process.env.PATH! },
    text: `${text}\necho END\n`,
    until: 'END',
    last: false,
    withinMs: 60_000,
    stdoutBytesMax: 1_000,
    about: '',
    ...change,
  };
}

const stepRunner = () =>
  new StepRunner(systemClock, {}, { RUN: 'r1' }, null, {
    onGroup: () => {},
    onLine: () => {},
    onProgress: () => {},
  });

it('answers question after question from one process, which knows its run', async () => {
  const steps = stepRunner();
  const first = await steps.carryOut(question('me=$$; echo $RUN; echo $me'));
  expect(first).toMatchObject({ exitCode: 0, startError: null, stdout: expect.stringMatching(/^r1\n\d+$/) });
  const pid = (first as { stdout: string }).stdout.split('\n')[1];
  expect(await steps.carryOut(question('echo $me'))).toMatchObject({
    stdout: pid,
    tookMs: expect.any(Number),
  });
  await steps.close();
  expect(() => process.kill(Number(pid), 0)).toThrow();
});

it('ends a session with its last question, and with the first of another', async () => {
  const steps = stepRunner();
  const pidOf = async (change: Partial<AskStep>) =>
    Number(((await steps.carryOut(question('echo $$', change))) as { stdout: string }).stdout);
  const one = await pidOf({});
  const two = await pidOf({ session: 'two' });
  expect(() => process.kill(one, 0)).toThrow();
  expect(await pidOf({ session: 'two', last: true })).toBe(two);
  expect(() => process.kill(two, 0)).toThrow();
  await steps.close();
});

it('keeps no more of an answer than it may', async () => {
  const steps = stepRunner();
  const seen = await steps.carryOut(question('echo 12345; echo 6789', { stdoutBytesMax: 8 }));
  expect(seen).toMatchObject({ exitCode: 0, stdout: '12345', stdoutCut: true });
  await steps.close();
});
