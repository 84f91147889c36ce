/** The doctor on a real server and a real pgBackRest, with mistakes that people make, and without them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkHost } from '../../agent/commands/check.ts';
import { systemClock } from '../../proto/clock.ts';
import { writeConfig } from '../support/agent.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ArchivedCluster, cannotArchive } from '../support/pgbackrest.ts';

const cannot = cannotArchive();
const STARTING_MAX_MS = 120_000;
const STORY_MAX_MS = 60_000;

// Needs pgbackrest; scripts/test installs it.
describe.skipIf(cannot !== null)('what the doctor says of point-in-time recovery', () => {
  let archived: ArchivedCluster;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'backproof-test-'));
    chmodSync(folder, 0o755);
    archived = await ArchivedCluster.start(folder);
    await archived.cluster.sql(
      'create role watcher login; grant pg_monitor to watcher; create role stranger login',
    );
  }, STARTING_MAX_MS);
  afterAll(async () => {
    await archived?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function findings(change: Record<string, unknown> = {}): Promise<[level: string, what: string][]> {
    const configFile = writeConfig(temporaryFolder(), {
      collector: 'wss://127.0.0.1:1',
      jobs: {
        'shop-pitr': {
          kind: 'postgres-pitr',
          stanza: 'shop',
          pgbackrest: { config: archived.configFile },
          connection: { host: archived.cluster.socketFolder, user: 'watcher' },
          longest_silence: '26h',
          ...change,
        },
      },
    });
    let said = '';
    await checkHost({ configFile, json: true }, systemClock, (text) => {
      said += text;
    });
    const all: { level: string; subject: string; what: string; next: string }[] = JSON.parse(said);
    const own = all.filter(
      ({ subject, what }) => subject === 'job shop-pitr' && !what.startsWith('no schedule'),
    );
    for (const { level, next } of own) if (level !== 'ok') expect(next).not.toBe('');
    return own.map(({ level, what }) => [level, what]);
  }

  it(
    'is one good line when nothing is wrong',
    async () => {
      expect(await findings()).toEqual([
        ['ok', expect.stringMatching(/^PostgreSQL \d+ archives into stanza shop by pgBackRest [\d.]+$/)],
      ]);
    },
    STORY_MAX_MS,
  );

  it(
    'names a stanza that is not there, and a server that does not answer',
    async () => {
      expect(await findings({ stanza: 'shopp' })).toEqual([
        ['failure', 'archive_command archives into stanza shop, not into stanza shopp.'],
        ['failure', expect.stringContaining('has no stanza shopp')],
      ]);
      const nowhere = { host: temporaryFolder(), user: 'watcher' };
      expect(await findings({ connection: nowhere })).toEqual([
        ['failure', expect.stringContaining('PostgreSQL does not answer')],
      ]);
    },
    STORY_MAX_MS,
  );

  it(
    'names all of several mistakes: a command that keeps nothing, no bound, a stranger, promises too short',
    async () => {
      await archived.cluster.sql(`alter system set archive_command = '/bin/true'`);
      await archived.cluster.sql('alter system set archive_timeout = 120');
      await archived.cluster.sql('select pg_reload_conf()');
      const stranger = { host: archived.cluster.socketFolder, user: 'stranger' };
      expect(
        await findings({ connection: stranger, stale_after: { warning: '4m', critical: '1h' } }),
      ).toEqual([
        ['warning', expect.stringContaining('role stranger is not in pg_monitor')],
        ['failure', expect.stringContaining('"/bin/true": it says yes and keeps nothing')],
        ['warning', expect.stringContaining('an idle server would be called late')],
      ]);
      await archived.set({ archive_mode: 'off' });
      await archived.cluster.sql('alter system set archive_timeout = 0');
      await archived.cluster.sql('select pg_reload_conf()');
      expect(await findings()).toEqual([
        ['failure', 'archive_mode is off: nothing is archived.'],
        ['warning', expect.stringContaining('archive_timeout is 0')],
      ]);
      for (const name of ['archive_command', 'archive_timeout'])
        await archived.cluster.sql(`alter system reset ${name}`);
      await archived.set({ archive_mode: 'on' });
    },
    STORY_MAX_MS,
  );

  it(
    'names a repository that is not encrypted, empty, and of a file that somebody else wrote',
    async () => {
      const plain = join(folder, 'plain.conf');
      execFileSync('install', ['-d', '-o', 'postgres', join(folder, 'plain')]);
      const data = `pg1-path=${archived.cluster.data}\npg1-socket-path=${archived.cluster.socketFolder}\n`;
      const paths = `repo1-path=${folder}/plain\nlog-path=${folder}/log\nlock-path=${folder}/lock\n`;
      writeFileSync(plain, `[global]\n${paths}[shop]\n${data}`);
      const create = [
        '-u',
        'postgres',
        '--',
        'pgbackrest',
        `--config=${plain}`,
        '--stanza=shop',
        'stanza-create',
      ];
      execFileSync('runuser', create, { cwd: '/', stdio: 'pipe' });
      execFileSync('chown', ['daemon', `${folder}/plain/archive/shop/archive.info`]);
      execFileSync('chmod', ['644', `${folder}/plain/archive/shop/archive.info`]);
      expect(await findings({ pgbackrest: { config: plain } })).toEqual([
        ['failure', expect.stringContaining("archive.info does not belong to the server's user")],
        ['warning', expect.stringContaining('is NOT encrypted')],
        ['warning', expect.stringContaining('no base backup yet')],
      ]);
    },
    STORY_MAX_MS,
  );
});
