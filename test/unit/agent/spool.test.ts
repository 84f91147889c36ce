import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SPOOL_BYTES_MIN, Spool, SpoolError } from '../../../agent/spool.ts';
import { decodeRecord } from '../../../proto/codec.ts';
import { ProtocolError } from '../../../proto/errors.ts';
import type { RecordBody } from '../../../proto/messages.ts';
import { allowWrites, connections, denyWrites } from '../../support/connections.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { SAMPLE_AT_MS, sampleDeclaration, sampleFinished, sampleStarted } from '../../support/samples.ts';

vi.mock('better-sqlite3', async (original) =>
  (await import('../../support/connections.ts')).watched(original),
);

const DAY_MS = 86_400_000;

function open(file: string, bytesMax = 64 * 1024 * 1024): Spool {
  const spool = Spool.open(file, { bytesMax });
  onTestFinished(() => spool.close());
  return spool;
}

function newSpool(bytesMax?: number): Spool {
  return open(join(temporaryFolder(), 'spool.db'), bytesMax);
}

function finished(runId: string, logTail = ''): RecordBody {
  return { type: 'run-finished', value: sampleFinished({ runId, logTail }) };
}

function bodies(spool: Spool, fromSeq = 1): { seq: number; body: RecordBody }[] {
  return spool.read(fromSeq, 10_000).map(({ seq, record }) => ({ seq, body: decodeRecord(record).body }));
}

describe('the numbering', () => {
  it('counts from 1 without holes and goes on after a restart', () => {
    const file = join(temporaryFolder(), 'spool.db');
    const first = Spool.open(file, { bytesMax: 1 });
    expect(first.position()).toMatchObject({ firstSeq: 1, lastSeq: 0, ackedSeq: 0 });
    expect(first.append(finished('a'), 1)).toBe(1);
    expect(first.append(finished('b'), 2)).toBe(2);
    const { epoch } = first.position();
    first.close();
    const again = open(file);
    expect(again.append(finished('c'), 3)).toBe(3);
    expect(again.position()).toEqual({ epoch, continuesEpoch: 0, firstSeq: 1, lastSeq: 3, ackedSeq: 0 });
  });

  it('is another epoch in every spool', () => {
    expect(newSpool().position().epoch).not.toBe(newSpool().position().epoch);
  });

  it('has chains that differ as soon as one record differed', () => {
    const [one, other] = [newSpool(), newSpool()];
    one.append(finished('a'), 1);
    other.append(finished('b'), 1);
    one.append(finished('c'), 2);
    other.append(finished('c'), 2);
    expect(one.chainAt(2)).not.toEqual(other.chainAt(2));
  });

  it('goes on although every record was acked and pruned', () => {
    const spool = newSpool();
    for (const id of ['a', 'b', 'c']) spool.append(finished(id), 1);
    spool.ack(3, 1);
    spool.prune(2);
    spool.prune(9 * DAY_MS);
    expect(spool.position()).toMatchObject({ firstSeq: 3, lastSeq: 3 });
    expect(spool.append(finished('d'), 2)).toBe(4);
  });
});

describe('what is acked', () => {
  it('is kept for seven days from the ack, not from the record', () => {
    const spool = newSpool();
    spool.append(finished('old'), 1);
    spool.append(finished('new'), 1);
    spool.ack(2, 30 * DAY_MS);
    spool.prune(30 * DAY_MS);
    spool.prune(36.9 * DAY_MS);
    expect(bodies(spool).map(({ seq }) => seq)).toEqual([1, 2]);
    spool.prune(37.1 * DAY_MS);
    expect(bodies(spool).map(({ seq }) => seq)).toEqual([2]);
  });

  it('is never more than what was spooled, and never goes back by itself', () => {
    const spool = newSpool();
    spool.append(finished('a'), 1);
    spool.append(finished('b'), 1);
    spool.ack(99, 1);
    spool.ack(1, 1);
    expect(spool.position().ackedSeq).toBe(2);
    expect(spool.backlog()).toEqual({ records: 0, bytes: 0 });
  });

  it('becomes unacked again when the collector went back', () => {
    const file = join(temporaryFolder(), 'spool.db');
    const spool = Spool.open(file, { bytesMax: 1 });
    for (const id of ['a', 'b', 'c']) spool.append(finished(id), 1);
    spool.ack(3, 1);
    spool.prune(1);
    spool.rewind(1);
    expect(spool.backlog().records).toBe(2);
    spool.close();
    expect(open(file).position().ackedSeq).toBe(1);
  });
});

