import { fstatSync } from 'node:fs';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { journalLine, journalOf } from '../../../proto/journal-log.ts';

function logged(write: (log: pino.Logger) => void): string[] {
  const lines: string[] = [];
  write(pino({ level: 'debug' }, { write: (json) => void lines.push(journalLine(json)) }));
  return lines;
}

it('says the words first, then the facts, with the priority the journal chooses by', () => {
  expect(
    logged((log) => {
      log.info({ job: 'files', took: '3s', reason: 'two words' }, 'run finished');
      log.warn({ waiting: 3, listen: { port: 7443 } }, 'not taken');
      log.error('stopping took too long');
      log.fatal('the end');
      log.debug('detail');
    }),
  ).toEqual([
    '<6>run finished  job=files  took=3s  reason="two words"\n',
    '<4>not taken  waiting=3  listen={"port":7443}\n',
    '<3>stopping took too long\n',
    '<2>the end\n',
    '<7>detail\n',
  ]);
});

it('keeps one entry one line, whatever a name or a program says, and a stack with its error', () => {
  const [hostile, failed] = logged((log) => {
    log.info({ path: 'a\n<0>b\u001b[2J' }, 'first\n<1>second');
    log.error({ err: new Error('broken') }, 'a request failed');
  });
  expect(hostile).toMatch(/^<6>first.<1>second {2}path=[^\n]*\n$/u);
  expect(hostile).not.toContain('\u001b');
  expect(failed).toMatch(/^<3>a request failed {2}err=.*"message":"broken".*"stack":"Error: broken/);
});

it('is for the journal alone: a child that inherits the variable keeps its JSON', () => {
  const { dev, ino } = fstatSync(1);
  expect(journalOf(undefined)).toBeNull();
  expect(journalOf('1:1')).toBeNull();
  expect(journalOf(`${dev}:${ino}`)).not.toBeNull();
});
