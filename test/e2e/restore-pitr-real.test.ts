/**
 * A cluster as servers really have it, brought back on a machine that lacks half of it: Debian's layout (settings outside
 * the data directory, conf.d), WAL on another disk, tablespaces, TLS, libraries, more connections and memory than by
 * default, a long transaction, a prepared one, an unlogged table, and a tablespace made after the base backup.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeConfig } from '../support/agent.ts';
import { inCopy, stopCopy, whyOf } from '../support/copies.ts';
import { ArchivedCluster, cannotArchive } from '../support/pgbackrest.ts';
import { postgresBin } from '../support/postgres.ts';
import { restoreNow } from '../support/restore.ts';

const asRoot = process.getuid?.() === 0;
const STARTING_MAX_MS = 180_000;
const RESTORE_MAX_MS = 120_000;
/** PostgreSQL keeps 64 of a transaction's in memory (PGPROC_MAX_CACHED_SUBXIDS). */
const SUBTRANSACTIONS = 100;

// Needs pgbackrest; scripts/test installs it.
describe.skipIf(cannotArchive() !== null)('a cluster as servers have it', () => {
  let archived: ArchivedCluster;
  let folder: string;
  let configFile: string;
  let to = '';
  /** Microseconds of the first row's commit; between the third row and the tablespace. */
  const moments = { first: '', third: '' };

  const sql = (text: string) => archived.cluster.sql(text);
  const own = (...names: string[]) =>
    names.map((name) => {
      const path = join(folder, name);
      mkdirSync(path);
      if (asRoot) execFileSync('chown', ['postgres', path]);
      return path;
    });
  const restored = (at: string, name: string) => {
    to = join(folder, name);
    return restoreNow({ configFile, job: 'shop-pitr', to, at });
  };
  /** Files of a folder with what they hold. */
  const held = (path: string) =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name)).toString('base64')])
      .sort();

  /** As pg_createcluster does it: nothing of the settings is in the data directory. */
  async function moveSettings(lines: string[]) {
    const { cluster } = archived;
    const [etc] = own('etc') as [string];
    mkdirSync(join(etc, 'conf.d'));
    for (const name of ['postgresql.conf', 'pg_hba.conf', 'pg_ident.conf'])
      renameSync(join(cluster.data, name), join(etc, name));
    const conf = readFileSync(join(etc, 'postgresql.conf'), 'utf8');
    writeFileSync(join(etc, 'postgresql.conf'), `${conf}\ninclude_dir = 'conf.d'\n`);
    writeFileSync(join(etc, 'conf.d/production.conf'), `${lines.join('\n')}\n`);
    if (asRoot) execFileSync('chown', ['-R', 'postgres', etc]);
    for (const name of ['config', 'hba', 'ident'])
      cluster.settings[`${name}_file`] = join(etc, name === 'config' ? 'postgresql.conf' : `pg_${name}.conf`);
    await cluster.pause('fast');
    await cluster.resume();
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'backproof-test-'));
    chmodSync(folder, 0o755);
    const wal = join(folder, 'wal-disk');
    const [space, late, libraries, tls] = own('space', 'late', 'libraries', 'tls', 'logs') as [
      string,
      string,
      string,
      string,
    ];
    if (asRoot) execFileSync('install', ['-d', '-o', 'postgres', wal]);
    archived = await ArchivedCluster.start(folder, { initdb: [`--waldir=${wal}/pg_wal`] });
    copyFileSync(join(postgresBin(), '../lib/auto_explain.so'), join(libraries, 'own.so'));
    const key = [
      '-nodes',
      '-keyout',
      join(tls, 'key'),
      '-out',
      join(tls, 'cert'),
      '-subj',
      '/CN=db1',
      '-batch',
    ];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', ...key],
      { stdio: 'ignore' },
    );
    chmodSync(join(tls, 'key'), 0o600);
    if (asRoot) execFileSync('chown', ['postgres', join(tls, 'key')]);
    await moveSettings([
      `shared_preload_libraries = '${libraries}/own'`,
      ...['max_connections = 333', 'max_prepared_transactions = 7', `shared_buffers = '3GB'`],
      ...['ssl = on', `ssl_cert_file = '${tls}/cert'`, `ssl_key_file = '${tls}/key'`],
      ...['hot_standby = off', 'logging_collector = on', `log_directory = '${folder}/logs'`],
      ...[`timezone = 'Europe/Berlin'`, 'track_commit_timestamp = on'],
    ]);
    await sql(`create tablespace fast location '${space}'`);
    await sql('create table rows (n int) tablespace fast');
    await sql('create unlogged table cache (n int); insert into cache values (1)');
    await sql(`alter role postgres set session_preload_libraries = '${libraries}/own'`);

    // A batch job that was at work before the base backup began, and is for a while after it ended.
    await sql('create table batch (n int)');
    const batch = spawn(
      join(postgresBin(), 'psql'),
      ['-h', archived.cluster.socketFolder, '-U', 'postgres', '-d', 'postgres', '-q'],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    const savepoints = Array.from(
      { length: SUBTRANSACTIONS },
      (_, n) => `savepoint s${n}; insert into batch values (${n});`,
    );
    batch.stdin.write(`begin; ${savepoints.join('\n')}\n\\echo begun\n`);
    await new Promise((resolve) => batch.stdout.once('data', resolve));
    await archived.pgbackrest('--type=full', 'backup');
    await sql('insert into rows values (1)');
    await sql('insert into rows values (2)');
    moments.first = await sql('select pg_xact_commit_timestamp(xmin) from rows where n = 1');
    batch.stdin.end('commit;\n');
    await new Promise((resolve) => batch.once('exit', resolve));

    await sql(`begin; insert into rows values (4); prepare transaction 'waiting'`);
    await sql('insert into rows values (3)');
    moments.third = await sql('select clock_timestamp()');
    await sql(`create tablespace late location '${late}'`);
    await sql('create table rows_late (n int) tablespace late; insert into rows_late values (1)');
    await sql('select pg_switch_wal()');
    await archived.archived();
    await sql('checkpoint');
    // Of a row that the copy must not reach, in a file that it must not touch.
    await sql('insert into rows_late values (2); checkpoint');
    rmSync(libraries, { recursive: true });
    configFile = writeConfig(folder, {
      collector: 'wss://127.0.0.1:1',
      timezone: 'Europe/Berlin',
      jobs: {
        'shop-pitr': {
          kind: 'postgres-pitr',
          stanza: archived.stanza,
          pgbackrest: { config: archived.configFile },
          connection: { host: archived.cluster.socketFolder },
          schedule: { cron: '0 0 1 1 *', finish_within: '10m' },
        },
      },
    });
  }, STARTING_MAX_MS);
  afterAll(async () => {
    await archived?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => stopCopy(to));

  it(
    'holds the transaction that was committed at that very microsecond and none after it, though the server could not be asked before',
    async () => {
      const done = await restored(moments.first, 'first');
      expect(done.code, whyOf(done, to)).toBe(0);
      expect(done.said.join('\n')).toContain(', within a second of that');
      expect(inCopy(to, 'select n from rows')).toBe('1');
      expect(inCopy(to, 'select count(*) from batch')).toBe('0');
      expect(inCopy(to, 'show max_connections')).toBe('333');
      expect(lstatSync(join(to, 'data/pg_wal')).isDirectory()).toBe(true);
      expect(existsSync(join(to, 'data/postgresql.conf.of-production'))).toBe(false);
    },
    RESTORE_MAX_MS,
  );

  it(
    'stands in front of a tablespace that was made later, and says what of production is not in it',
    async () => {
      const done = await restored(moments.third, 'third');
      expect(done.code, whyOf(done, to)).toBe(0);
      expect(inCopy(to, 'select n from rows order by n')).toBe('1\n2\n3');
      expect(inCopy(to, 'select count(*) from batch')).toBe(String(SUBTRANSACTIONS));
      const spaces = join(to, 'data/pg_tblspc');
      expect(readdirSync(spaces).map((name) => readlinkSync(join(spaces, name)))).toEqual([
        join(to, 'tablespaces/fast'),
      ]);
      const said = done.said.join('\n');
      expect(said).toContain('Prepared transactions wait in it and hold their locks (1)');
      expect(said).toContain('Its unlogged tables are empty');
      expect(said).toContain(`env 'PGOPTIONS=-c session_preload_libraries= `);
      inCopy(to, `commit prepared 'waiting'`);
      expect(inCopy(to, 'select count(*) from rows where n = 4')).toBe('1');
      expect(inCopy(to, 'select count(*) from cache')).toBe('0');
    },
    RESTORE_MAX_MS,
  );

  it(
    'goes no further than that tablespace, whose folder is production’s, and leaves it as it is',
    async () => {
      const before = held(join(folder, 'late'));
      const done = await restored('latest', 'latest');
      expect(done.code, whyOf(done, to)).toBe(1);
      expect(done.said.join('\n')).toMatch(
        /warning after .*in front of the making of a tablespace in ".*\/late", of \d{4}-.* Europe\/Berlin/,
      );
      expect(inCopy(to, 'select n from rows order by n')).toBe('1\n2\n3');
      expect(inCopy(to, `select count(*) from pg_tablespace where spcname = 'late'`)).toBe('0');
      inCopy(to, 'checkpoint');
      expect(held(join(folder, 'late'))).toEqual(before);
    },
    RESTORE_MAX_MS,
  );
});
