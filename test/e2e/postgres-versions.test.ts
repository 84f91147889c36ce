/** Several clusters of several majors on one host, each dumped by its own client: 13, 15 and 17 of Debian. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../agent/tools/manifest.ts';
import { DUMP_GUARD } from '../support/agent.ts';
import { cannotHavePrograms, DebianPrograms, type Release } from '../support/debian-programs.ts';
import { engineContext, postgresJob, repositorySpec } from '../support/job-specs.ts';
import { PostgresCluster } from '../support/postgres.ts';
import { walk } from '../support/walk.ts';

const MAJORS: [number, Release][] = [
  [13, 'bullseye'],
  [15, 'bookworm'],
  [17, 'trixie'],
];
/** Making a root takes a minute the first time. */
const ROOTS_WITHIN_MS = 20 * 60_000;
const WITHIN_MS = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'backproof-test-'));
const passphraseFile = join(folder, 'passphrase');
const repository = repositorySpec({
  location: join(folder, 'repository'),
  passphraseFile,
  lockWaitMs: 10_000,
});
const environment = {
  PATH: process.env.PATH!,
  BORG_BASE_DIR: join(folder, 'borg'),
  BORG_PASSPHRASE: 'secret',
};
const clusters = new Map<number, PostgresCluster>();
const borg = (...args: string[]) => execFileSync('borg', args, { env: environment });

const why = cannotHavePrograms();
if (why) console.warn(`postgres-versions is skipped: ${why}`);

// Needs root and debootstrap, for programs of other releases.
describe.skipIf(why !== null)('several majors on one host', () => {
  beforeAll(async () => {
    chmodSync(folder, 0o755);
    writeFileSync(passphraseFile, 'secret\n', { mode: 0o600 });
    borg('init', '-e', 'repokey', repository.location);
    for (const [major, release] of MAJORS) {
      const cluster = await PostgresCluster.startOf(
        await DebianPrograms.of(release),
        major,
        join(folder, `pg${major}`),
      );
      clusters.set(major, cluster);
      await cluster.sql('create database shop');
      await cluster.sql(
        "create table orders as select n, repeat('x', 100) from generate_series(1, 2000) n; create table nothing ()",
        'shop',
      );
    }
  }, ROOTS_WITHIN_MS);

  afterAll(async () => {
    for (const cluster of clusters.values()) await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(MAJORS)(
    'a PostgreSQL %d is dumped by the client of its own major, manifest included',
    async (major) => {
      const { socketFolder, port } = clusters.get(major)!;
      const context = engineContext({
        startedAtMs: Date.UTC(2026, 10, 20) + major * 60_000,
        environment,
        dumpGuard: DUMP_GUARD,
        postgresBins: Object.fromEntries([...clusters].map(([one, { bin }]) => [one, bin])),
      });
      const connection = { host: socketFolder, port, user: 'postgres' };
      const { conclusion, steps } = await walk(postgresJob({ repository, connection }), context);
      expect(conclusion.reason).toMatch(
        new RegExp(`^2 databases and the globals dumped from PostgreSQL ${major}\\.\\d+, the primary at`),
      );
      expect(conclusion).toMatchObject({ outcome: 'succeeded', recoveryPoints: [{}, {}, {}] });
      const dumps = steps.filter(({ id }) => id.startsWith('dump '));
      for (const step of dumps)
        expect((step as { argv: string[] }).argv.join(' ')).toContain(
          join(folder, `pg${major}`, 'programs/pg_dump'),
        );
      const manifest = steps.find(({ id }) => id === 'manifest') as { argv: string[] };
      const stored = manifest.argv.find((word) => word.includes('::'))!;
      const shop = readManifest(borg('extract', '--stdout', stored).toString())!.databases.at(-1)!;
      expect(shop).toMatchObject({
        objects: { tables: 2 },
        rows: { 'public.orders': 2000, 'public.nothing': 0 },
        checksums: { 'public.orders': { rows: 2000 } },
        leftOut: {},
      });
    },
    WITHIN_MS,
  );
});
