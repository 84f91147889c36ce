import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { failed } from '../../../agent/engines/types.ts';
import { RepositoryGuard } from '../../../agent/runner/repository-guard.ts';
import { Runner } from '../../../agent/runner.ts';
import { SpoolWriter } from '../../../agent/spool/writer.ts';
import { Spool } from '../../../agent/spool.ts';
import { Tools } from '../../../agent/watch/tools.ts';
import { systemClock } from '../../../proto/clock.ts';
import { decodeRecord } from '../../../proto/record-codec.ts';
import type { RecoveryPoint } from '../../../proto/run.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { commandJob } from '../../support/job-specs.ts';
import { SAMPLE_AT_MS } from '../../support/samples.ts';
import { silent } from '../../support/wire.ts';

/** As many as the globals and the databases of a crowded server. */
const points: RecoveryPoint[] = Array.from({ length: 1_001 }, (_, i) => ({
  repository: 'acme',
  name: `shop-${i}`,
  id: i.toString(16).padStart(64, '0'),
  subject: `db${i}`,
  createdAtMs: SAMPLE_AT_MS,
  sizeBytes: 7 + i,
}));

vi.mock('../../../agent/engines/index.ts', () => ({
  engineOf: () => ({ plan: () => null, outcome: () => failed('Made.', { recoveryPoints: points }) }),
}));

it('reports every recovery point of a run, also those that do not fit its record', async () => {
  const spool = Spool.open(join(temporaryFolder(), 'spool.db'), { bytesMax: 1 });
  onTestFinished(() => spool.close());
  const runner = new Runner({
    spool,
    writer: new SpoolWriter(spool),
    clock: systemClock,
    log: silent,
    tools: new Tools({}, systemClock),
    environment: {},
    postgresBins: {},
    dumpGuard: [],
    isRoot: false,
    crontabs: [],
    baseBackup: [],
    host: 'web1',
    guard: new RepositoryGuard({
      spool,
      writer: new SpoolWriter(spool),
      clock: systemClock,
      customer: 'acme',
    }),
    inventories: { isDue: () => true, taken: async () => {} },
    newRunId: () => 'run',
    onProgress: () => {},
  });
  await runner.start(commandJob(), 'schedule', SAMPLE_AT_MS).finished;
  const reported: RecoveryPoint[] = [];
  for (const { record } of spool.read(1, 9)) {
    const { body } = decodeRecord(record);
    if (body.type === 'run-finished' || body.type === 'recovery-points-seen')
      reported.push(...body.value.recoveryPoints);
    // They are not all that the repository holds.
    if (body.type === 'recovery-points-seen') expect(body.value.complete).toBe(false);
  }
  expect(reported).toEqual(points);
});