describe('a spool that is full', () => {
  const LOG = 'x'.repeat(40_000);

  it('gives up acked records first', () => {
    const spool = newSpool(SPOOL_BYTES_MIN);
    for (let i = 1; i <= 40; i += 1) spool.append(finished(`run-${i}`, LOG), i);
    spool.ack(40, 40);
    for (let i = 41; i <= 60; i += 1) spool.append(finished(`run-${i}`, LOG), i);
    const kept = bodies(spool);
    expect(kept.every(({ body }) => body.type === 'run-finished')).toBe(true);
    expect(kept[0]!.seq).toBeGreaterThan(1);
    expect(kept.slice(-20).map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => 41 + i));
  });

  it('puts one gap record in the place of the oldest unacked ones, and says what it stands for', () => {
    const spool = newSpool(SPOOL_BYTES_MIN);
    const chains = new Map<number, Uint8Array>();
    for (let i = 1; i <= 300; i += 1) {
      const seq = spool.append(finished(`run-${i}`, LOG), 1_000 + i);
      chains.set(seq, spool.chainAt(seq)!);
    }
    const kept = bodies(spool);
    const gap = kept[0]!.body;
    if (gap.type !== 'gap') throw new Error('the first record is no gap');
    expect(gap.value).toMatchObject({ fromSeq: 1, toSeq: kept[0]!.seq, oldestAtMs: 1_001 });
    expect(gap.value.newestAtMs).toBe(1_000 + kept[0]!.seq);
    expect(gap.value.reason).toContain('full');
    // Nothing else is missing, and every chain is the one the collector may already know.
    expect(kept.slice(1).every(({ body }) => body.type === 'run-finished')).toBe(true);
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, i) => kept[0]!.seq + i));
    expect(kept.at(-1)!.seq).toBe(300);
    for (const { seq } of kept) expect(spool.chainAt(seq)).toEqual(chains.get(seq));
  });

  it('stays within its bound', () => {
    const spool = newSpool(SPOOL_BYTES_MIN);
    for (let i = 1; i <= 100; i += 1) {
      spool.append(finished(`run-${i}`, LOG), i);
      expect(spool.backlog().bytes).toBeLessThanOrEqual(SPOOL_BYTES_MIN);
    }
  });
});

describe('a new epoch', () => {
  it('renumbers every kept record from 1, all unacked, and turns gaps into records of their own', () => {
    const spool = newSpool(SPOOL_BYTES_MIN);
    const LOG = 'x'.repeat(40_000);
    for (let i = 1; i <= 100; i += 1) spool.append(finished(`run-${i}`, LOG), i);
    const before = bodies(spool);
    spool.ack(99, 100);
    const { epoch } = spool.position();
    spool.beginNewEpoch();
    const after = bodies(spool);
    expect(spool.position()).toMatchObject({ firstSeq: 1, lastSeq: before.length, ackedSeq: 0 });
    expect(spool.position().epoch).not.toBe(epoch);
    expect(spool.position().continuesEpoch).toBe(epoch);
    expect(after.map(({ seq }) => seq)).toEqual(before.map((_, i) => i + 1));
    expect(after.slice(1).map(({ body }) => body)).toEqual(before.slice(1).map(({ body }) => body));
    const gap = after[0]!.body;
    expect(gap).toMatchObject({ type: 'gap', value: { fromSeq: 1, toSeq: 1 } });
    expect(gap.type === 'gap' && gap.value.reason).toContain('records 1 to');
    expect(spool.append(finished('next'), 200)).toBe(before.length + 1);
  });
});

