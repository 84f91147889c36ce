import { expect, it } from 'vitest';
import { mysqlDump } from '../../../../agent/engines/mysql-dump.ts';
import type { ProcessSeen, Seen } from '../../../../agent/engines/types.ts';
import { NOTHING_SAID } from '../../../../agent/tools/borg-log.ts';
import { engineContext, mysqlJob } from '../../../support/job-specs.ts';
import { factsAnswer } from '../../../support/mysql-answers.ts';

const context = engineContext();
const job = mysqlJob();

function answered(id: string, stdout: string): ProcessSeen {
  const ended = { exitCode: 0, signal: null, startError: null, stdoutCut: false };
  return { type: 'process', id, ...ended, stdout, said: NOTHING_SAID };
}

const asked = (facts: string): Seen[] => [
  answered('server', facts),
  answered('server: replica', 'asked\n1\n'),
];

it.each([
  ['10.5.29-MariaDB', true],
  ['10.11.19-MariaDB', false],
])('says whether the history of versioned tables of a %s is in no dump: %s', (version, lacks) => {
  const seen = asked(factsAnswer(version, [['versioned', 'shop', '2']]));
  const { reason } = mysqlDump.outcome(job, context, seen);
  expect(/The history of the system-versioned tables in shop is in no dump/.test(reason)).toBe(lacks);
});

it('asks a MySQL for its users also with MariaDB’s programs, which would spoil the hashes of passwords', () => {
  const step = mysqlDump.plan(job, context, asked(factsAnswer('9.7.4-2')));
  expect(step).toMatchObject({ type: 'process', id: 'accounts' });
  const { reason } = mysqlDump.outcome(job, context, [
    ...asked(factsAnswer('9.7.4-2')),
    answered('accounts', 'end\n'),
    answered('grants', 'end\n'),
  ]);
  expect(reason).toContain("MySQL's generated columns do");
});
