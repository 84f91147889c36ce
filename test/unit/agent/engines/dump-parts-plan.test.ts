import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { globalsPart, planParts } from '../../../../agent/engines/dump-parts.ts';
import type { Seen } from '../../../../agent/engines/types.ts';
import { engineContext, postgresJob } from '../../../support/job-specs.ts';

const DATABASES = 200;

test('reads each answer of borg once, however many databases there are', () => {
  const stdout = readFileSync(join(import.meta.dirname, '../../../golden/borg/1.2.4-dumped.json'), 'utf8');
  const context = engineContext();
  const job = postgresJob();
  const one = globalsPart(job, context, { command: ['pg_dump'], env: {}, form: 'postgres-sql' });
  const parts = Array.from({ length: DATABASES }, (_, i) => ({ ...one, archive: `${one.archive}-${i}` }));
  const parse = vi.spyOn(JSON, 'parse');
  const seen: Seen[] = [];
  for (let step = planParts(job, context, parts, seen); step?.id.startsWith('dump '); ) {
    const said = { warnings: [], warningsTotal: 0, mattersTotal: 0, errors: [], plain: [] };
    const how = { exitCode: 0, signal: null, startError: null, stdoutCut: false };
    seen.push({ type: 'process', id: step.id, ...how, stdout, said } as unknown as Seen);
    step = planParts(job, context, parts, seen);
  }
  expect(seen).toHaveLength(DATABASES);
  expect(parse.mock.calls.length).toBeLessThanOrEqual(DATABASES);
  parse.mockRestore();
});
