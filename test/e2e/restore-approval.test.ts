/** A restore that needs a second person: asked for on the host, decided on the collector, once and in time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Consent } from '../../collector/consent.ts';
import { type Clock, systemClock } from '../../proto/clock.ts';
import { startTestAgent } from '../support/agent.ts';
import { makeRepository, makeTree } from '../support/borg.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type RestoreWorld, restoreNow } from '../support/restore.ts';
import { runJob } from '../support/run-job.ts';
import { enrollDirectly, silent, startCollector, until } from '../support/wire.ts';

const NEVER = { cron: '0 0 1 1 *', finish_within: '10m' };
const HOUR_MS = 3_600_000;

async function setUp() {
  const collector = await startCollector();
  const dataDir = enrollDirectly(collector);
  const folder = temporaryFolder();
  const tree = makeTree(folder);
  const repository = makeRepository(folder, 'repository', 'the passphrase');
  const { configFile, socket, agent } = await startTestAgent(dataDir, {
    collector: collector.url,
    repositories: {
      acme: {
        borg: repository.path,
        passphrase_file: repository.passphraseFile,
        restore: { approval: 'second-person' },
      },
    },
    jobs: { files: { kind: 'files', repository: 'acme', schedule: NEVER, paths: [tree] } },
  });
  process.env.BORG_BASE_DIR = join(folder, 'borg-of-root');
  await runJob(socket, 'files');
  const { store, sessions, context } = collector;
  const consent = new Consent({ store, sessions, feed: context.feed, clock: systemClock, log: silent });
  consent.start();
  onTestFinished(() => consent.stop());
  const to = join(folder, 'restored');
  const ask = (world: RestoreWorld = {}) =>
    restoreNow({ configFile, job: 'files', to, by: 'alice', request: true }, world);
  const waiting = () => until(() => store.restores.waiting({}, 0)[0]);
  return { collector, store, consent, agent, configFile, to, ask, waiting };
}

it('waits until another person agrees, tells who it was, and writes all of it down', async () => {
  const { store, consent, agent, to, ask, waiting } = await setUp();
  const asked = ask();
  const request = await waiting();
  expect(request.order).toMatchObject({ by: 'alice', reason: 'a test', destination: to });
  await expect(consent.decide(request.id, true, 'Alice ', '')).rejects.toThrow(
    'a second person has to agree',
  );
  const { told } = await consent.decide(request.id, true, 'bob', 'go ahead');
  expect(told).toEqual({ accepted: true, reason: 'the one who asked was told' });
  await expect(consent.decide(request.id, false, 'carol', '')).rejects.toThrow('not waiting any more');
  const done = await asked;
  expect(done.code, done.said.join('\n')).toBe(0);
  expect(done.said).toContain('approved by bob: go ahead');
  await until(() => agent.status().collector.unacked === 0);
  expect(store.restores.byId(request.id)).toMatchObject({
    approval: 'second-person',
    approvedBy: 'bob',
    decision: { approved: true, by: 'bob', note: 'go ahead' },
    outcome: 'succeeded',
  });
  const actions = store.system.journalPage(10).map(({ actor, action }) => `${actor}: ${action}`);
  expect(actions.slice(0, 4)).toEqual([
    'alice on web1: restore-finished',
    'alice on web1: restore-started',
    'bob: restore-approved',
    'alice on web1: restore-requested',
  ]);
});

it('does not restore what was refused or withdrawn, and nothing without asking', async () => {
  const { store, consent, agent, configFile, to, ask, waiting } = await setUp();
  await expect(restoreNow({ configFile, job: 'files', to })).rejects.toThrow('asks for a second person');
  const refused = ask();
  await consent.decide((await waiting()).id, false, 'bob', 'not today');
  const end = await refused;
  expect(end.code).toBe(1);
  expect(end.said.join('\n')).toContain('not restored: Refused by bob: not today.');

  const ending = new AbortController();
  const withdrawn = ask({ signal: ending.signal });
  await waiting();
  ending.abort();
  expect((await withdrawn).code).toBe(130);
  await until(() => agent.status().collector.unacked === 0 && store.restores.waiting({}, 0).length === 0);
  const [newest] = store.restores.list({ limit: 1 }).items;
  expect(newest).toMatchObject({
    outcome: 'cancelled',
    result: 'Withdrawn by the one who asked.',
    startedAtMs: null,
  });
  expect(existsSync(join(to, 'RESTORE-NOT-COMPLETE.txt'))).toBe(false);
});

it('gives up after an hour without an answer', async () => {
  const { ask } = await setUp();
  // An hour passes as soon as it is waited for.
  const clock: Clock = {
    ...systemClock,
    after: (ms, call) => systemClock.after(ms > HOUR_MS / 2 ? 0 : ms, call),
    monotonicMs: (() => {
      let calls = 0;
      return () => {
        calls += 1;
        return performance.now() + (calls > 4 ? HOUR_MS : 0);
      };
    })(),
  };
  const ended = await ask({ clock });
  expect(ended.code).toBe(1);
  expect(ended.said.join('\n')).toContain('nobody decided within 1h');
});

it('says that nobody can see the request while the collector is down, and goes on without only when told', async () => {
  const { collector, store, agent, configFile, to, ask } = await setUp();
  await collector.stop();
  await until(() => !agent.status().collector.connected);
  const ending = new AbortController();
  const asked = ask({
    signal: ending.signal,
    onSaid: (line) => {
      if (line.includes('the collector is not connected')) ending.abort();
    },
  });
  expect((await asked).code).toBe(130);
  await agent.stop();
  await expect(ask()).rejects.toThrow('the agent does not answer');
  const without = await restoreNow({ configFile, job: 'files', to, withoutApproval: true });
  expect(without.code).toBe(0);
  expect(without.said.join('\n')).toContain('NOT recorded');
  expect(store).toBeDefined();
});

it('tells a decision to a host that was away, as soon as it is back', async () => {
  const { store, consent, collector, agent, ask, waiting } = await setUp();
  const asked = ask();
  const request = await waiting();
  collector.sessions.endHost(request.hostId, 'stopping', 'a test');
  const { told } = await consent.decide(request.id, true, 'bob', '');
  expect(told).toEqual({ accepted: false, reason: 'its agent is not connected' });
  expect((await asked).code).toBe(0);
  await until(() => agent.status().collector.unacked === 0);
  expect(store.restores.byId(request.id)).toMatchObject({ approval: 'second-person', outcome: 'succeeded' });
});
