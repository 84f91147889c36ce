/** That the rows of every table are counted in its dump, and that none are counted that may be others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PostgresArchiveWatch } from '../../../../agent/tools/postgres-archive.ts';
import { buffered, customDump, type Pieces, rowByRow } from '../../../support/postgres-archive.ts';

const folder = join(import.meta.dirname, '../../../golden/dumps');
const CHUNKS = [1, 2, 3, 7, 64, 1_000, 4_096, 65_536, 1_000_000];

function rowsIn(dump: Buffer, chunkBytes = 65_536): Record<string, number> {
  const watch = new PostgresArchiveWatch();
  for (let at = 0; at < dump.length; at += chunkBytes) watch.add(dump.subarray(at, at + chunkBytes));
  expect(watch.problem()).toBeNull();
  return Object.fromEntries(
    watch.found().rows!.map(({ schema, table, rows }) => [`${schema}|${table}`, rows]),
  );
}

describe.each([13, 15, 17])('pg_dump %i', (major) => {
  it('shows the rows of each kind of table that has some, and of nothing else', () => {
    const dump = readFileSync(join(folder, `postgres-${major}-kinds.dump`));
    for (const size of CHUNKS)
      expect(rowsIn(dump, size), `chunks of ${size}`).toEqual({
        'public|order': 3,
        'Odd "schema"|semi;colon.dot': 7,
        'public|größe': 2,
        'public|empty': 0,
        'public|columnless': 2,
        'public|parent': 1,
        'public|child': 2,
        'public|measured_1': 300,
        'public|measured_2': 0,
        'public|cached': 4,
        'public|numbered': 1,
      });
    expect(rowsIn(readFileSync(join(folder, `postgres-${major}-empty.dump`)))).toEqual({});
  });
});

const tables = [
  {
    schema: 'public',
    table: 'orders',
    rows: Array.from({ length: 5_000 }, (_, n) => `${n}\t${'x'.repeat(n % 90)}`),
  },
  { schema: 'public', table: 'empty', rows: [] },
];

it('knows no rows of tables whose rows are gathered in a buffer, as pg_dump does after 18', () => {
  expect(rowsIn(customDump(tables))).toEqual({ 'public|orders': 5_000, 'public|empty': 0 });
  for (const size of [4_096, 16_384, 131_072, 1_000_000])
    expect(rowsIn(customDump(tables, buffered(size))), `buffers of ${size}`).toEqual({ 'public|empty': 0 });
});

it('knows no rows either where each buffer ends with a row by chance, and the last holds none', () => {
  const rows = Array.from({ length: 16_384 }, () => '0123456789abcde');
  for (const size of [4_096, 131_072]) {
    const dump = customDump([{ schema: 'public', table: 'even', rows }], buffered(size));
    for (const chunk of CHUNKS.slice(3)) expect(rowsIn(dump, chunk), `buffers of ${size}`).toEqual({});
  }
});

it.each<[string, Pieces]>([
  ['the end of the rows is missing', (rows) => rowByRow(rows).slice(0, -1)],
  ['something comes after it', (rows) => [...rowByRow(rows), Buffer.from('1\n')]],
  ['it comes twice', (rows) => [...rowByRow(rows), ...rowByRow([])]],
  ['a row does not end its line', (rows) => [Buffer.from('1\n'), Buffer.from('2'), ...rowByRow(rows)]],
  ['the first piece is of two rows', (rows) => [Buffer.from('1\n2\n'), ...rowByRow(rows)]],
])('knows no rows of a table when %s', (_, pieces) => {
  for (const chunk of CHUNKS)
    expect(rowsIn(customDump([{ schema: 'public', table: 'a', rows: ['1', '2'] }], pieces), chunk)).toEqual(
      {},
    );
});

it('tells no table from another whose names are not written in UTF-8', () => {
  const dump = customDump(['a?', 'b?', 'c'].map((table) => ({ schema: 'public', table, rows: ['1'] })));
  const latin1 = Buffer.from(dump);
  for (let at = 0; at < latin1.length; at += 1) if (latin1[at] === '?'.charCodeAt(0)) latin1[at] = 0xe9;
  expect(rowsIn(latin1)).toEqual({ 'public|c': 1 });
});
