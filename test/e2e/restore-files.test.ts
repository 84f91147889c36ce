/** Files that come back: real borg, a real agent, a collector that hears who restored what and why. */
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { showRecoveryPoints } from '../../agent/commands/recovery-points.ts';
import { MARKER } from '../../agent/restore/folder.ts';
import { systemClock } from '../../proto/clock.ts';
import type { UserError } from '../../proto/errors.ts';
import { startTestAgent } from '../support/agent.ts';
import { makeRepository } from '../support/borg.ts';
import { temporaryFolder } from '../support/folder.ts';
import { restoreNow } from '../support/restore.ts';
import { runJob } from '../support/run-job.ts';
import { enrollDirectly, startCollector, until } from '../support/wire.ts';

const NEVER = { cron: '0 0 1 1 *', finish_within: '10m' };
const ODD = '-odd  \u202e name\nof "two" lines\\';

async function setUp() {
  const collector = await startCollector();
  const dataDir = enrollDirectly(collector);
  const folder = temporaryFolder();
  const tree = join(folder, 'www');
  mkdirSync(join(tree, 'shop'), { recursive: true });
  writeFileSync(join(tree, 'shop/index.html'), 'first');
  writeFileSync(join(tree, ODD), 'odd');
  chmodSync(join(tree, ODD), 0o640);
  linkSync(join(tree, ODD), join(tree, 'hard'));
  symlinkSync('shop/index.html', join(tree, 'link'));
  const repository = makeRepository(folder, 'repository', 'the passphrase');
  const test = await startTestAgent(dataDir, {
    collector: collector.url,
    repositories: { acme: { borg: repository.path, passphrase_file: repository.passphraseFile } },
    jobs: { files: { kind: 'files', repository: 'acme', schedule: NEVER, paths: [tree] } },
  });
  const { configFile, socket, agent } = test;
  process.env.BORG_BASE_DIR = join(folder, 'borg-of-root');
  const job = { configFile, job: 'files' };
  return { collector, folder, tree, repository, agent, socket, job };
}

it('brings back what was destroyed, and tells the collector who, why and what', async () => {
  const { collector, folder, tree, agent, socket, job } = await setUp();
  expect(await runJob(socket, 'files')).toMatchObject({ outcome: 'succeeded' });
  rmSync(tree, { recursive: true });
  const to = join(folder, 'restored');
  const done = await restoreNow({ ...job, to, by: 'alice', reason: 'ticket 4711' });
  expect(done.code, done.said.join('\n')).toBe(0);
  expect(done.said[0]).toMatch(/^recovery point: web1-files-.* made .* UTC, .* old$/);
  const back = join(to, tree);
  expect(readFileSync(join(back, 'shop/index.html'), 'utf8')).toBe('first');
  expect(readFileSync(join(back, 'link'), 'utf8')).toBe('first');
  expect(readFileSync(join(back, ODD), 'utf8')).toBe('odd');
  expect(statSync(join(back, ODD)).mode & 0o777).toBe(0o640);
  expect(statSync(join(back, 'hard')).ino).toBe(statSync(join(back, ODD)).ino);
  expect(statSync(join(to, MARKER), { throwIfNoEntry: false })).toBeUndefined();

  await until(() => agent.status().collector.unacked === 0);
  const [row] = collector.store.restores.list({ limit: 10 }).items;
  expect(row).toMatchObject({
    host: 'web1',
    order: { job: 'files', by: 'alice', reason: 'ticket 4711', paths: [], destination: to, inPlace: false },
    approval: 'not-needed',
    outcome: 'succeeded',
    decision: null,
  });
  const actions = collector.store.system.journalPage(10).map(({ actor, action }) => `${actor}: ${action}`);
  expect(actions.slice(0, 2)).toEqual(['alice on web1: restore-finished', 'alice on web1: restore-started']);
});

it('takes the newest archive at or before the moment, and refuses one before the first', async () => {
  const { folder, tree, socket, job } = await setUp();
  await runJob(socket, 'files');
  const between = new Date().toISOString();
  writeFileSync(join(tree, 'shop/index.html'), 'second');
  await runJob(socket, 'files');
  const path = join(tree, 'shop/index.html');
  const old = await restoreNow({ ...job, at: between, to: join(folder, 'old'), paths: [path] });
  expect(old.code).toBe(0);
  expect(old.said[0]).toContain('before that moment');
  expect(readFileSync(join(folder, 'old', path), 'utf8')).toBe('first');
  const now = await restoreNow({ ...job, to: '-', paths: [path] });
  expect(now.stdout.toString()).toBe('second');
  const early = restoreNow({ ...job, at: '2020-01-01 00:00', to: join(folder, 'never') });
  await expect(early).rejects.toThrow(
    /no recovery point at or before 2020-01-01 00:00:00 UTC; the oldest is of/,
  );

  let shown = '';
  expect(
    await showRecoveryPoints({ ...job, host: undefined, json: true }, systemClock, (text) => (shown = text)),
  ).toBe(0);
  const points: { name: string; createdAt: string }[] = JSON.parse(shown);
  expect(points).toHaveLength(2);
  expect(Date.parse(points[0]!.createdAt)).toBeGreaterThan(Date.parse(points[1]!.createdAt));
});

