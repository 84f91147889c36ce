import { linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { customerFindings } from '../../../../agent/config/customers.ts';
import type { JobSpec, RepositorySpec } from '../../../../agent/config/job-spec.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { FILES_JOB, REPOSITORY } from '../../../support/jobs.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

function secret(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

function repository(name: string, change: Partial<RepositorySpec>): RepositorySpec {
  return { ...REPOSITORY, name, ...change };
}

const found = (repositories: RepositorySpec[], jobs: JobSpec[] = []) =>
  customerFindings({ repositories, jobs }, 'acme').map(({ key, what }) => `${key}: ${what}`);

it('leaves one customer free to use one passphrase, named or not', () => {
  const passphraseFile = secret('own', 'a');
  const own = repository('own', { passphraseFile });
  expect(found([own, repository('too', { passphraseFile, customer: 'acme' })])).toEqual([]);
});

it('finds two customers with one passphrase, whichever way it is one', () => {
  const one = secret('one', 'the same\n');
  const copy = secret('copy', 'the same');
  const linked = join(folder, 'linked');
  linkSync(one, linked);
  const acme = repository('a', { passphraseFile: one });
  const with_ = (change: Partial<RepositorySpec>) =>
    found([acme, repository('b', { customer: 'globex', ...change })]);
  expect(with_({ passphraseFile: one })).toEqual([
    'repositories.b: repositories of different customers have the same passphrase_file: a of acme and b of globex',
  ]);
  expect(with_({ passphraseFile: linked })[0]).toContain('the same passphrase_file');
  expect(with_({ passphraseFile: copy })[0]).toContain('passphrases with the same content');
  expect(with_({ passphraseFile: secret('other', 'another') })).toEqual([]);
  const command = { passphraseFile: null, passphraseCommand: ['pass', 'show', 'backup'] };
  const pair = [repository('a', command), repository('b', { ...command, customer: 'globex' })];
  expect(found(pair)[0]).toContain('the same passphrase_command');
});

it('refuses a job another customer’s repository, and a steward none', () => {
  const theirs = repository('theirs', { customer: 'globex', passphraseFile: secret('theirs', 't') });
  const job = { ...FILES_JOB, repository: theirs };
  expect(found([theirs], [job])).toEqual([
    'jobs.files.repository: repository theirs belongs to customer globex, this host to acme',
  ]);
  // A steward's repositories are not among those that jobs of the host may name.
  expect(found([], [job])).toEqual([]);
});
