import { expect, it } from 'vitest';
import type { PostgresDumpJob } from '../../../../agent/config/job-spec.ts';
import { postgresDump } from '../../../../agent/engines/postgres-dump.ts';
import type { EngineContext, ProcessSeen, Seen } from '../../../../agent/engines/types.ts';
import { NOTHING_GUARDED, tableKey } from '../../../../agent/tools/guard-words.ts';
import { golden } from '../../../support/golden.ts';
import { engineContext, postgresJob } from '../../../support/job-specs.ts';
import { primarySays, psqlAnswers } from '../../../support/postgres-facts.ts';

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
    /** What the guard counted in each dump, by tableKey. */
    rows?: Record<string, number>;
    facts?: Record<string, unknown>;
    context?: EngineContext;
    job?: Partial<PostgresDumpJob>;
    /** What the server says after a dump that failed. */
    after?: Record<string, unknown>;
    /** How psql answers the questions of the manifest, when not as it should. */
    asked?: Partial<ProcessSeen>;
  } = {},
) {
  const job = postgresJob(options.job);
  const seen: Seen[] = [];
  const steps: string[] = [];
  const made: { name: string; id: string }[] = [];
  const used = options.context ?? context;
  let manifest = '';
  for (let step = postgresDump.plan(job, used, seen); step; step = postgresDump.plan(job, used, seen)) {
    steps.push(step.id.replace(/web1-shop-[^ ]*?Z-?/, ''));
    if (step.type === 'look')
      seen.push({
        type: 'look',
        id: step.id,
        missing: [],
        silent: [],
        links: [],
        empty: [],
        notMounted: [],
        folders: [],
        lockHolders: [],
      });
    else if (step.type === 'ask')
      seen.push({ ...golden('1.2.4-listed', step.id), stdout: psqlAnswers(step.text), ...options.asked });
    else if (step.id === 'server') seen.push(server(options.facts));
    else if (step.id.startsWith('server after')) seen.push({ ...server(options.after), id: step.id });
    else if (step.type === 'process' && step.id === 'manifest') {
      manifest = step.stdin!;
      const answer = JSON.parse(good().stdout);
      made.push({ name: 'web1-shop-manifest', id: 'm' });
      seen.push({
        ...good(),
        id: step.id,
        stdout: JSON.stringify({ ...answer, archive: { ...answer.archive, id: 'm' } }),
      });
    } else if (step.id.startsWith('dump ')) {
      const name = step.id.split(' ').at(-1)!;
      const dump = { ...dumps.shift()!, id: step.id };
      if (dump.stdout !== '') {
        const answer = JSON.parse(dump.stdout);
        answer.archive.name = name;
        made.push({ name, id: answer.archive.id });
        dump.stdout = JSON.stringify(answer);
        const bytes = options.bytes === undefined ? 7 : options.bytes;
        const rows = new Map(Object.entries(options.rows ?? {}));
        dump.said = { ...dump.said, guard: { ...NOTHING_GUARDED, bytes, rows } };
      }
      seen.push(dump);
    } else seen.push({ ...golden('1.2.4-listed', step.id), stdout: JSON.stringify({ archives: made }) });
  }
  return { steps, manifest, seen, conclusion: postgresDump.outcome(job, used, seen) };
}

const good = () => golden('1.2.4-dumped');

