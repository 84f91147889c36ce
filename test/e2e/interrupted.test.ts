/**
 * A first backup that takes long and does not end: the agent is killed, the network is cut. The next run goes on
 * from borg's last checkpoint, and a checkpoint is no recovery point.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { LocalClient } from '../../agent/local-socket/client.ts';
import type { RunFinished } from '../../proto/run.ts';
import { writeConfig } from '../support/agent.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Storage, type StorageRepository } from '../support/storage.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { enrollDirectly, startCollector, until } from '../support/wire.ts';

const FILES = 16;
const FILE_BYTES = 2 * 1024 * 1024;
const ALL_BYTES = FILES * FILE_BYTES;
/** The whole takes sixteen seconds, and a checkpoint comes every second. */
const PACE = { upload_limit: '2MiB', checkpoint_interval: '1s', lock_wait: '60s' };
/** What a second run may send at most when it goes on instead of beginning anew. */
const REST_MAX = 0.9;
const STORY_MAX_MS = 120_000;
const POLL = { timeout: 60_000, interval: 200 };

async function hostWithMuchToSend() {
  const collector = await startCollector();
  const dataDir = enrollDirectly(collector);
  const storage = await Storage.start(temporaryFolder());
  onTestFinished(() => storage.stop());
  const repository = await storage.createRepository('acme', 'web1');
  const proxy = await TcpProxy.start(storage.port);
  const tree = join(temporaryFolder(), 'tree');
  mkdirSync(tree);
  for (let i = 0; i < FILES; i += 1) writeFileSync(join(tree, `${i}`), randomBytes(FILE_BYTES));
  const configFile = writeConfig(dataDir, {
    collector: collector.url,
    repositories: {
      acme: {
        borg: repository.url.replace(`:${storage.port}`, `:${proxy.port}`),
        ssh_command: repository.sshCommand,
        passphrase_file: repository.passphraseFile,
        ...PACE,
      },
    },
    jobs: {
      files: {
        kind: 'files',
        repository: 'acme',
        schedule: { cron: '0 0 1 1 *', finish_within: '10m' },
        paths: [tree],
      },
    },
  });
  const agents: ChildProcess[] = [];
  onTestFinished(() => {
    for (const agent of agents) agent.kill('SIGKILL');
  });
  /** A process of its own, which can be killed. */
  const startAgent = () => {
    const main = join(import.meta.dirname, '../../agent/main.ts');
    const argv = ['--import', import.meta.resolve('tsx'), main, 'run', '--config', configFile];
    const env = { ...process.env, BORG_BASE_DIR: join(dataDir, 'borg') };
    const agent = spawn(process.execPath, argv, { env, stdio: 'ignore' });
    agents.push(agent);
    return agent;
  };
  const start = async (): Promise<LocalClient> => {
    const socket = join(dataDir, 'agent.sock');
    const client = await vi.waitFor(() => LocalClient.open(socket), POLL);
    client.send({ type: 'start', job: 'files', wait: true });
    expect(await client.receive()).toMatchObject({ type: 'accepted' });
    return client;
  };
  const finished = async (client: LocalClient): Promise<RunFinished> => {
    for (;;) {
      const message = await client.receive();
      if (message === null) throw new Error('the agent is gone');
      if (message.type !== 'finished') continue;
      client.close();
      return message.run;
    }
  };
  return { collector, storage, repository, proxy, startAgent, start, finished };
}

/** How often the repository was committed: a checkpoint does so twice, without and with the unfinished archive. */
function transactions({ path }: StorageRepository): number {
  const file = join(path, 'transactions');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').length : 0;
}

/** Archives of unfinished runs, which `borg list` shows only when asked. */
function checkpoints(storage: Storage, repository: StorageRepository): string[] {
  const args = ['list', '--short', '--bypass-lock', '--consider-checkpoints', repository.path];
  const said = execFileSync('borg', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      BORG_PASSPHRASE: repository.passphrase,
      BORG_BASE_DIR: join(storage.folder, 'borg-of-storage'),
      BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
    },
  });
  return said.split('\n').filter((name) => name.includes('.checkpoint'));
}

function goneOnWith(run: RunFinished): void {
  expect(run.reason).toContain('seen in the repository');
  expect(run).toMatchObject({ outcome: 'succeeded', stats: { files: FILES } });
  expect(run.stats.originalBytes).toBeGreaterThanOrEqual(ALL_BYTES);
  expect(run.stats.deduplicatedBytes).toBeLessThan(ALL_BYTES * REST_MAX);
  expect(run.recoveryPoints).toHaveLength(1);
}

it(
  'goes on where it was when the agent is killed, and takes no checkpoint for a recovery point',
  async () => {
    const { collector, storage, repository, startAgent, start, finished } = await hostWithMuchToSend();
    const first = startAgent();
    const before = transactions(repository);
    const client = await start();
    await vi.waitFor(() => expect(transactions(repository)).toBeGreaterThan(before + 1), POLL);
    const killed = once(first, 'exit');
    first.kill('SIGKILL');
    await killed;
    client.close();

    startAgent();
    const run = await finished(await start());
    goneOnWith(run);
    // The unfinished archive is still there, and the inventory of this run does not show it.
    expect(checkpoints(storage, repository)).not.toEqual([]);
    const points = await until(() => {
      const { items } = collector.store.runs.recoveryPoints({ host: 'web1', limit: 100 });
      return items.length > 0 ? items : null;
    }, POLL.timeout);
    expect(points.map(({ name }) => name)).toEqual([run.recoveryPoints[0]!.name]);
    const runs = collector.store.runs.list({ host: 'web1', limit: 10 }).items;
    expect(runs.map(({ outcome }) => outcome).sort()).toEqual(['cancelled', 'succeeded']);
  },
  STORY_MAX_MS,
);

it(
  'goes on where it was when the network is cut, and says who cut it',
  async () => {
    const { repository, proxy, startAgent, start, finished } = await hostWithMuchToSend();
    startAgent();
    const before = transactions(repository);
    const client = await start();
    await vi.waitFor(() => expect(transactions(repository)).toBeGreaterThan(before + 1), POLL);
    proxy.cut();
    expect(await finished(client)).toMatchObject({
      outcome: 'failed',
      recoveryPoints: [],
      reason: expect.stringMatching(/^The storage host closed the connection/),
    });
    goneOnWith(await finished(await start()));
  },
  STORY_MAX_MS,
);
