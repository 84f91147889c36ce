/** Is it still the repository that it was? With real borg, a real agent, and a collector that hears of it. */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { leaveMandate } from '../../agent/app/accept.ts';
import { LocalClient } from '../../agent/local-socket/client.ts';
import { startTestAgent } from '../support/agent.ts';
import { archivesIn, initRepository, makeRepository, makeTree } from '../support/borg.ts';
import { temporaryFolder } from '../support/folder.ts';
import { runJob } from '../support/run-job.ts';
import { enrollDirectly, startCollector, until } from '../support/wire.ts';

/** A dozen runs of a second each, longer on a busy machine. */
const WITHIN_MS = 240_000;
const PASSPHRASE = 'the passphrase of acme';
const NEVER = { cron: '0 0 1 1 *', finish_within: '10m' };

async function setUp() {
  const collector = await startCollector();
  const dataDir = enrollDirectly(collector);
  const folder = temporaryFolder();
  const tree = makeTree(folder);
  const repository = makeRepository(folder, 'repository', PASSPHRASE);
  const config = (
    path: string,
    more: Record<string, unknown> = { passphrase_file: repository.passphraseFile },
  ) => ({
    collector: collector.url,
    repositories: { acme: { borg: path, ...more } },
    jobs: { files: { kind: 'files', repository: 'acme', schedule: NEVER, paths: [tree] } },
  });
  return { collector, dataDir, folder, ...repository, config };
}

async function accept(socket: string): Promise<string> {
  const client = await LocalClient.open(socket);
  client.send({ type: 'accept-repository', repository: 'acme' });
  const answer = await client.receive();
  client.close();
  return answer && 'reason' in answer ? `${answer.type}: ${answer.reason}` : 'no answer';
}

it(
  'sends nothing more to a repository that took the place of the known one, until a person accepts it',
  async () => {
    const { collector, dataDir, path, config } = await setUp();
    const { agent, socket } = await startTestAgent(dataDir, config(path));
    expect(await runJob(socket, 'files')).toMatchObject({ outcome: 'succeeded' });
    await until(() => agent.status().collector.unacked === 0);
    const [first] = collector.store.repositories.list({ host: 'web1' });
    expect(first).toMatchObject({ name: 'acme', location: path, encryption: 'repokey-blake2', inUse: true });

    renameSync(path, `${path}.away`);
    initRepository(path, PASSPHRASE);
    const fooled = await runJob(socket, 'files');
    expect(fooled).toMatchObject({ outcome: 'failed', recoveryPoints: [] });
    expect(fooled.reason).toContain(`expected was ${first!.borgId.slice(0, 16)}, found is `);
    expect(fooled.reason).toContain('counts for nothing');
    expect(archivesIn(path, PASSPHRASE)).toHaveLength(1);

    const warned = await runJob(socket, 'files');
    expect(warned).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('Nothing was sent') });
    expect(archivesIn(path, PASSPHRASE)).toHaveLength(1);

    renameSync(path, `${path}.false`);
    renameSync(`${path}.away`, path);
    expect(await runJob(socket, 'files')).toMatchObject({ outcome: 'succeeded' });
    expect(await accept(socket)).toBe('refused: only root and the user of the agent may accept a repository');
    leaveMandate(dataDir, 'acme');
    expect(await accept(socket)).toBe('refused: nothing about repository acme waits to be accepted');

    rmSync(path, { recursive: true });
    renameSync(`${path}.false`, path);
    expect(await runJob(socket, 'files')).toMatchObject({ outcome: 'failed' });
    leaveMandate(dataDir, 'acme');
    expect(await accept(socket)).toMatch(/^accepted: [0-9a-f]{16} is repository acme at .* from now on$/);
    expect(await runJob(socket, 'files')).toMatchObject({ outcome: 'succeeded' });
    await until(() => agent.status().collector.unacked === 0);
    expect(
      collector.store.repositories.list({}).map(({ borgId, inUse }) => [borgId === first!.borgId, inUse]),
    ).toEqual([
      [false, true],
      [true, false],
    ]);
  },
  WITHIN_MS,
);

