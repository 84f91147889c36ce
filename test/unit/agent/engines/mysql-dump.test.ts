import { expect, it } from 'vitest';
import { mysqlDump } from '../../../../agent/engines/mysql-dump.ts';
import type { ProcessSeen, Seen } from '../../../../agent/engines/types.ts';
import { NOTHING_SAID } from '../../../../agent/tools/borg-log.ts';
import { NOTHING_GUARDED } from '../../../../agent/tools/guard-words.ts';
import { readManifest } from '../../../../agent/tools/manifest.ts';
import { FakeBorg } from '../../../support/fake-borg.ts';
import { engineContext, MARIADB, mysqlJob } from '../../../support/job-specs.ts';
import { batch, factsAnswer, mysqlAnswers } from '../../../support/mysql-answers.ts';

const VERSION = '10.11.19-MariaDB-0+deb12u1';
const context = engineContext();

interface World {
  facts?: string;
  /** How far the server has written, question for question: before and after each dump. */
  positions?: string[][];
  replica?: string;
  /** Databases that are gone when their turn comes. */
  gone?: string[];
}

/** Carries the plan out; what a step shows, and what was stored as manifest. */
function run(world: World = {}, spec = mysqlJob()) {
  const borg = new FakeBorg();
  const seen: Seen[] = [];
  const positions = [...(world.positions ?? [])];
  let manifest = '';
  for (let step = mysqlDump.plan(spec, context, seen); step; step = mysqlDump.plan(spec, context, seen)) {
    if (step.type !== 'process' && step.type !== 'ask') throw new Error(step.type);
    const question = step.type === 'ask' ? step.text : '';
    if (step.id === 'manifest' && step.type === 'process') manifest = step.stdin ?? '';
    const answer: ProcessSeen = {
      type: 'process',
      id: step.id,
      exitCode: 0,
      signal: null,
      startError: null,
      stdout: '',
      stdoutCut: false,
      said: { ...NOTHING_SAID, guard: { ...NOTHING_GUARDED, bytes: 4_096 } },
    };
    const lost = step.argv.includes('create') && world.gone?.includes(step.about);
    if (lost) {
      const said = 'mariadb-dump: Got error: 1049: "Unknown database \'x\'" when selecting the database';
      const error = { msgid: 'CommandError', message: "Command 'x' exited with status 2" };
      answer.exitCode = 2;
      answer.said = { ...NOTHING_SAID, plain: [said], errors: [{ level: 'ERROR', ...error }] as never };
    } else if (step.argv[0] !== MARIADB.client) answer.stdout = borg.stdoutOf(step.argv);
    else if (question.includes("'position'") && positions.length > 0)
      answer.stdout = batch(['position', ...positions.shift()!]);
    else if (step.argv.at(-1)!.includes("'server'")) answer.stdout = world.facts ?? factsAnswer(VERSION);
    else if (step.argv.at(-1)!.includes('slaves status')) answer.stdout = world.replica ?? 'asked\n1\n';
    else answer.stdout = mysqlAnswers(VERSION, step.argv, question);
    seen.push(answer);
  }
  const snapshots = readManifest(manifest)?.databases.map(({ name, snapshot }) => `${name}: ${snapshot}`);
  return { ...mysqlDump.outcome(spec, context, seen), snapshots };
}

const REPLICA = `asked\n1\n${batch(
  [
    'Connection_name',
    'Master_Host',
    'Master_Port',
    'Slave_IO_Running',
    'Slave_SQL_Running',
    'Seconds_Behind_Master',
  ],
  ['', 'db1', '3306', 'Yes', 'Yes', '0'],
)}`;

it('calls a manifest the same as its dump only where the server has written nothing from before to after', () => {
  const still = ['bin.000001:4', '1', '77'];
  const moved = ['bin.000001:99', '1', '88'];
  const { snapshots } = run({ positions: [still, still, still, moved] });
  expect(snapshots).toEqual(['shop: same', 'odd\tname/ü: near']);
});

it('does not believe the log of a replica that writes nothing of what it replays into it', () => {
  const deaf = (lsn: string) => ['bin.000001:4', '0', lsn];
  const positions = [deaf('77'), deaf('78'), deaf('78'), deaf('78')];
  expect(run({ replica: REPLICA, positions }).snapshots).toEqual(['shop: near', 'odd\tname/ü: same']);
});

it('does not take InnoDB standing still for a proof about tables that are not InnoDB', () => {
  const facts = factsAnswer(VERSION, [['untransactional', 'shop', 'MyISAM', '1']]);
  const unlogged = ['', '1', '77'];
  const positions = [unlogged, unlogged, unlogged, unlogged];
  const { snapshots, warnings } = run({ facts, positions });
  expect(snapshots).toEqual(['shop: near', 'odd\tname/ü: same']);
  expect(warnings).toMatchObject([{ code: 'untransactional', harmless: true }]);
});

it('warns about a database that was dropped before its turn, and misses one that is listed', () => {
  const { outcome, reason } = run({ gone: ['shop'] });
  expect(outcome).toBe('warning');
  expect(reason).toMatch(
    /^shop vanished from the server before its turn to be dumped\. 1 database and the users/,
  );
  expect(run({ gone: ['shop'] }, mysqlJob({ databases: ['shop'] })).outcome).toBe('failed');
});

it('refuses a replica that does not replicate even where any server would do', () => {
  const { outcome, reason } = run({ replica: REPLICA.replace('Yes', 'Connecting') });
  expect(outcome).toBe('failed');
  expect(reason).toContain(
    'The replica at /run/mysqld/mysqld.sock will not do: it receives nothing from db1:3306',
  );
});