describe('what the runner remembers over a crash', () => {
  it('is which runs are open, and in which process', () => {
    const file = join(temporaryFolder(), 'spool.db');
    const spool = Spool.open(file, { bytesMax: 1 });
    spool.append({ type: 'run-started', value: sampleStarted({ runId: 'a' }) }, 1);
    spool.append({ type: 'run-started', value: sampleStarted({ runId: 'b' }) }, 2);
    spool.noteProcess('a', { pgid: 42, startTicks: 4_711 });
    spool.append(finished('b'), 3);
    spool.close();
    expect(open(file).unfinishedRuns()).toEqual([
      { run: sampleStarted({ runId: 'a' }), process: { pgid: 42, startTicks: 4_711 } },
    ]);
  });

  it('is the newest due moment and the last result of each job', () => {
    const spool = newSpool();
    const due = (runId: string, dueAtMs: number | null) =>
      spool.append({ type: 'run-started', value: sampleStarted({ runId, dueAtMs }) }, 1);
    due('a', SAMPLE_AT_MS);
    due('b', SAMPLE_AT_MS - DAY_MS);
    due('c', null);
    spool.append(finished('a'), 2);
    expect(spool.lastDueAtMs('files')).toBe(SAMPLE_AT_MS);
    expect(spool.lastFinished('files')?.runId).toBe('a');
    expect(spool.lastDueAtMs('other')).toBe(null);
    expect(spool.lastFinished('other')).toBe(null);
  });

  it('is what was declared and not removed', () => {
    const spool = newSpool();
    for (const job of ['a', 'b']) {
      spool.append({ type: 'job-declared', value: sampleDeclaration({ job }) }, 1);
    }
    spool.append({ type: 'job-removed', value: { job: 'a' } }, 2);
    expect(spool.declaredJobs()).toEqual([sampleDeclaration({ job: 'b' })]);
  });
});

describe('a spool that cannot be written', () => {
  it('throws SpoolError, has written nothing, and counts on when it can be written again', () => {
    const spool = newSpool();
    const connection = connections.at(-1)!;
    spool.append(finished('a'), 1);
    denyWrites(connection);
    expect(() => spool.append(finished('b'), 2)).toThrow(SpoolError);
    allowWrites(connection);
    expect(spool.position().lastSeq).toBe(1);
    expect(spool.append(finished('b'), 2)).toBe(2);
  });

  it('is told apart from a record that can never be written', () => {
    const spool = newSpool();
    expect(() => spool.append({ type: 'job-removed', value: { job: '../x' } }, 1)).toThrow(ProtocolError);
    expect(spool.position().lastSeq).toBe(0);
  });

  it('belongs to one process: a second one is told so, and the first goes on', () => {
    const file = join(temporaryFolder(), 'spool.db');
    const spool = open(file);
    expect(() => Spool.open(file, { bytesMax: 1 })).toThrow(/cannot be opened: database is locked/);
    expect(spool.append(finished('a'), 1)).toBe(1);
  });

  it('says which file it is when it is no spool', () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o700);
    expect(() => Spool.open(folder, { bytesMax: 1 })).toThrow(/spool .* cannot be opened/);
  });
});

it('knows after a restart whether it named file systems last', () => {
  const file = join(temporaryFolder(), 'spool.db');
  const say = (...paths: string[]) => {
    const spool = Spool.open(file, { bytesMax: SPOOL_BYTES_MIN });
    const before = spool.hasSaidStorage();
    const fileSystems = paths.map((path) => ({ path, totalBytes: 2, freeBytes: 1 }));
    spool.append({ type: 'storage-seen', value: { fileSystems } }, SAMPLE_AT_MS);
    spool.close();
    return before;
  };
  expect([say('/srv'), say(), say()]).toEqual([false, true, false]);
});