it(
  'ends at once when borg asks about a repository that has moved, and goes on once a person says so',
  async () => {
    const { dataDir, path, config } = await setUp();
    const before = await startTestAgent(dataDir, config(path));
    expect(await runJob(before.socket, 'files')).toMatchObject({ outcome: 'succeeded' });
    await before.agent.stop();
    const moved = `${path}-moved`;
    renameSync(path, moved);
    const { socket } = await startTestAgent(dataDir, config(moved));
    const asked = await runJob(socket, 'files');
    expect(asked).toMatchObject({ outcome: 'failed', recoveryPoints: [] });
    expect(asked.reason).toContain(`was at another place before (${path}); nothing was sent`);
    expect(asked.reason).toContain('backproof-agent key accept acme');
    leaveMandate(dataDir, 'acme');
    expect(await accept(socket)).toBe(
      `accepted: the next run tells borg that repository acme has moved to ${moved}`,
    );
    expect(await runJob(socket, 'files')).toMatchObject({ outcome: 'succeeded' });
    expect(archivesIn(moved, PASSPHRASE)).toHaveLength(2);
    expect(await runJob(socket, 'files')).toMatchObject({ outcome: 'succeeded' });
  },
  WITHIN_MS,
);

it(
  'backs up to an unencrypted repository only where the configuration says so, and the collector hears of it',
  async () => {
    const { collector, dataDir, folder, config, passphraseFile } = await setUp();
    const plain = join(folder, 'plain');
    initRepository(plain, '', 'none');
    const secret = await startTestAgent(dataDir, config(plain, { passphrase_file: passphraseFile }));
    const refused = await runJob(secret.socket, 'files');
    expect(refused).toMatchObject({ outcome: 'failed', recoveryPoints: [] });
    expect(refused.reason).toContain('is not encrypted although');
    await secret.agent.stop();

    const open = await startTestAgent(dataDir, config(plain, { unencrypted: true }));
    expect(await runJob(open.socket, 'files')).toMatchObject({ outcome: 'succeeded' });
    await until(() => open.agent.status().collector.unacked === 0);
    expect(collector.store.repositories.list({})).toMatchObject([{ name: 'acme', encryption: 'none' }]);
    await open.agent.stop();

    // borg knows it by now and asks no more: it is ours to refuse, before and after the first time.
    const again = await startTestAgent(dataDir, config(plain, { passphrase_file: passphraseFile }));
    for (const archives of [2, 2]) {
      expect(await runJob(again.socket, 'files')).toMatchObject({
        outcome: 'failed',
        reason: expect.stringContaining('is not encrypted although repository acme has a passphrase'),
      });
      expect(archivesIn(plain, '')).toHaveLength(archives);
    }
  },
  WITHIN_MS,
);

it(
  'counts no archive of another host whose name and job run together to the same',
  async () => {
    const { collector, path, config } = await setUp();
    const { jobs, ...rest } = config(path);
    const hosts = [
      [enrollDirectly(collector, 'web'), 'a-b'],
      [enrollDirectly(collector, 'web-a'), 'b'],
    ] as const;
    const made: string[][] = [];
    for (const [home, job] of hosts) {
      const { agent, socket } = await startTestAgent(home, { ...rest, jobs: { [job]: jobs.files } });
      const { outcome, recoveryPoints } = await runJob(socket, job);
      expect(outcome).toBe('succeeded');
      made.push(recoveryPoints.map(({ name }) => name));
      await until(() => agent.status().collector.unacked === 0);
      await agent.stop();
    }
    expect(archivesIn(path, PASSPHRASE)).toHaveLength(2);
    // The second has taken its inventory with both archives there.
    for (const [index, host] of ['web', 'web-a'].entries()) {
      const { items } = collector.store.runs.recoveryPoints({ host, limit: 9 });
      expect(items.map(({ name }) => name)).toEqual(made[index]);
    }
  },
  WITHIN_MS,
);

it('starts no agent that would give one customer’s key or repository to another', async () => {
  const { dataDir, folder, path, passphraseFile, config } = await setUp();
  const { passphraseFile: copied } = makeRepository(folder, 'other', PASSPHRASE);
  const { jobs, collector } = config(path);
  const repositories = {
    acme: { borg: path, passphrase_file: passphraseFile },
    copied: { borg: join(folder, 'other'), passphrase_file: copied, customer: 'globex' },
  };
  const started = startTestAgent(dataDir, {
    collector,
    repositories,
    jobs: { ...jobs, theirs: { ...jobs.files, repository: 'copied' } },
  });
  await expect(started).rejects.toThrow(
    /jobs\.theirs\.repository: repository copied belongs to customer globex/,
  );
  await expect(startTestAgent(dataDir, { collector, repositories, jobs })).rejects.toThrow(
    'repositories of different customers have passphrases with the same content: acme of acme and copied of globex',
  );
});
