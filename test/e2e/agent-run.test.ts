/** Due -> run -> spool -> collector, with real borg behind a real sshd and a real PostgreSQL. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../proto/clock.ts';
import { startTestAgent } from '../support/agent.ts';
import { temporaryFolder } from '../support/folder.ts';
import { PostgresCluster } from '../support/postgres.ts';
import { runJob } from '../support/run-job.ts';
import { Storage } from '../support/storage.ts';
import { enrollDirectly, startCollector, until } from '../support/wire.ts';

const RUN_WITHIN_MS = 60_000;
/** A real clock on which the next minute begins in two seconds, so that nobody waits for it. */
function nearlyNextMinute(): Clock {
  const shiftMs = 58_000 - (Date.now() % 60_000);
  return { ...systemClock, nowMs: () => Date.now() + shiftMs };
}

const NEVER = { cron: '0 0 1 1 *', finish_within: '10m' };

async function storage(): Promise<Storage> {
  const started = await Storage.start(temporaryFolder());
  onTestFinished(() => started.stop());
  return started;
}

/** A folder that the user `postgres` may reach as well. */
function sharedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backproof-pg-'));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it(
  'backs files up through borg serve when they are due, and the collector hears of it',
  async () => {
    const collector = await startCollector();
    const dataDir = enrollDirectly(collector);
    const store = await storage();
    const repository = await store.createRepository('acme', 'web1');
    const tree = join(temporaryFolder(), 'tree');
    mkdirSync(tree);
    for (let i = 0; i < 20; i += 1) writeFileSync(join(tree, `file-${i}`), `content ${i}`);

    const { agent } = await startTestAgent(
      dataDir,
      {
        collector: collector.url,
        repositories: {
          acme: {
            borg: repository.url,
            ssh_command: repository.sshCommand,
            passphrase_file: repository.passphraseFile,
          },
        },
        jobs: {
          files: {
            kind: 'files',
            repository: 'acme',
            schedule: { cron: '* * * * *', finish_within: '50s' },
            paths: [tree],
          },
        },
      },
      { clock: nearlyNextMinute() },
    );
    const finished = await until(() => agent.status().jobs[0]?.lastRun, RUN_WITHIN_MS);
    expect(finished).toMatchObject({ outcome: 'succeeded' });
    expect(finished.reason).toMatch(/^20 files in web1-files-.*, seen in the repository\.$/);
    expect(await store.archives(repository)).toEqual([expect.stringMatching(/^web1-files-\d{4}-/)]);
    await until(() => agent.status().collector.unacked === 0, 10_000);
    const [stored] = collector.store.runs.list({ host: 'web1', limit: 1 }).items;
    expect(stored).toMatchObject({ job: 'files', outcome: 'succeeded', trigger: 'schedule' });
    expect(collector.store.jobs.byName('web1', 'files')?.declaration.sources).toEqual([tree]);
  },
  RUN_WITHIN_MS,
);

it(
  'dumps every database and the globals, each into an archive that is looked into',
  async () => {
    const collector = await startCollector();
    const dataDir = enrollDirectly(collector);
    const store = await storage();
    const repository = await store.createRepository('acme', 'db1');
    const postgres = await PostgresCluster.start(join(sharedFolder(), 'cluster'));
    onTestFinished(() => postgres.stop());
    await postgres.sql(`CREATE DATABASE "odd 'name/\\ü"`);
    await postgres.sql('CREATE DATABASE shop');
    await postgres.sql('CREATE TABLE t AS SELECT generate_series(1, 1000) AS n', 'shop');

    const { socket } = await startTestAgent(dataDir, {
      collector: collector.url,
      repositories: {
        acme: {
          borg: repository.url,
          ssh_command: repository.sshCommand,
          passphrase_file: repository.passphraseFile,
        },
      },
      jobs: {
        shop: {
          kind: 'postgres-dump',
          repository: 'acme',
          schedule: NEVER,
          connection: { host: postgres.socketFolder, port: postgres.port, user: 'postgres' },
        },
      },
    });
    const result = await runJob(socket, 'shop');
    expect(result.reason).toMatch(
      /3 databases and the globals dumped from PostgreSQL 15\.\d+, the primary at .*, seen in the repository\./,
    );
    expect(result.outcome).toBe('succeeded');
    expect(result.recoveryPoints.map((point) => point.subject)).toEqual([
      'globals',
      "odd 'name/\\ü",
      'postgres',
      'shop',
    ]);
    for (const point of result.recoveryPoints) expect(point.sizeBytes).toBeGreaterThan(100);
    const archives = (await store.archives(repository)).sort();
    const [manifest, ...more] = archives.filter((name) => name.endsWith('-manifest'));
    expect(more).toEqual([]);
    expect(archives).toEqual([...result.recoveryPoints.map((point) => point.name), manifest].sort());
  },
  RUN_WITHIN_MS,
);
