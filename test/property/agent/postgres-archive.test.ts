/** Whatever rows a dump holds and however it is cut into chunks, they are counted exactly; in buffers, not at all wrongly. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PostgresArchiveWatch } from '../../../agent/tools/postgres-archive.ts';
import { buffered, customDump, type DumpedTable } from '../../support/postgres-archive.ts';

/** What COPY writes: no line feed, every backslash doubled or the beginning of an escape. */
const row = fc.oneof(
  fc.constantFrom('', '1', '1234', '\\N', '\\N\t1', '\\\\.', '\\\\.\\n\\n', '.', '\\n'),
  fc.string({ unit: fc.constantFrom('a', '\t', '.', 'é', '\0'), maxLength: 40 }),
  fc.integer({ min: 4_000, max: 9_000 }).map((length) => 'x'.repeat(length)),
);
/** But the sign for what is no UTF-8. */
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => !text.includes('\ufffd'));
const tables = fc.uniqueArray(
  fc.record({ schema: name, table: name, rows: fc.array(row, { maxLength: 60 }) }),
  { selector: ({ schema, table }) => JSON.stringify([schema, table]), maxLength: 6 },
);
const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9_000 })), {
  minLength: 1,
  maxLength: 50,
});

/** The chunks' sizes are taken in turn; each is only lent. */
function rowsIn(dump: Buffer, sizes: number[]) {
  const watch = new PostgresArchiveWatch();
  for (let at = 0, turn = 0; at < dump.length; turn += 1) {
    const chunk = Buffer.from(dump.subarray(at, at + sizes[turn % sizes.length]!));
    watch.add(chunk);
    at += chunk.length;
    chunk.fill(0x0a);
  }
  expect(watch.problem()).toBeNull();
  return watch.found().rows!;
}

const countsOf = (all: DumpedTable[]) =>
  all.map(({ schema, table, rows }) => ({ schema, table, rows: rows.length }));

test('rows are counted exactly', () => {
  fc.assert(
    fc.property(tables, cuts, (all, sizes) => {
      expect(rowsIn(customDump(all), sizes)).toEqual(countsOf(all));
    }),
  );
});

test('a count of rows that were gathered in buffers is right or none', () => {
  const sizes = fc.integer({ min: 4_096, max: 20_000 });
  fc.assert(
    fc.property(tables, cuts, sizes, (all, chunks, size) => {
      const counts = countsOf(all);
      for (const found of rowsIn(customDump(all, buffered(size)), chunks))
        expect(counts).toContainEqual(found);
    }),
  );
});
