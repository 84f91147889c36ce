/** What the wire does not carry is refused by the configuration: the agent could not declare such a job. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { declarationOf } from '../../../agent/app/declare.ts';
import { loadConfig } from '../../../agent/config.ts';
import { decodeRecord, encodeRecord } from '../../../proto/codec.ts';
import { ConfigError } from '../../../proto/yaml-config.ts';
import { temporaryFolder } from '../../support/folder.ts';

function load(schedule: object, repository?: string) {
  const file = join(temporaryFolder(), 'agent.yaml');
  const job = { kind: 'command', command: ['true'], schedule, ...(repository ? { repository } : {}) };
  writeFileSync(file, stringify({ collector: 'wss://backup.example.net:7443', jobs: { legacy: job } }));
  return loadConfig(file);
}

it('refuses durations and cron expressions that no declaration can carry', async () => {
  const wrong = { cron: `0 2 * * ${'1,'.repeat(70)}1`, finish_within: '99999d' };
  const error = await load(wrong).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).problems.map(({ key, allowed }) => `${key}: ${allowed}`)).toEqual([
    'jobs.legacy.schedule.cron: at most 128 characters',
    'jobs.legacy.schedule.finish_within: at most 3660d',
  ]);
});

it('declares the longest promise it takes', async () => {
  const { jobs } = await load({ cron: '0 2 * * *', finish_within: '3660d' });
  const body = { type: 'job-declared' as const, value: declarationOf(jobs[0]!) };
  expect(decodeRecord(encodeRecord({ recordedAtMs: 1, body })).body).toEqual(body);
});

it('does not take a word of JavaScript for the name of a repository', async () => {
  await expect(load({ cron: '0 2 * * *', finish_within: '1h' }, 'constructor')).rejects.toThrow(
    /jobs.legacy.repository: found "constructor", allowed: a name from repositories/,
  );
});
