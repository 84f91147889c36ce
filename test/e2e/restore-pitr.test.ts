/** A cluster brought back to a moment: real PostgreSQL, real pgBackRest, rows at known moments. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { showRecoveryPoints } from '../../agent/commands/recovery-points.ts';
import { systemClock } from '../../proto/clock.ts';
import { UserError } from '../../proto/errors.ts';
import { startTestAgent, writeConfig } from '../support/agent.ts';
import { ArchivedCluster, cannotArchive } from '../support/pgbackrest.ts';
import { postgresBin } from '../support/postgres.ts';
import { type Restored, type RestoreWorld, restoreNow } from '../support/restore.ts';
import { enrollDirectly, startCollector, until } from '../support/wire.ts';

const cannot = cannotArchive();
const asRoot = process.getuid?.() === 0;
const STARTING_MAX_MS = 180_000;
const RESTORE_MAX_MS = 120_000;
const NEVER = { cron: '0 0 1 1 *', finish_within: '10m' };

// Needs pgbackrest; scripts/test installs it.
describe.skipIf(cannot !== null)('a cluster restored to a moment', () => {
  let archived: ArchivedCluster;
  let folder: string;
  let configFile: string;
  let to: string;
  let turn = 0;
  /** Between the two rows, after both, and the moment at which the second was committed. */
  const moments = { first: '', between: '', last: '' };

  const sql = (text: string) => archived.cluster.sql(text);
  const now = () => sql(`select to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.MSOF')`);
  const job = (extra: object = {}) => ({
    kind: 'postgres-pitr',
    stanza: archived.stanza,
    pgbackrest: { config: archived.configFile },
    connection: { host: archived.cluster.socketFolder, user: 'nobody_there' },
    schedule: NEVER,
    ...extra,
  });
  const restored = (options: object, world: RestoreWorld = {}) =>
    restoreNow({ configFile, job: 'shop-pitr', to, ...options }, world);
  const refusal = (options: object) =>
    restored(options).then(
      ({ said }) => new UserError(`restored: ${said.join('\n')}`),
      (error: unknown) => error as UserError,
    );
  const as = (...argv: string[]) =>
    asRoot
      ? execFileSync('runuser', ['-u', 'postgres', '--', ...argv])
      : execFileSync(argv[0]!, argv.slice(1));
  /** For whoever sees a test fail. */
  const why = ({ said }: Restored) => {
    const log = join(to, 'server.log');
    return [...said, existsSync(log) ? readFileSync(log, 'utf8') : 'no server log'].join('\n');
  };
  const inCopy = (text: string) =>
    as(
      join(postgresBin(), 'psql'),
      '-h',
      join(to, 'socket'),
      '-U',
      'postgres',
      '-d',
      'postgres',
      '-At',
      '-c',
      text,
    )
      .toString()
      .trim();
  const stopCopy = () => {
    if (!existsSync(join(to, 'data/postmaster.pid'))) return;
    as(join(postgresBin(), 'pg_ctl'), '-D', join(to, 'data'), '-m', 'immediate', '-s', 'stop');
  };
  const walFolder = () => join(archived.repository, 'archive', archived.stanza, '15-1/0000000100000000');
  const segments = () =>
    readdirSync(walFolder())
      .filter((name) => /^[0-9A-F]{24}-/.test(name))
      .sort();
  const stanza = () => readdirSync(archived.repository, { recursive: true }).map(String).sort();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'backproof-test-'));
    chmodSync(folder, 0o755);
    // A file that is lost is lost at the first look.
    archived = await ArchivedCluster.start(folder, { settings: ['job-retry=0'] });
    const space = join(folder, 'space');
    mkdirSync(space);
    if (asRoot) execFileSync('chown', ['postgres', space]);
    await sql(`create tablespace fast location '${space}'`);
    await sql('create table rows (n int) tablespace fast');
    await archived.pgbackrest('--type=full', 'backup');
    // What an administrator may have prepared for restores over production.
    appendFileSync(
      archived.configFile,
      `[${archived.stanza}:restore]\ntablespace-map=fast=${join(folder, 'elsewhere')}\ndb-include=template1\nlink-all=y\ndelta=y\n`,
    );
    await sql('insert into rows values (1)');
    moments.first = await now();
    moments.between = await now();
    await sql('insert into rows values (2)');
    await archived.write();
    await archived.archived();
    moments.last = await now();
    configFile = writeConfig(folder, { collector: 'wss://127.0.0.1:1', jobs: { 'shop-pitr': job() } });
  }, STARTING_MAX_MS);
  afterAll(async () => {
    await archived?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    turn += 1;
    to = join(folder, `copy-${turn}`);
  });
  afterEach(stopCopy);

  it(
    'sees exactly what was committed until then, and has nothing to do with production',
    async () => {
      const before = stanza();
      const done = await restored({ at: moments.between });
      expect(done.code, why(done)).toBe(0);
      expect(inCopy('select n from rows')).toBe('1');
      expect(done.said.join('\n')).toContain('its last transaction is of');
      expect(done.said.join('\n')).toContain(`-h ${to}/socket`);
      expect(inCopy('show archive_mode')).toBe('off');
      expect(inCopy('show listen_addresses')).toBe('');
      expect(inCopy('select pg_is_in_recovery()')).toBe('f');
      expect(inCopy('select pg_tablespace_location(oid) from pg_tablespace where spcname = $$fast$$')).toBe(
        join(to, 'tablespaces/fast'),
      );
      expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
      // What it writes and switches goes nowhere.
      inCopy('insert into rows values (3)');
      inCopy('select pg_switch_wal()');
      inCopy('checkpoint');
      expect(await sql('select n from rows order by n')).toBe('1\n2');
      expect(stanza()).toEqual(before);
      const names = readdirSync(to).sort();
      expect(names).toEqual(['data', 'server.log', 'socket', 'tablespaces']);
      expect(readFileSync(join(to, 'data/postgresql.conf.of-production'), 'utf8')).toContain(
        'archive_command',
      );
    },
    RESTORE_MAX_MS,
  );

  it(
    'takes the end of the WAL for the latest, which is what --at means when it is not given',
    async () => {
      const done = await restored({ at: 'latest' });
      expect(done.code, why(done)).toBe(0);
      expect(inCopy('select n from rows order by n')).toBe('1\n2');
      expect(done.said.join('\n')).toContain('as of the end of its archived WAL');
    },
    RESTORE_MAX_MS,
  );

  it(
    'comes as near as the WAL does to a moment beyond it, and says how near',
    async () => {
      await sql('select pg_sleep(1.1)');
      const done = await restored({ at: await now() });
      expect(done.code, why(done)).toBe(1);
      expect(done.said.join('\n')).toMatch(/warning after .*as near to .* as its WAL comes.*before that/);
      expect(inCopy('select n from rows order by n')).toBe('1\n2');
    },
    RESTORE_MAX_MS,
  );

  it('refuses what cannot be, with the windows, before anything is touched', async () => {
    expect((await refusal({ at: '2001-01-01 00:00' })).message).toMatch(
      /before everything that can be restored; restorable: \d{4}-.* to what is archived last/,
    );
    expect((await refusal({ at: '2099-01-01 00:00' })).message).toContain('lies in the future; restorable:');
    expect((await refusal({ at: 'latest', database: 'shop' })).message).toContain('holds a whole cluster');
    expect((await refusal({ at: 'latest', inPlace: true })).message).toContain('never overwritten');
    expect((await refusal({ at: 'latest', to: folder })).message).toContain('is not empty');
    expect((await refusal({ at: 'latest', to: join(folder, 'x'.repeat(90)) })).message).toContain('too long');
    expect(existsSync(to)).toBe(false);
  });

  it(
    'touches nothing in a folder that was filled while it waited for consent',
    async () => {
      // Said when everything was looked at: what comes after is the restore itself.
      const onSaid = (line: string) => {
        if (line.startsWith('base backup ')) mkdirSync(join(to, 'data'), { recursive: true });
      };
      const { code, said } = await restored({ at: 'latest' }, { onSaid });
      expect(code).toBe(1);
      expect(said.join('\n')).toContain(`Nothing was restored: ${to} is not empty`);
      expect(readdirSync(to)).toEqual(['data']);
    },
    RESTORE_MAX_MS,
  );

  it(
    'refuses a moment in a gap, and reaches those before it',
    async () => {
      await archived.write(4);
      await archived.archived();
      const wal = walFolder();
      const lost = segments().at(-2)!;
      renameSync(join(wal, lost), join(folder, lost));
      try {
        const gap = await refusal({ at: await now() });
        expect(gap.message).toMatch(/lies in a gap: .*; restorable: \d{4}/);
        expect(existsSync(to)).toBe(false);
        const done = await restored({ at: moments.between });
        expect(done.code, why(done)).toBe(0);
        expect(inCopy('select n from rows')).toBe('1');
      } finally {
        renameSync(join(folder, lost), join(wal, lost));
      }
    },
    RESTORE_MAX_MS,
  );

  it(
    'says so when replay ends at a damaged segment, though the repository lists more',
    async () => {
      await archived.write(3);
      await archived.archived();
      const wal = walFolder();
      const whole = segments().at(-2)!;
      const kept = readFileSync(join(wal, whole));
      writeFileSync(join(wal, whole), Buffer.concat([kept.subarray(0, 64), Buffer.alloc(kept.length - 64)]));
      try {
        const done = await restored({ at: 'latest' });
        expect(done.code, why(done)).toBe(1);
        expect(done.said.join('\n')).toMatch(
          /warning after .*Replay ended before the WAL that the repository lists/,
        );
      } finally {
        writeFileSync(join(wal, whole), kept);
      }
    },
    RESTORE_MAX_MS,
  );

  it(
    'says what is left when the base backup cannot be laid down',
    async () => {
      const sets = join(archived.repository, 'backup', archived.stanza);
      // All of them: an older one would do.
      const lost = readdirSync(sets).filter((name) => /^\d{8}-\d{6}F$/.test(name));
      const held = (name: string) => join(sets, name, 'pg_data/global');
      for (const name of lost) renameSync(held(name), join(folder, name));
      try {
        const { code, said } = await restored({ at: moments.between });
        expect(code).toBe(1);
        expect(said.join('\n')).toMatch(
          /failed after .*Not restored: pgBackRest: .*What is left in .* is not whole/,
        );
        expect(readdirSync(to)).toContain('RESTORE-NOT-COMPLETE.txt');
        expect((await refusal({ at: 'latest' })).message).toContain(
          'holds a restore that did not get to its end',
        );
      } finally {
        for (const name of lost) renameSync(join(folder, name), held(name));
      }
    },
    RESTORE_MAX_MS,
  );

  it.each(['base backup', 'WAL follows'])(
    'leaves nothing behind when it is interrupted (%s)',
    async (moment) => {
      const ending = new AbortController();
      const seen = moment === 'base backup' ? join(to, 'data/base') : join(to, 'server.log');
      const done = restored({ at: moments.between }, { signal: ending.signal });
      await Promise.race([until(() => existsSync(seen), RESTORE_MAX_MS), done]);
      ending.abort();
      const { code, said } = await done;
      expect(code).toBe(130);
      expect(said.join('\n')).toContain(`what was made in ${to} was removed again`);
      expect(existsSync(to)).toBe(false);
    },
    RESTORE_MAX_MS,
  );

  it(
    'gives the copy the settings that production got after the base backup',
    async () => {
      await archived.set({ max_connections: '177', max_prepared_transactions: '5' });
      await sql('insert into rows values (7)');
      await archived.write();
      await archived.archived();
      const done = await restored({ at: 'latest' });
      expect(done.code, why(done)).toBe(0);
      expect(inCopy('select count(*) from rows where n = 7')).toBe('1');
      expect(inCopy('show max_connections')).toBe('177');
    },
    RESTORE_MAX_MS,
  );

  it(
    'shows from when to when, and the base backups',
    async () => {
      const printed: string[] = [];
      const options = { configFile, job: 'shop-pitr', host: undefined };
      expect(
        await showRecoveryPoints({ ...options, json: false }, systemClock, (text) => printed.push(text)),
      ).toBe(0);
      expect(printed.join('\n')).toMatch(
        /RESTORABLE FROM[\s\S]*what is archived last[\s\S]*BASE BACKUP[\s\S]*full/,
      );
      printed.length = 0;
      await showRecoveryPoints({ ...options, json: true }, systemClock, (text) => printed.push(text));
      const shown = JSON.parse(printed.join(''));
      expect(shown.windows).toHaveLength(1);
      expect(shown.windows[0].to).toBeNull();
      expect(shown.baseBackups).toHaveLength(2);
      expect(shown.baseBackups[0]).toMatchObject({ type: 'full', isUsable: true });
    },
    RESTORE_MAX_MS,
  );

  it(
    'is written down, and asks a second person where the configuration says so',
    async () => {
      const collector = await startCollector();
      const dataDir = enrollDirectly(collector);
      const started = await startTestAgent(dataDir, {
        collector: collector.url,
        jobs: { 'shop-pitr': job({ restore: { approval: 'second-person' } }) },
      });
      const own = { configFile: started.configFile, job: 'shop-pitr', to, at: moments.between };
      await expect(restoreNow(own)).rejects.toThrow('asks for a second person');
      expect(existsSync(to)).toBe(false);
      const done = await restoreNow({ ...own, withoutApproval: true });
      expect(done.code, why(done)).toBe(0);
      await until(() => started.agent.status().collector.unacked === 0);
      const record = collector.store.restores.list({ limit: 10 }).items[0];
      expect(record).toMatchObject({ approval: 'bypassed', outcome: 'succeeded' });
      expect(record!.order).toMatchObject({ destination: to, by: 'alice', reason: 'a test' });
    },
    RESTORE_MAX_MS,
  );

  it(
    'follows a cluster that was promoted before anything was archived: the history of its timeline is nowhere',
    async () => {
      const signal = join(archived.cluster.data, 'standby.signal');
      await archived.cluster.pause('fast');
      writeFileSync(signal, '');
      if (asRoot) execFileSync('chown', ['postgres', signal]);
      await archived.cluster.resume();
      await archived.cluster.promote();
      await archived.archived();
      rmSync(join(archived.repository, 'archive', archived.stanza, '15-1/00000002.history'));
      await archived.pgbackrest('--type=full', 'backup');
      await sql('insert into rows values (8)');
      const moment = await now();
      await sql('insert into rows values (9)');
      await archived.write();
      await archived.archived();
      const latest = await restored({ at: 'latest' });
      expect(latest.code, why(latest)).toBe(0);
      expect(inCopy('select n from rows where n > 7 order by n')).toBe('8\n9');
      stopCopy();
      to = `${to}-at`;
      const done = await restored({ at: moment });
      expect(done.code, why(done)).toBe(0);
      expect(inCopy('select n from rows where n > 7')).toBe('8');
    },
    RESTORE_MAX_MS,
  );
});
