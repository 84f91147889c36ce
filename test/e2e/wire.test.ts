import { describe, expect, it } from 'vitest';
import type { RecordBody } from '../../proto/messages.ts';
import { sampleDeclaration, sampleFinished, sampleStarted } from '../support/samples.ts';
import { enrollDirectly, startAgent, startCollector, until } from '../support/wire.ts';

function finished(runId: string): RecordBody {
  return { type: 'run-finished', value: sampleFinished({ runId }) };
}

describe('a record that was spooled', () => {
  it('is stored and acked, before and after the link is up', async () => {
    const collector = await startCollector();
    const { spool } = startAgent(enrollDirectly(collector), collector.url);
    spool.append({ type: 'job-declared', value: sampleDeclaration() }, Date.now());
    spool.append({ type: 'run-started', value: sampleStarted() }, Date.now());
    await until(() => spool.position().ackedSeq === 2);
    spool.append(finished('run-1'), Date.now());
    for (let i = 2; i <= 600; i += 1) spool.append(finished(`run-${i}`), Date.now());
    await until(() => spool.backlog().records === 0);
    const runs = collector.store.runs.list({ limit: 1_000 }).items;
    expect(runs).toHaveLength(600);
    expect(new Set(runs.map(({ runId }) => runId)).size).toBe(600);
    expect(collector.store.jobs.byName('web1', 'files')?.declaration).toEqual(sampleDeclaration());
  });
});