it('restores in place only when told twice, and nothing else than what was named', async () => {
  const { tree, socket, job } = await setUp();
  await runJob(socket, 'files');
  const [kept, lost] = [join(tree, 'shop/index.html'), join(tree, ODD)];
  writeFileSync(kept, 'newer');
  rmSync(lost);
  const wish = { ...job, inPlace: true, paths: [lost] };
  await expect(restoreNow(wish)).rejects.toThrow('nobody confirmed it');
  await expect(restoreNow({ ...wish, yesOverwrite: 'fils' })).rejects.toThrow('the job is files');
  await expect(restoreNow(wish, { typed: 'yes' })).rejects.toThrow('not confirmed');
  const done = await restoreNow(wish, { typed: 'files' });
  expect(done.code, done.said.join('\n')).toBe(0);
  expect(readFileSync(lost, 'utf8')).toBe('odd');
  expect(readFileSync(kept, 'utf8')).toBe('newer');
});

it('refuses what would go wrong before anything is written, and says what to do', async () => {
  const { folder, tree, repository, socket, job } = await setUp();
  await runJob(socket, 'files');
  const error = (wish: object) =>
    restoreNow({ ...job, to: join(folder, 'out'), ...wish }).then(
      () => new Error('it was restored'),
      (thrown: unknown) => thrown as UserError,
    );
  expect((await error({ paths: [join(tree, 'shop/indx.html')] })).message).toContain(
    `${join(tree, 'shop/indx.html')} is not in it; there is ${join(tree, 'shop/index.html')}`,
  );
  expect((await error({ to: tree })).message).toBe(`${tree} is not empty`);
  expect((await error({ to: join(tree, 'hard/x') })).message).toContain('cannot be restored into');
  expect((await error({ reason: ' ' })).message).toContain('with its reason');
  expect((await error({ at: 'yesterday' })).message).toContain('--at does not take "yesterday"');
  expect((await error({ at: '2026-02-30 10:00' })).message).toContain('--at does not take');
  expect((await error({ job: 'file' })).message).toContain('did you mean files?');
  expect((await error({ database: 'shop' })).message).toContain('holds files and no databases');
  expect((await error({ to: '-' })).message).toContain('exactly one file');
  expect((await error({ to: '-', paths: [tree] })).message).toContain('is no file');

  writeFileSync(repository.passphraseFile, 'another\n', { mode: 0o600 });
  expect((await error({})).message).toContain('The passphrase of repository acme is wrong');
  rmSync(repository.path, { recursive: true });
  expect((await error({})).message).toContain('There is no borg repository');
});

it('leaves a clear state when it is interrupted, and can be gone on with', async () => {
  const { collector, folder, tree, agent, socket, job } = await setUp();
  writeFileSync(join(tree, 'big'), Buffer.alloc(64 * 1024 * 1024, 'x'));
  await runJob(socket, 'files');
  const early = await restoreNow({ ...job, to: join(folder, 'none') }, { signal: AbortSignal.abort() });
  expect([early.code, early.said]).toEqual([130, ['Interrupted: nothing was restored.']]);
  const to = join(folder, 'half');
  const ending = new AbortController();
  // The first progress that is shown asks what time it is.
  const monotonicMs = () => {
    ending.abort();
    return performance.now();
  };
  const clock = { ...systemClock, monotonicMs };
  const half = await restoreNow({ ...job, to }, { clock, signal: ending.signal });
  expect(half.code).toBe(130);
  expect(half.said.join('\n')).toContain(`${to} is not whole`);
  await expect(restoreNow({ ...job, to })).rejects.toThrow('did not get to its end');
  const whole = await restoreNow({ ...job, to, overwrite: true });
  expect(whole.code, whole.said.join('\n')).toBe(0);
  expect(statSync(join(to, tree, 'big')).size).toBe(64 * 1024 * 1024);
  await until(() => agent.status().collector.unacked === 0);
  const rows = collector.store.restores.list({ limit: 10 }).items;
  expect(rows.map(({ outcome }) => outcome)).toEqual(['succeeded', 'cancelled']);
});

it('restores without an agent and a collector, and says aloud that it is not recorded', async () => {
  const { collector, folder, tree, agent, socket, job } = await setUp();
  await runJob(socket, 'files');
  await collector.stop();
  const first = await restoreNow({ ...job, to: join(folder, 'first') });
  expect(first.code).toBe(0);
  expect(first.said.join('\n')).not.toContain('warning');
  await agent.stop();
  const second = await restoreNow({ ...job, to: join(folder, 'second') });
  expect(second.code).toBe(0);
  expect(second.said.join('\n')).toContain('NOT recorded (the agent does not answer)');
  expect(readFileSync(join(folder, 'second', tree, 'hard'), 'utf8')).toBe('odd');
});

it('reads a repository that was moved since, whoever had used it at its old place', async () => {
  const { folder, repository, socket, job } = await setUp();
  expect(await runJob(socket, 'files')).toMatchObject({ outcome: 'succeeded' });
  expect(await restoreNow({ ...job, to: join(folder, 'before') })).toMatchObject({ code: 0 });
  const moved = `${repository.path}-moved`;
  renameSync(repository.path, moved);
  renameSync(repository.passphraseFile, repository.passphraseFile.replace(repository.path, moved));
  writeFileSync(job.configFile, readFileSync(job.configFile, 'utf8').replaceAll(repository.path, moved));
  const after = await restoreNow({ ...job, to: join(folder, 'after') });
  expect(after.code, after.said.join('\n')).toBe(0);
});
