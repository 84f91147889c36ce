import { expect, test } from 'vitest';
import { Facts } from '../../../../collector/ingest/facts.ts';
import { openStore } from '../../../../collector/store/open.ts';
import { ProtocolError } from '../../../../proto/errors.ts';
import { JOBS_PER_HOST_MAX, REPOSITORIES_PER_HOST_MAX } from '../../../../proto/limits.ts';
import type { RecordBody } from '../../../../proto/messages.ts';
import { sampleDeclaration, sampleFinished } from '../../../support/samples.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 2);

test('a host may have so many jobs and no more, declared or not, and may still speak of those', () => {
  const store = openStore(':memory:');
  const { id: hostId } = store.hosts.enroll('web1', 'acme', NOW_MS);
  const facts = new Facts(store);
  const speaker = { hostId, host: 'web1', epoch: 1, clockOffsetMs: 0 };
  const say = (body: RecordBody) => facts.store(speaker, { recordedAtMs: NOW_MS, body }, NOW_MS);
  const declare = (job: string) => say({ type: 'job-declared', value: sampleDeclaration({ job }) });
  store.transaction(() => {
    for (let i = 0; i < JOBS_PER_HOST_MAX; i += 1) declare(`job-${i}`);
  });
  expect(() => declare('more')).toThrow(ProtocolError);
  const run = sampleFinished({ job: 'more' });
  expect(() => say({ type: 'run-finished', value: run })).toThrow(/no more/);
  expect(declare('job-0').news).toBe(true);
  expect(store.jobs.countOfHost(hostId)).toBe(JOBS_PER_HOST_MAX);
  store.close();
});

test('a host may name so many repositories and no more, and may still speak of those', () => {
  const store = openStore(':memory:');
  const { id: hostId } = store.hosts.enroll('web1', 'acme', NOW_MS);
  const facts = new Facts(store);
  const speaker = { hostId, host: 'web1', epoch: 1, clockOffsetMs: 0 };
  const see = (repository: string, nowMs = NOW_MS) => {
    const value = {
      repository,
      borgId: 'a'.repeat(64),
      location: '/srv',
      encryption: 'repokey',
      heldFor: '',
    };
    facts.store(speaker, { recordedAtMs: nowMs, body: { type: 'repository-seen', value } }, nowMs);
  };
  store.transaction(() => {
    for (let i = 0; i < REPOSITORIES_PER_HOST_MAX; i += 1) see(`repository-${i}`);
  });
  expect(() => see('more')).toThrow(/no more/);
  see('repository-0', NOW_MS + 1);
  expect(store.repositories.list({ host: 'web1' }).map(({ lastSeenAtMs }) => lastSeenAtMs)).toContain(
    NOW_MS + 1,
  );
  expect(store.repositories.countOfHost(hostId)).toBe(REPOSITORIES_PER_HOST_MAX);
  store.close();
});

test('a schedule that only a newer agent knows does not block its stream: silence is judged, and a person is told', () => {
  const store = openStore(':memory:');
  const { id: hostId } = store.hosts.enroll('web1', 'acme', NOW_MS);
  const facts = new Facts(store);
  const speaker = { hostId, host: 'web1', epoch: 1, clockOffsetMs: 0 };
  const known = sampleDeclaration({ longestSilenceMs: 1_000 });
  const declare = (zone: string) => {
    const value = { ...known, schedule: { ...known.schedule!, zone } };
    facts.store(speaker, { recordedAtMs: NOW_MS, body: { type: 'job-declared', value } }, NOW_MS);
    return store.jobs.byName('web1', known.job)!;
  };
  expect(declare('Mars/Olympus')).toMatchObject({
    declaration: { schedule: null, longestSilenceMs: 1_000 },
    weakened:
      `The schedule of ${known.job} cannot be followed here, only its silence is judged: "Mars/Olympus" is not an ` +
      'IANA time zone such as Europe/Berlin. Is the collector older than the agent?',
  });
  expect(declare('Europe/Berlin')).toMatchObject({
    declaration: { schedule: { zone: 'Europe/Berlin' } },
    weakened: '',
  });
  expect(declare('Mars/Olympus').promised.schedule?.zone).toBe('Europe/Berlin');
  store.close();
});
