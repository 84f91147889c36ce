import { expect, it } from 'vitest';
import { type Question, Session } from '../../../../agent/process/session.ts';
import { systemClock } from '../../../../proto/clock.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const env = { PATH: process.env.PATH! };

/** A shell stands in for psql: it reads commands and prints answers. */
function question(text: string): Question {
  return { text: `${text}\necho END\n`, until: 'END', withinMs: 60_000, stdoutBytesMax: 1_000 };
}

it('says how a program ended that gave no answer, with its words', async () => {
  const session = () => new Session({ argv: ['sh'], env }, systemClock);
  expect(await session().ask(question('echo no such database >&2; exit 2'))).toMatchObject({
    exitCode: 2,
    said: ['no such database'],
  });
  expect(await session().ask(question('exit 0'))).toMatchObject({
    exitCode: null,
    startError: 'It ended without an answer',
  });
  const missing = new Session({ argv: ['nowhere'], env: { PATH: '' } }, systemClock);
  expect(await missing.ask(question(''))).toMatchObject({ startError: expect.stringContaining('nowhere') });
});

it('ends a program that does not answer in its time', async () => {
  const clock = new FakeClock();
  const session = new Session({ argv: ['sh'], env }, clock);
  const answer = session.ask(question('exec sleep 1000'));
  clock.advance(60_000);
  expect(await answer).toMatchObject({ startError: 'No answer came within 1m; it was ended' });
});

it('has all that was said when it is closed: both outputs come in any order', async () => {
  const session = new Session({ argv: ['sh'], env }, systemClock);
  await session.ask(question('echo sorry >&2'));
  expect(await session.close()).toEqual(['sorry']);
});
