import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../../../agent/config.ts';
import { checkJob } from '../../../../agent/engines/index.ts';
import { ConfigError } from '../../../../proto/yaml-config.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const DAY_MS = 86_400_000;

function load(more: Record<string, unknown>) {
  const folder = temporaryFolder();
  const file = join(folder, 'agent.yaml');
  const base = { collector: 'wss://backup.example.net:7443', timezone: 'UTC', data: folder };
  writeFileSync(file, stringify({ ...base, ...more }));
  return loadConfig(file, checkJob);
}
async function keys(more: Record<string, unknown>): Promise<string[]> {
  const error = await load(more).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).problems.map(({ key, allowed }) => `${key}: ${allowed}`);
}
const web1 = { borg: '/srv/borg/acme/web1', unencrypted: true, keep: '7d' };

test('each repository of a steward becomes a job that prunes it, daily unless said otherwise', async () => {
  const beside = { ...web1, host: 'web1-b', keep: '30d', keep_weekly: 8 };
  const { jobs, dataDir, storage } = await load({ steward: { repositories: { web1, beside } } });
  expect(jobs).toMatchObject([
    {
      name: 'prune-web1',
      kind: 'prune',
      keepMs: 7 * DAY_MS,
      schedule: { cron: '30 5 * * *', zone: 'UTC', finishWithinMs: 6 * 3_600_000 },
      repository: { name: 'web1', location: '/srv/borg/acme/web1' },
      policy: { host: 'web1', otherHosts: ['web1-b'], keepMs: 7 * DAY_MS, daily: 0, weekly: 0, monthly: 0 },
      memoryFile: join(dataDir, 'steward', 'web1.json'),
    },
    {
      name: 'prune-beside',
      policy: { host: 'web1-b', otherHosts: ['web1'], weekly: 8 },
      // The same: what one of them removes has not vanished for the other.
      memoryFile: join(dataDir, 'steward', 'web1.json'),
    },
  ]);
  expect(storage).toEqual(['/srv/borg/acme/web1']);
});

test('what restore tests will need is refused by name, and so is a repository without keep', async () => {
  const found = await keys({
    steward: {
      scratch: '/tmp',
      limits: {},
      postgres: {},
      mysql: {},
      repositories: { web1: { ...web1, keep: undefined } },
    },
  });
  for (const key of ['scratch', 'limits', 'postgres', 'mysql'])
    expect(found).toContain(`steward.${key}: nothing (restore tests are not supported by this version)`);
  expect(found.join('\n')).toContain('steward.repositories.web1.keep: a duration');
});

test('a job must not stand where a steward’s would', async () => {
  const schedule = { cron: '0 2 * * *', finish_within: '1h' };
  const found = await keys({
    jobs: { 'prune-web1': { kind: 'command', schedule } },
    steward: { schedule: { cron: 'at noon', finish_within: '1h' }, repositories: { web1 } },
  });
  expect(found.join('\n')).toContain('a name whose job, prune-web1, is free');
  expect(found.join('\n')).toContain('steward.schedule.cron: a cron expression');
});

test('kind: prune is no kind a person writes, and no kind that is missing from the list', async () => {
  const found = await keys({ jobs: { one: { kind: 'prune', longest_silence: '1d' } } });
  expect(found[0]).toMatch(/^jobs\.one\.kind: files, /);
  expect(found[0]).not.toContain('prune,');
});

test('repositories on disks of this machine are looked at without being told', async () => {
  const { storage } = await load({
    storage: { repositories: ['/srv/borg/*/*'] },
    repositories: {
      here: { borg: 'file:///mnt/backup', unencrypted: true },
      there: { borg: 'ssh://a@b/./c', unencrypted: true },
    },
  });
  expect(storage).toEqual(['/srv/borg/*/*', '/mnt/backup']);
});
