/** What a guard says is heard as it was meant, in lines that fit into a pipe, and kept out of what people read. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BorgLog } from '../../../../agent/tools/borg-log.ts';
import { type DumpedRows, problemLine, tableKey, wholeLines } from '../../../../agent/tools/guard-words.ts';

const PIPE_BUF = 4_096;

function heard(lines: Iterable<string>) {
  const log = new BorgLog();
  const texts = [...lines].flatMap((line) => log.add(line).text ?? []);
  return { texts, said: log.said() };
}

const keyed = (rows: readonly DumpedRows[]) =>
  new Map(rows.map(({ schema, table, rows: count }) => [tableKey(schema, table), count]));

it('tells the rows of 50,000 tables, and pushes nothing out of what is kept for reasons', () => {
  const rows = Array.from({ length: 50_000 }, (_, n) => ({
    schema: 'tenant',
    table: `orders_${n}`,
    rows: n,
  }));
  const lines = [...wholeLines(5_182, { rows })];
  expect(Math.max(...lines.map((line) => Buffer.byteLength(`${line}\n`)))).toBeLessThanOrEqual(PIPE_BUF);
  expect(lines.length).toBeLessThan(1_000);
  const { texts, said } = heard(['pg_dump: warning: a notice', ...lines]);
  expect(texts).toEqual(['pg_dump: warning: a notice', 'dump-guard: whole, 5182 bytes']);
  expect(said.plain).toEqual(['pg_dump: warning: a notice']);
  expect(said.guard).toEqual({ problem: null, bytes: 5_182, span: null, rows: keyed(rows) });
});

it('names tables whatever their names are made of', () => {
  const name = fc.string({ unit: 'binary', maxLength: 63 });
  const tables = fc.array(fc.record({ schema: name, table: name, rows: fc.maxSafeNat() }), { maxLength: 80 });
  fc.assert(
    fc.property(tables, (rows) => {
      const lines = [...wholeLines(1, { rows })];
      const odd = lines.filter((line) => /[\r\n]/.test(line) || Buffer.byteLength(line) >= PIPE_BUF);
      expect(odd).toEqual([]);
      expect(heard(lines).said.guard.rows).toEqual(keyed(rows));
    }),
  );
  const long = { schema: 'public', table: 'x'.repeat(PIPE_BUF), rows: 1 };
  expect([...wholeLines(1, { rows: [long] })]).toEqual(['dump-guard: whole, 1 bytes']);
});

it('tells which WAL a base backup needs, and what is wrong with a dump', () => {
  const span = { timeline: 2, start: '0/2000028', stop: '1/2A' };
  expect(heard(wholeLines(7, { span })).said.guard).toMatchObject({ bytes: 7, span });
  const { texts, said } = heard([problemLine('it is empty')]);
  expect(said.guard).toMatchObject({ problem: 'it is empty.', bytes: null });
  expect(texts).toEqual(['dump-guard: it is empty.']);
});

it('takes no rows from a line that is torn', () => {
  for (const line of ['rows [["public","a",1]', 'rows {}', 'rows [["a",1],["public","a","1"],7]'])
    expect(heard([`dump-guard: ${line}`])).toMatchObject({ texts: [], said: { guard: { rows: new Map() } } });
});
