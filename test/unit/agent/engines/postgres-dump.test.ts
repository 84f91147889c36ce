import { expect, it } from 'vitest';
import type { PostgresDumpJob } from '../../../../agent/config/job-spec.ts';
import { postgresDump } from '../../../../agent/engines/postgres-dump.ts';
import type { EngineContext, ProcessSeen, Seen } from '../../../../agent/engines/types.ts';
import { golden } from '../../../support/golden.ts';
import { engineContext, postgresJob } from '../../../support/job-specs.ts';
import { primarySays } from '../../../support/postgres-facts.ts';

const context = engineContext();
const FAILED = golden('1.2.4-dump-failed');

function server(change: Record<string, unknown> = {}): ProcessSeen {
  return { ...golden('1.2.4-listed', 'server'), stdout: primarySays(change) };
}

/** Plays borg and the repository: `dumps` by the order of the parts (globals, a, b). */
function play(
  dumps: ProcessSeen[],
  options: {
    bytes?: number | null;
    facts?: Record<string, unknown>;
    context?: EngineContext;
    job?: Partial<PostgresDumpJob>;
  } = {},
) {
  const job = postgresJob(options.job);
  const seen: Seen[] = [];
  const steps: string[] = [];
  const made: { name: string; id: string }[] = [];
  const used = options.context ?? context;
  for (let step = postgresDump.plan(job, used, seen); step; step = postgresDump.plan(job, used, seen)) {
    steps.push(step.id.replace(/web1-shop-[^ ]*?Z-?/, ''));
    if (step.type === 'look')
      seen.push({
        type: 'look',
        id: step.id,
        missing: [],
        empty: [],
        notMounted: [],
        folders: [],
        lockHolders: [],
      });
    else if (step.id === 'server') seen.push(server(options.facts));
    else if (step.id.startsWith('dump ')) {
      const name = step.id.slice('dump '.length);
      const dump = { ...dumps.shift()!, id: step.id };
      if (dump.stdout !== '') {
        const answer = JSON.parse(dump.stdout);
        answer.archive.name = name;
        made.push({ name, id: answer.archive.id });
        dump.stdout = JSON.stringify(answer);
        const bytes = options.bytes === undefined ? 7 : options.bytes;
        const plain = bytes === null ? [] : ['a notice', `dump-guard: whole, ${bytes} bytes`];
        dump.said = { ...dump.said, plain };
      }
      seen.push(dump);
    } else seen.push({ ...golden('1.2.4-listed', step.id), stdout: JSON.stringify({ archives: made }) });
  }
  return { steps, conclusion: postgresDump.outcome(job, used, seen) };
}

const good = () => golden('1.2.4-dumped');

it('dumps globals and every database, then looks for them in the repository', () => {
  const { steps, conclusion } = play([good(), good(), good()]);
  expect(steps).toEqual(['server', 'dump globals', 'dump db-a', 'dump db-b', 'confirm']);
  expect(conclusion).toMatchObject({ outcome: 'succeeded', exitCode: 0, stats: { files: 3 } });
  expect(conclusion.recoveryPoints.map(({ subject, sizeBytes }) => [subject, sizeBytes])).toEqual([
    ['globals', 7],
    ['a', 7],
    ['b', 7],
  ]);
});

it('goes on after one database failed, and says which', () => {
  const { conclusion } = play([good(), { ...FAILED }, good()]);
  expect(conclusion).toMatchObject({
    outcome: 'failed',
    exitCode: 2,
    reason: expect.stringMatching(/^a: PostgreSQL does not answer .* 2 of 3 dumps are good, from PostgreSQL 15.20, the primary at .*\.$/s),
  });
  expect(conclusion.recoveryPoints.map((point) => point.subject)).toEqual(['globals', 'b']);
});

it('stops when it is the repository that fails', () => {
  const { steps, conclusion } = play([golden('1.2.4-wrong-passphrase')]);
  expect(steps).toEqual(['server', 'dump globals']);
  expect(conclusion.outcome).toBe('failed');
  expect(conclusion.reason).toMatch(/^The passphrase of repository acme is wrong/);
});

it('believes no archive of a dump for which the guard has not given its word', () => {
  const { conclusion } = play([good(), good(), good()], { bytes: null });
  expect(conclusion).toMatchObject({ outcome: 'failed', recoveryPoints: [] });
  expect(conclusion.reason).toContain('nothing was seen that says its dump is whole');
});

it('says what the guard found wrong with a dump, in its words', () => {
  const refused = golden('1.2.4-dump-failed');
  const plain = ['dump-guard: the dump program reported success, but its dump is not whole: it is empty.'];
  const { conclusion } = play([good(), { ...refused, said: { ...refused.said, plain } }, good()]);
  expect(conclusion.reason).toMatch(
    /^a: the dump program reported success, but its dump is not whole: it is/,
  );
});

it('refuses a server newer than every client, and warns when only a newer client is there', () => {
  const newer = play([], { facts: { number: 180001, version: '18.1' } }).conclusion;
  expect(newer).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('postgresql-client-18') });
  const older = play([good(), good(), good()], { facts: { number: 130020, version: '13.20' } }).conclusion;
  expect(older).toMatchObject({
    outcome: 'warning',
    reason: expect.stringContaining('postgresql-client-13'),
  });
});

it('names what it leaves out, and warns of a database that nobody has spoken about', () => {
  const databases = ['a', 'b', 'new', 'postgres', 'test_1'];
  const left = play([good(), good(), good()], {
    facts: { databases },
    job: { excludes: ['test_*', 'new', 'postgres'] },
  });
  expect(left.conclusion).toMatchObject({ outcome: 'succeeded' });
  expect(left.conclusion.reason).toContain('; 3 excluded (new, postgres, test_1).');
  const listed = play([good(), good()], {
    facts: { databases },
    job: { databases: ['a'], excludes: ['b', 'test_*'] },
  });
  expect(listed.conclusion).toMatchObject({ outcome: 'warning' });
  expect(listed.conclusion.reason).toMatch(/^The server has a database that nobody backs up: new; add it to/);
  const used = play([good(), good()], {
    facts: { databases: ['a', 'postgres'], postgres_is_used: true },
    job: { databases: ['a'] },
  });
  expect(used.conclusion.reason).toContain('nobody backs up: postgres;');
});

it('takes a lag and a fallback only together with take_from: replica', () => {
  expect(postgresDump.validate({ take_from: 'primary', replica_lag_max: '1m', fallback: {} })).toHaveLength(
    2,
  );
  expect(postgresDump.validate({ take_from: 'replica', replica_lag_max: '1m', fallback: {} })).toEqual([]);
});

it('says what to install when there is no client, or a borg that is too old', () => {
  expect(play([], { context: engineContext({ postgresBins: {} }) }).conclusion.reason).toContain(
    'install postgresql-client',
  );
  const old = engineContext({ borg: null, borgProblem: 'borg 1.1.16 cannot ...' });
  expect(play([], { context: old }).conclusion.reason).toBe('borg 1.1.16 cannot ...');
});