it('dumps globals and every database, then looks for them in the repository', () => {
  const { steps, conclusion } = play([good(), good(), good()]);
  const mainly = steps.filter((step) => /^(server|dump|manifest|confirm)/.test(step));
  expect(mainly).toEqual(['server', 'dump globals', 'dump db-a', 'dump db-b', 'manifest', 'confirm']);
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
    reason: expect.stringMatching(
      /^a: PostgreSQL does not answer .* 2 of 3 dumps are good, from PostgreSQL 15.20, the primary at .*\.$/s,
    ),
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
  const problem = 'the dump program reported success, but its dump is not whole: it is empty.';
  const said = { ...refused.said, guard: { ...NOTHING_GUARDED, problem } };
  const { conclusion } = play([good(), { ...refused, said }, good()]);
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

it('makes each dump in a snapshot that stays open, and counts in it what is there', () => {
  const { steps, manifest, seen } = play([good(), good(), good()]);
  const ofA = steps.slice(steps.indexOf('dump globals') + 1, steps.indexOf('snapshot 1 db-b'));
  expect(ofA).toEqual([
    'snapshot 1 db-a',
    'dump db-a',
    'objects db-a',
    'tables db-a',
    'sum 2 db-a',
    'sum 1 db-a',
    'count 0 db-a',
    'release db-a',
  ]);
  const argvs: string[][] = [];
  for (let at = 0; at < seen.length; at += 1) {
    const step = postgresDump.plan(postgresJob(), context, seen.slice(0, at));
    if (step?.id.startsWith('dump ')) argvs.push((step as { argv: string[] }).argv);
  }
  expect(argvs.map((argv) => argv.includes('--snapshot=00000003-0000017E-1'))).toEqual([false, true, true]);
  expect(JSON.parse(manifest)).toMatchObject({
    version: 1,
    engine: 'postgres',
    serverVersion: '15.20',
    databases: [
      {
        name: 'a',
        snapshot: 'same',
        objects: { indexes: 1, tables: 2 },
        rows: { 'public.orders': 7, 'public."Odd"': 7 },
        checksums: { 'public.orders': { rows: 7, sum: '99' } },
        leftOut: {},
      },
      { name: 'b' },
    ],
  });
});

/** What is asked beside the dump of database `a`, `elapsedMs` after it began, when each answer takes `tookMs`. */
function askedBeside(
  elapsedMs: number,
  options: { tables?: string[]; tookMs?: number; subject?: string } = {},
) {
  const { seen } = play([good(), good(), good()]);
  const isAt = ({ id }: Seen) => id.startsWith('dump ') && id.endsWith(options.subject ?? 'db-a');
  const before = seen.slice(0, seen.findIndex(isAt));
  const step = postgresDump.plan(postgresJob(), context, before)!;
  const asked: string[] = [];
  for (;;) {
    const question = postgresDump.meanwhile!(postgresJob(), context, before, step, elapsedMs);
    if (question === null) return asked;
    asked.push(question.id.replace(/ web1-shop-.*/, ''));
    const isTables = question.id.startsWith('tables ') && options.tables;
    const stdout = isTables
      ? [...options.tables!, 'backproof: state 00000'].join('\n')
      : psqlAnswers(question.text);
    before.push({ ...golden('1.2.4-listed', question.id), stdout, tookMs: options.tookMs ?? 1 });
  }
}

it('counts beside the dump, in its snapshot, which only the end of the dump releases', () => {
  expect(askedBeside(1_000)).toEqual(['objects', 'tables', 'sum 2', 'sum 1', 'count 0']);
  expect(askedBeside(1_000, { subject: 'globals' })).toEqual([]);
});

it('leaves what would take more than its share of the dump for later, when the dump has lasted longer', () => {
  const tables = ['["public.small", 1, 1, 8192]', '["public.large", 2, 2, 20000000000]'];
  expect(askedBeside(1_000, { tables })).toEqual(['objects', 'tables', 'sum 1', 'count 0']);
  expect(askedBeside(600_000, { tables })).toEqual(['objects', 'tables', 'sum 1', 'count 0', 'count 1']);
  expect(askedBeside(1_000, { tookMs: 400 })).toEqual(['objects', 'tables']);
});

it('has the rows of every table from the dump itself, also of those that the server had no time to count', () => {
  const rows = { [tableKey('public', 'orders')]: 7, [tableKey('public', 'Odd')]: 7 };
  const counted = play([good(), good(), good()], { rows, asked: { tookMs: 400 } });
  expect(counted.steps).not.toContain('count 0 db-a');
  expect(counted.conclusion.outcome).toBe('succeeded');
  expect(JSON.parse(counted.manifest).databases[0]).toMatchObject({
    rows: { 'public.orders': 7, 'public."Odd"': 7 },
    checksums: {},
    leftOut: {},
  });
  const { [tableKey('public', 'Odd')]: _, ...less } = rows;
  const partly = play([good(), good(), good()], { rows: less, asked: { tookMs: 400 } });
  expect(JSON.parse(partly.manifest).databases[0]).toMatchObject({
    rows: { 'public.orders': 7 },
    leftOut: { 'public."Odd"': 'no time was left of its share of the dump' },
  });
});

it('fails a dump that holds other rows than the server counted in its snapshot, and takes it for no recovery point', () => {
  const rows = { [tableKey('public', 'orders')]: 6, [tableKey('public', 'Odd')]: 7 };
  const { conclusion, manifest } = play([good(), good(), good()], { rows });
  expect(conclusion).toMatchObject({ outcome: 'failed', recoveryPoints: [{ subject: 'globals' }] });
  expect(conclusion.reason).toMatch(
    /^a: the dump holds 6 rows of public\.orders, and the server counted 7 in the same snapshot; do not rely on this dump: see what .*, and run the job again\. b: /,
  );
  // Whatever is restored of it is held against what it should hold.
  expect(JSON.parse(manifest).databases[0].rows).toEqual({ 'public.orders': 7, 'public."Odd"': 7 });
});

it('dumps without a snapshot what has no manifest, and warns', () => {
  const { conclusion, manifest } = play([good(), good(), good()], { asked: { exitCode: 2, stdout: '' } });
  expect(conclusion).toMatchObject({ outcome: 'warning', recoveryPoints: [{}, {}, {}] });
  expect(conclusion.reason).toMatch(/^What a, b held could not be counted in the snapshot of the dump/);
  expect(manifest).toBe('');
});

it('tries a dump once more that a conflict with recovery has cancelled', () => {
  const said = ['ERROR:  canceling statement due to conflict with recovery'];
  const cancelled = { ...FAILED, said: { ...FAILED.said, plain: said } };
  const after = { conflicts: { a: { confl_snapshot: 1 } } };
  const once = play([good(), cancelled, good(), good()], { after });
  expect(once.steps).toContain('dump again db-a');
  expect(once.steps).toContain('snapshot 2 db-a');
  expect(once.conclusion).toMatchObject({ outcome: 'warning', recoveryPoints: [{}, {}, {}] });
  expect(once.conclusion.reason).toMatch(
    /^a was dumped at the second attempt: .*\(pg_stat_database_conflicts: snapshot 1\)/,
  );

  // What was asked in the snapshot of the first is asked anew in the second's.
  expect(once.steps).toContain('objects again db-a');
  expect(JSON.parse(once.manifest).databases[0]).toMatchObject({ name: 'a', rows: { 'public.orders': 7 } });

  const twice = play([good(), cancelled, cancelled, good()], { after });
  expect(twice.conclusion).toMatchObject({
    outcome: 'failed',
    recoveryPoints: [{ subject: 'globals' }, { subject: 'b' }],
  });
  expect(twice.conclusion.reason).toMatch(
    /^a: the dump was cancelled twice .*snapshot 1\); set hot_standby_feedback/,
  );
});

it('knows a conflict by its counter where the server speaks another language', () => {
  const said = ['FEHLER:  storniere Anfrage wegen Konflikt mit der Wiederherstellung'];
  const cancelled = { ...FAILED, said: { ...FAILED.said, plain: said } };
  const { steps } = play([good(), cancelled, good(), good()], {
    after: { conflicts: { a: { confl_lock: 1 } } },
  });
  expect(steps).toContain('dump again db-a');
  expect(play([good(), cancelled, good()], {}).steps).not.toContain('dump again db-a');
});

it('warns of a database that vanished before its turn, unless it was asked for by name', () => {
  const gone = { ...FAILED, said: { ...FAILED.said, plain: ['FATAL:  database "a" does not exist'] } };
  const after = { databases: ['b'] };
  const { conclusion } = play([good(), gone, good()], { after });
  expect(conclusion).toMatchObject({ outcome: 'warning', recoveryPoints: [{}, { subject: 'b' }] });
  expect(conclusion.reason).toMatch(
    /^a vanished from the server before its turn to be dumped. 1 database and/,
  );
  const listed = play([good(), gone, good()], { after, job: { databases: ['a', 'b'] } });
  expect(listed.conclusion).toMatchObject({ outcome: 'failed' });
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
