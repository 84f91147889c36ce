/** `pitr setup` on a real server and a real pgBackRest: shown, applied, and the second time nothing. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { setUpPitr } from '../../agent/commands/pitr-setup.ts';
import { getArgv, infoArgv, listArgv, parseInfo, STANZA_OK } from '../../agent/tools/pgbackrest.ts';
import { systemClock } from '../../proto/clock.ts';
import { writeConfig } from '../support/agent.ts';
import { sharedFolder, temporaryFolder } from '../support/folder.ts';
import { cannotArchive } from '../support/pgbackrest.ts';
import { PostgresCluster } from '../support/postgres.ts';

const cannot = process.getuid?.() === 0 ? cannotArchive() : 'only root may write configurations';
const STORY_MAX_MS = 120_000;

// Needs pgbackrest; scripts/test installs it.
describe.skipIf(cannot !== null)('setting a server up for point-in-time recovery', () => {
  it(
    'shows what is missing, does it, leaves the restart to a person, and finds nothing to do the second time',
    async () => {
      const folder = sharedFolder();
      const cluster = await PostgresCluster.start(join(folder, 'cluster'));
      try {
        for (const name of ['repository', 'log', 'lock']) mkdirSync(join(folder, name));
        const conf = join(folder, 'pgbackrest.conf');
        const before = `# ours\n[global]\nlog-path=${folder}/log\nlock-path=${folder}/lock\n\n[other]\npg1-path=/nowhere\n\n[shop]\nrepo1-path=${folder}/repository\n`;
        writeFileSync(conf, before);
        execFileSync('chown', ['postgres', ...['repository', 'log', 'lock'].map((one) => join(folder, one))]);
        const configFile = writeConfig(temporaryFolder(), {
          collector: 'wss://127.0.0.1:1',
          jobs: {
            'shop-pitr': {
              kind: 'postgres-pitr',
              stanza: 'shop',
              pgbackrest: { config: conf },
              connection: { host: cluster.socketFolder, user: 'watcher' },
              schedule: { cron: '0 2 * * *', finish_within: '1h' },
              keep: '10d',
            },
          },
        });
        const setUp = async (apply: boolean) => {
          const said: string[] = [];
          await setUpPitr({ configFile, job: 'shop-pitr', apply }, systemClock, (text) => said.push(text));
          return said.join('\n');
        };
        const settings = () =>
          cluster.sql(
            "select string_agg(name || '=' || setting, ' ' order by name) from pg_settings where name in ('archive_mode', 'archive_timeout', 'wal_level')",
          );

        const shown = await setUp(false);
        expect(readFileSync(conf, 'utf8')).toBe(before);
        expect(await settings()).toBe('archive_mode=off archive_timeout=0 wal_level=replica');
        expect(shown).toContain('+ repo1-cipher-pass=…');
        expect(shown).toContain('+ repo1-retention-full=10');
        expect(shown).toContain('CREATE ROLE "watcher" LOGIN;');
        expect(shown).toContain("ALTER SYSTEM SET archive_mode = 'on';");
        expect(shown).toContain('restart of the server is needed for archive_mode');

        // A repository that cannot be looked into, or written to, leaves everything as it was.
        const repository = join(folder, 'repository');
        execFileSync('chown', ['root', repository]);
        chmodSync(repository, 0o700);
        await expect(setUp(true)).rejects.toThrow(/cannot tell what stanza shop holds: .*Permission denied/);
        chmodSync(repository, 0o755);
        await expect(setUp(true)).rejects.toThrow(/stanza could not be made/);
        expect(readFileSync(conf, 'utf8')).toBe(before);
        expect(existsSync(`${conf}.1`)).toBe(false);
        expect(await settings()).toBe('archive_mode=off archive_timeout=0 wal_level=replica');
        execFileSync('chown', ['postgres', repository]);

        const applied = await setUp(true);
        const after = readFileSync(conf, 'utf8');
        expect(after).toContain(before.trimEnd());
        const passphrase = /^repo1-cipher-pass=(.{64})$/m.exec(after)![1]!;
        expect(applied.split(passphrase)).toHaveLength(2);
        expect(readFileSync(`${conf}.1`, 'utf8')).toBe(before);
        for (const file of [conf, `${conf}.1`]) {
          const { mode, uid, gid } = statSync(file);
          expect([mode & 0o777, uid, gid]).toEqual([0o640, 0, statSync(cluster.data).gid]);
        }
        expect(existsSync(join(folder, 'repository/archive/shop/archive.info'))).toBe(true);
        expect(await settings()).toBe('archive_mode=off archive_timeout=60 wal_level=replica');

        // What is written and waits for the restart is not missing.
        const again = await setUp(true);
        expect(again).toContain('Nothing is missing');
        expect(again).toContain('restart of the server is needed for archive_mode');
        expect(readFileSync(conf, 'utf8')).toBe(after);
        expect(existsSync(`${conf}.2`)).toBe(false);

        await cluster.pause();
        await cluster.resume();
        const ready = await setUp(false);
        expect(ready).toBe('Nothing is missing for job shop-pitr.');
        expect(await cluster.sql("select pg_has_role('watcher', 'pg_monitor', 'usage')")).toBe('t');
        // With archive_check, which is its default: the backup waits for its own WAL.
        const argv = ['-u', 'postgres', '--', 'pgbackrest', `--config=${conf}`, '--stanza=shop', 'backup'];
        execFileSync('runuser', argv, { cwd: '/', stdio: 'pipe' });
        const prefix = ['runuser', '-u', 'postgres', '--'];
        const access = { program: 'pgbackrest', stanza: 'shop', configFile: conf, prefix };
        const ask = ([program, ...args]: string[]) =>
          execFileSync(program!, args, { cwd: '/', encoding: 'utf8' });
        expect(parseInfo(ask(infoArgv(access)), 'shop')).toMatchObject({
          code: STANZA_OK,
          isEncrypted: true,
          backups: [{ type: 'full' }],
        });
        // The watch reads what lies in a repository that only this stanza has, under the passphrase that only it has.
        const names = Object.keys(JSON.parse(ask(listArgv(access, '15-1', true))));
        const history = names.find((name) => name.endsWith('.backup'))!;
        expect(ask(getArgv(access, `15-1/${history}`))).toMatch(/^START WAL LOCATION/);
      } finally {
        await cluster.stop();
      }
    },
    STORY_MAX_MS,
  );

  it(
    'has segments copied into a plain archive directory',
    async () => {
      const folder = sharedFolder();
      const directory = join(folder, 'wal');
      const cluster = await PostgresCluster.start(join(folder, 'cluster'));
      try {
        const configFile = writeConfig(temporaryFolder(), {
          collector: 'wss://127.0.0.1:1',
          repositories: { wal: { borg: '/srv/borg', passphrase_file: '/nowhere/key' } },
          jobs: {
            'shop-pitr': {
              kind: 'postgres-pitr',
              engine: 'archive-directory',
              archive_directory: directory,
              repository: 'wal',
              connection: { host: cluster.socketFolder, user: 'watcher' },
              longest_silence: '26h',
            },
          },
        });
        const setUp = async () => {
          const said: string[] = [];
          const print = (text: string) => said.push(text);
          await setUpPitr({ configFile, job: 'shop-pitr', apply: true }, systemClock, print);
          return said.join('\n');
        };
        // Each segment would fail without it.
        await expect(setUp()).rejects.toThrow(`${directory} is no folder`);
        expect(await cluster.sql('show archive_timeout')).toBe('0');
        execFileSync('install', ['-d', '-o', 'postgres', '-m', '0770', directory]);
        expect(await setUp()).toContain('ALTER ROLE "watcher" REPLICATION;');
        await cluster.pause();
        await cluster.resume();
        expect(await setUp()).toContain('Nothing is missing');
        // Interrupted between what it writes and the reload.
        await cluster.sql("alter system set archive_timeout = '0'");
        await cluster.sql('select pg_reload_conf()');
        await vi.waitFor(async () => expect(await cluster.sql('show archive_timeout')).toBe('0'));
        await cluster.sql("alter system set archive_timeout = '1min'");
        expect(await setUp()).not.toContain('Nothing is missing');
        expect(await cluster.sql('show archive_timeout')).toBe('1min');
        expect(await setUp()).toContain('Nothing is missing');
        const name = await cluster.sql('create table t (n int); select pg_walfile_name(pg_switch_wal())');
        await vi.waitFor(() => expect(existsSync(join(directory, name))).toBe(true), { timeout: 30_000 });
        expect(existsSync(join(directory, `${name}.tmp`))).toBe(false);
      } finally {
        await cluster.stop();
      }
    },
    STORY_MAX_MS,
  );
});
