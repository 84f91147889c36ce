/** A cluster brought back to a moment out of what an archive directory put into borg; real PostgreSQL, real borg. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { showRecoveryPoints } from '../../agent/commands/recovery-points.ts';
import { parseSegment } from '../../agent/tools/wal.ts';
import { systemClock } from '../../proto/clock.ts';
import { DUMP_GUARD, writeConfig } from '../support/agent.ts';
import { DirectoryCluster } from '../support/archive-directory.ts';
import { engineContext } from '../support/job-specs.ts';
import { postgresBin } from '../support/postgres.ts';
import { restoreNow } from '../support/restore.ts';
import { Watching } from '../support/wal-watching.ts';
import { walk } from '../support/walk.ts';

const asRoot = process.getuid?.() === 0;
const STARTING_MAX_MS = 180_000;
const RESTORE_MAX_MS = 120_000;
const LOOKS_MAX = 8;
const SEGMENT_BYTES = 16 * 1024 ** 2;

let archived: DirectoryCluster;
let folder: string;
let configFile: string;
let to = '';
const moments = { between: '', last: '' };

const sql = (text: string) => archived.cluster.sql(text);
const now = () => sql(`select to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.MSOF')`);

function asServer(program: string, ...argv: string[]): string {
  const words = [join(postgresBin(), program), ...argv];
  const [command, ...rest] = asRoot ? ['runuser', '-u', 'postgres', '--', ...words] : words;
  return execFileSync(command!, rest, { cwd: '/', encoding: 'utf8' }).trim();
}
const inCopy = (text: string) =>
  asServer('psql', '-h', join(to, 'socket'), '-U', 'postgres', '-d', 'postgres', '-At', '-c', text);

async function sendAll(upTo: string): Promise<void> {
  const dataDir = join(folder, 'agent');
  const watching = new Watching(archived.job, { environment: archived.environment, dataDir });
  const wanted = (parseSegment(upTo, SEGMENT_BYTES)!.index + 1) * SEGMENT_BYTES;
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) if ((await watching.look()).savedLsn >= wanted) break;
  watching.watch.stop();
}

const restored = (at: string) => restoreNow({ configFile, job: 'shop-pitr', host: 'db1', at, to });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backproof-test-'));
  chmodSync(folder, 0o755);
  archived = await DirectoryCluster.start(folder);
  const { job, environment } = archived;
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  await archived.archiveByCommand();
  await sql('create table rows (n int)');
  const base = await walk(
    job,
    engineContext({
      host: 'db1',
      startedAtMs: Date.now(),
      environment,
      dumpGuard: DUMP_GUARD,
      postgresBins: { 15: postgresBin() },
    }),
  );
  expect(base.conclusion.reason).toMatch(/seen in the repository/);
  // A base backup is whole a second after borg's own, which keeps whole seconds.
  await sql('select pg_sleep(2.5)');
  await sql('insert into rows values (1)');
  await archived.write();
  // A promotion in between: the way leads over two timelines.
  await archived.cluster.pause('fast');
  await archived.cluster.follow(archived.cluster);
  await archived.cluster.promote();
  await sql('insert into rows values (2)');
  moments.between = await now();
  await sql('insert into rows values (3)');
  const last = await archived.write();
  moments.last = await now();
  await sendAll(last);
  const { passphraseFile, location } = job.store.repository;
  configFile = writeConfig(folder, {
    collector: 'wss://127.0.0.1:1',
    repositories: { wal: { borg: location, passphrase_file: passphraseFile } },
    jobs: {
      'shop-pitr': {
        kind: 'postgres-pitr',
        engine: 'archive-directory',
        archive_directory: archived.directory,
        repository: 'wal',
        connection: { host: archived.cluster.socketFolder },
        longest_silence: '2d',
      },
    },
  });
}, STARTING_MAX_MS);
afterAll(async () => {
  vi.unstubAllEnvs();
  await archived?.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  if (to !== '') asServer('pg_ctl', '-D', join(to, 'data'), '-m', 'immediate', '-s', 'stop');
});

it(
  'holds exactly what was committed until then, over a promotion, and archives nothing itself',
  async () => {
    to = join(folder, 'copy');
    const before = archived.files();
    const done = await restored(moments.between);
    expect(done.code, done.said.join('\n')).toBe(0);
    expect(inCopy('select string_agg(n::text, $$ $$ order by n) from rows')).toBe('1 2');
    expect(inCopy('show archive_mode')).toBe('off');
    expect(archived.files()).toEqual(before);
  },
  RESTORE_MAX_MS,
);

it(
  'holds everything that was sent, when the latest is wanted, out of the repository alone',
  async () => {
    to = join(folder, 'latest');
    rmSync(archived.directory, { recursive: true });
    const done = await restored('latest');
    expect(done.code, done.said.join('\n')).toBe(0);
    expect(inCopy('select string_agg(n::text, $$ $$ order by n) from rows')).toBe('1 2 3');
    const lines: string[] = [];
    const options = { configFile, job: 'shop-pitr', host: 'db1', json: true };
    expect(await showRecoveryPoints(options, systemClock, (text) => lines.push(text))).toBe(0);
    expect(JSON.parse(lines.join('\n'))).toMatchObject({
      windows: [{ to: null }],
      baseBackups: [{ isUsable: true }],
    });
  },
  RESTORE_MAX_MS,
);
