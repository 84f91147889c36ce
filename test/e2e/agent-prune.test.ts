/** A steward with direct access prunes a repository that its host can only append to, with real borg. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { pruneRepository } from '../../agent/commands/prune.ts';
import { systemClock } from '../../proto/clock.ts';
import { startTestAgent } from '../support/agent.ts';
import { temporaryFolder } from '../support/folder.ts';
import { runJob } from '../support/run-job.ts';
import { Storage, type StorageRepository } from '../support/storage.ts';
import { enrollDirectly, startCollector, until } from '../support/wire.ts';

const exec = promisify(execFile);
const DAY_MS = 86_400_000;

/** What the host does: borg through `borg serve --append-only`, or on the storage host itself. */
async function borg(repository: StorageRepository, folder: string, args: string[], place = repository.url) {
  const { stdout, stderr } = await exec('borg', [...args.map((arg) => arg.replace('REPO', place))], {
    env: {
      ...process.env,
      TZ: 'UTC',
      BORG_PASSPHRASE: repository.passphrase,
      BORG_RSH: repository.sshCommand,
      BORG_BASE_DIR: join(folder, place === repository.url ? 'borg-of-host' : 'borg-of-storage'),
      BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
    },
  });
  return stdout + stderr;
}

it('shows its plan, keeps what is promised, and stops when the host has deleted something itself', async () => {
  const collector = await startCollector();
  const dataDir = enrollDirectly(collector, 'steward');
  const folder = temporaryFolder();
  const storage = await Storage.start(folder);
  onTestFinished(() => storage.stop());
  const repository = await storage.createRepository('acme', 'web1');
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  writeFileSync(join(tree, 'file'), 'content');

  const nowMs = Date.now();
  const nameOf = (daysAgo: number, host = 'web1') =>
    `${host}-files-${new Date(nowMs - daysAgo * DAY_MS - 3_600_000).toISOString()}`;
  const push = async (daysAgo: number, name = nameOf(daysAgo), comment = '') => {
    const timestamp = new Date(nowMs - daysAgo * DAY_MS - 3_600_000).toISOString().slice(0, 19);
    await borg(repository, folder, [
      'create',
      '--timestamp',
      timestamp,
      '--comment',
      comment,
      `REPO::${name}`,
      tree,
    ]);
    return name;
  };
  // Ours counts back from the newest archive, borg from now: the same but for an hour.
  for (const days of [40, 10, 9, 8, 7, 6, 3, 0]) await push(days);
  // What an interrupted run leaves; borg shows it only when asked.
  const unfinished = await push(5, `${nameOf(5)}.checkpoint`);
  const everything = () =>
    borg(repository, folder, ['list', '--short', '--consider-checkpoints', 'REPO'], repository.path);
  const others = [await push(30, nameOf(30, 'web2'))];
  // The steward has never heard of a host web1-b: by their names these could be of a job b-files of web1.
  for (const days of [31, 30, 29])
    others.push(await push(days, nameOf(days, 'web1-b'), 'backproof web1-b/files'));

  const { socket, configFile } = await startTestAgent(dataDir, {
    collector: collector.url,
    steward: {
      schedule: { cron: '0 0 1 1 *', finish_within: '10m' },
      repositories: {
        web1: {
          borg: repository.path,
          passphrase_file: repository.passphraseFile,
          keep: '7d',
          keep_monthly: 1,
        },
      },
    },
  });
  const command = async (change: object) => {
    const said: string[] = [];
    const options = { configFile, name: 'web1', dryRun: false, acceptMissing: false, json: false, ...change };
    const code = await pruneRepository(options, systemClock, (text) => said.push(text));
    return { code, said: said.join('\n') };
  };

  const before = await storage.archives(repository);
  expect(await everything()).toContain(unfinished);
  const rehearsal = await command({ dryRun: true, json: true });
  expect(rehearsal.code).toBe(0);
  const planned = JSON.parse(rehearsal.said) as {
    archives: { name: string; keep: boolean; reason: string }[];
  };
  expect(await storage.archives(repository)).toEqual(before);

  // borg's own idea of the same, as far as it goes: it does not cover the beginning of the seven days.
  const theirs = await borg(
    repository,
    folder,
    [
      'prune',
      '--dry-run',
      '--list',
      '--keep-within',
      '7d',
      '--keep-monthly',
      '1',
      '--glob-archives',
      'web1-files-*',
      'REPO',
    ],
    repository.path,
  );
  const keptByBorg = theirs
    .split('\n')
    .flatMap((line) => (line.startsWith('Keeping') ? [/web1-\S+/.exec(line)![0]] : []));
  const kept = planned.archives.filter(({ keep }) => keep);
  const more = kept.filter(({ name }) => !keptByBorg.includes(name));
  expect(kept.map(({ name }) => name)).toEqual(expect.arrayContaining(keptByBorg));
  expect(more.map(({ reason }) => reason)).toEqual(['covers the beginning of the 7d']);

  const pruned = await runJob(socket, 'prune-web1');
  expect(pruned).toMatchObject({
    outcome: 'succeeded',
    reason: expect.stringContaining('4 archives of others left alone'),
  });
  expect(pruned.logTail).toMatch(/^plan: remove \d, keep \d, leave alone 4\n/);
  const left = await storage.archives(repository);
  expect(await everything()).not.toContain(unfinished);
  expect(left.toSorted()).toEqual([...kept.map(({ name }) => name), ...others].sort());
  await until(
    () =>
      collector.store.runs.list({ host: 'steward', job: 'prune-web1', limit: 1 }).items[0]?.outcome ===
      'succeeded',
  );

  // The host goes on as before; what it deletes itself is gone from the list, and stops the steward.
  await push(-0.02);
  expect((await runJob(socket, 'prune-web1')).outcome).toBe('succeeded');
  await borg(repository, folder, ['delete', `REPO::${nameOf(3)}`]);
  const stopped = await runJob(socket, 'prune-web1');
  expect(stopped.outcome).toBe('failed');
  expect(stopped.reason).toContain(`${nameOf(3)} has vanished from repository web1`);
  expect((await command({ dryRun: true })).said).toContain('has vanished');
  expect((await command({ acceptMissing: true })).code).toBe(0);
  expect(await command({})).toMatchObject({ code: 0, said: expect.stringContaining('succeeded') });
}, 180_000);
