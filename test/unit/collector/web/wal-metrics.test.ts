import { describe, expect, it } from 'vitest';
import type { WalSample } from '../../../../proto/wal.ts';
import { sampleDeclaration } from '../../../support/samples.ts';
import { WAL_SAMPLE } from '../../../support/wal.ts';
import { FLEET_NOW_MS as NOW_MS, type TestWeb, testWeb } from '../../../support/web.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Of web1 and web2: one cluster. */
async function watched(samples: Record<string, Partial<WalSample>>, agoMs = 20_000): Promise<TestWeb> {
  const web = await testWeb({ hosts: 0 });
  for (const [host, sample] of Object.entries(samples)) {
    const { id } = web.store.hosts.enroll(host, 'acme', NOW_MS - 30 * DAY_MS);
    const staleAfter = { warningMs: 900_000, criticalMs: HOUR_MS };
    const declaration = sampleDeclaration({ job: 'pitr', kind: 'postgres-pitr', staleAfter });
    const job = web.store.jobs.declare(id, declaration, '', NOW_MS - 30 * DAY_MS);
    web.store.wal.save(job.id, { ...WAL_SAMPLE, ...sample }, NOW_MS - agoMs);
  }
  return web;
}

const WINDOWS = [
  { fromMs: NOW_MS - 9 * DAY_MS, toMs: NOW_MS - 2 * DAY_MS },
  { fromMs: NOW_MS - DAY_MS, toMs: 0 },
];

async function seriesOf({ app, bearer }: TestWeb): Promise<Record<string, number>> {
  const { body } = await app.inject({ url: '/metrics', headers: bearer('viewer') });
  const series = body.matchAll(
    /^backproof_pitr_(\w+)_seconds\{customer="acme",host="(\w+)",job="pitr"\} (\S+)$/gm,
  );
  return Object.fromEntries(
    Array.from(series, ([, name, host, value]) => [`${host} ${name}`, Number(value)]),
  );
}

describe('metrics of a write-ahead log', () => {
  it('are told once for a cluster, on the host of its primary', async () => {
    const web = await watched({ web1: { windows: WINDOWS, exposureMs: 40_000 }, web2: { role: 'standby' } });
    expect(await seriesOf(web)).toEqual({
      'web1 exposure': 60,
      'web1 observed_timestamp': (NOW_MS - 20_000) / 1000,
      'web1 restorable_from_timestamp': (NOW_MS - DAY_MS) / 1000,
      'web1 restorable_to_timestamp': (NOW_MS - 60_000) / 1000,
    });
  });

  it('have no exposure while nobody can look, and no window where there is none', async () => {
    expect(Object.keys(await seriesOf(await watched({ web1: { windows: [] } }, 300_001)))).toEqual([
      'web1 observed_timestamp',
    ]);
  });
});

describe('the API about a write-ahead log', () => {
  const jobs = async ({ app, bearer }: TestWeb) =>
    (await app.inject({ url: '/api/v1/jobs', headers: bearer('viewer') })).json<Record<string, unknown>[]>();

  it('tells windows and exposure, on a standby those of its primary', async () => {
    const web = await watched({ web1: { windows: WINDOWS, exposureMs: 40_000 }, web2: { role: 'standby' } });
    const told = {
      recoveryWindows: [
        { from: '2026-11-13T12:00:00.000Z', to: '2026-11-20T12:00:00.000Z' },
        { from: '2026-11-21T12:00:00.000Z', to: '2026-11-22T11:59:00.000Z' },
      ],
      exposureSeconds: 60,
      logSeenAt: '2026-11-22T11:59:40.000Z',
    };
    expect(await jobs(web)).toMatchObject([told, told]);
  });

  it('tells nothing that nobody knows', async () => {
    const nothing = { recoveryWindows: null, exposureSeconds: null, logSeenAt: null };
    expect(await jobs(await watched({ web1: { role: 'standby' } }))).toMatchObject([nothing]);
  });
});
