import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PostgresArchiveWatch } from '../../../../agent/tools/postgres-archive.ts';

const folder = join(import.meta.dirname, '../../../golden/dumps');
/** Those of every kind of table have postgres-archive-rows.test.ts. */
const recorded = readdirSync(folder).filter((name) => /^postgres-\d+(-empty)?\.dump$/.test(name));

function problemOf(chunks: Buffer[]): string | null {
  const watch = new PostgresArchiveWatch();
  for (const chunk of chunks) watch.add(chunk);
  return watch.problem();
}

describe.each(recorded)('%s', (name) => {
  const dump = readFileSync(join(folder, name));

  it('is whole, however it is cut into chunks', () => {
    expect(problemOf([dump])).toBeNull();
    for (const size of [1, 2, 3, 7, 64, 1_000]) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < dump.length; at += size) chunks.push(dump.subarray(at, at + size));
      expect(problemOf(chunks), `chunks of ${size}`).toBeNull();
    }
  });

  it('is whole when each chunk is only lent, also in a newer format', () => {
    const newer = Buffer.from(dump);
    newer[6] = 99;
    for (const whole of [dump, newer]) {
      const watch = new PostgresArchiveWatch();
      for (let at = 0; at < whole.length; at += 64) {
        const lent = Buffer.from(whole.subarray(at, at + 64));
        watch.add(lent);
        lent.fill(0xff);
      }
      expect(watch.problem()).toBeNull();
    }
    const watch = new PostgresArchiveWatch();
    const lent = Buffer.from(newer);
    watch.add(lent);
    lent.fill(0xff);
    expect(watch.problem()).toBeNull();
  });

  it('is not whole when it is cut off at any byte', () => {
    for (let length = 0; length < dump.length; length += 1)
      expect(problemOf([dump.subarray(0, length)]), `${length} of ${dump.length} bytes`).not.toBeNull();
  });

  it('is not whole when more follows', () => {
    expect(problemOf([dump, Buffer.from([0])])).toMatch(/ends after|does not know/);
    expect(problemOf([dump, dump])).not.toBeNull();
  });

  it('is known for what it is only from its end: 15 bytes less of a newer format is cut off', () => {
    const newer = Buffer.from(dump);
    newer[6] = 99;
    expect(problemOf([newer])).toBeNull();
    expect(problemOf([newer.subarray(0, 30), newer.subarray(30, -1), newer.subarray(-1)])).toBeNull();
    expect(problemOf([newer.subarray(0, newer.length - 15)])).toContain('without the mark of its end');
  });
});

it('names what is missing, and takes nothing else for a dump', () => {
  const dump = readFileSync(join(folder, 'postgres-15.dump'));
  expect(problemOf([dump.subarray(0, dump.length - 1)])).toMatch(/ends after \d+ bytes, before all of BLOBS/);
  expect(problemOf([dump.subarray(0, 100)])).toMatch(/within its table of contents/);
  expect(problemOf([])).toBe('it is empty');
  expect(problemOf([Buffer.from('-- PostgreSQL database dump\n')])).toMatch(/does not begin as a dump/);
  const tar = Buffer.from(dump);
  tar[10] = 3;
  expect(problemOf([tar])).toBe('it is in another format than custom');
});
