import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SpoolWriter } from '../../../../agent/spool/writer.ts';
import { Spool } from '../../../../agent/spool.ts';
import { decodeRecord } from '../../../../proto/codec.ts';
import type { RecordBody } from '../../../../proto/messages.ts';
import { allowWrites, connections, denyWrites } from '../../../support/connections.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { sampleStarted } from '../../../support/samples.ts';

vi.mock('better-sqlite3', async (original) =>
  (await import('../../../support/connections.ts')).watched(original),
);

function started(runId: string): RecordBody {
  return { type: 'run-started', value: sampleStarted({ runId }) };
}

describe('a writer whose spool cannot be written', () => {
  it('holds the records, says why, and writes them in order with their own time once it can', () => {
    const spool = Spool.open(join(temporaryFolder(), 'spool.db'), { bytesMax: 1 });
    const connection = connections.at(-1)!;
    onTestFinished(() => spool.close());
    const writer = new SpoolWriter(spool);
    const heard: string[] = [];
    writer.onErrorChange(() => heard.push(writer.error()));
    denyWrites(connection);
    expect(writer.write(started('a'), 1)).toBe(false);
    expect(writer.write(started('b'), 2)).toBe(false);
    expect(writer.held()).toBe(2);
    expect(writer.error()).toMatch(/spool cannot be written: .*readonly/);
    allowWrites(connection);
    expect(writer.write(started('c'), 3)).toBe(true);
    expect(writer.error()).toBe('');
    expect(heard).toEqual([expect.stringMatching(/readonly/), '']);
    expect(spool.read(1, 9).map(({ record }) => decodeRecord(record).recordedAtMs)).toEqual([1, 2, 3]);
  });

  it('does not let one impossible record stand in the way of the others', () => {
    const spool = Spool.open(join(temporaryFolder(), 'spool.db'), { bytesMax: 1 });
    onTestFinished(() => spool.close());
    const writer = new SpoolWriter(spool);
    expect(() => writer.write(started('no good id'), 1)).toThrow(/run_id/);
    expect(writer.write(started('good'), 2)).toBe(true);
  });
});
