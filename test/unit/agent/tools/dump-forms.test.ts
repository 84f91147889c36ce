import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type DumpForm, isDumpForm, watchDump } from '../../../../agent/tools/dump-forms.ts';

const golden = (name: string) => readFileSync(join(import.meta.dirname, '../../../golden/dumps', name));

function problemOf(form: DumpForm, ...chunks: (Buffer | string)[]): string | null {
  const watch = watchDump(form);
  for (const chunk of chunks) watch.add(Buffer.from(chunk));
  return watch.problem();
}

it('knows the globals of PostgreSQL as whole only with the line at their end', () => {
  const globals = golden('postgres-15-globals.sql');
  expect(problemOf('postgres-sql', globals)).toBeNull();
  expect(problemOf('postgres-sql', ...[...globals].map((byte) => Buffer.from([byte])))).toBeNull();
  const beforeTheMark = globals.indexOf('-- PostgreSQL database cluster dump complete');
  for (let length = 0; length < beforeTheMark + 40; length += 1)
    expect(problemOf('postgres-sql', globals.subarray(0, length)), `${length} bytes`).not.toBeNull();
});

it('bears an \\unrestrict behind the mark, and nothing that is no comment', () => {
  const mark = '\n-- PostgreSQL database dump complete\n--\n\n';
  expect(problemOf('postgres-sql', `select 1;${mark}\\unrestrict abc\n\n`)).toBeNull();
  expect(problemOf('postgres-sql', `select 1;${mark}insert into a`)).not.toBeNull();
});

it('knows a dump of MySQL as whole by its last line', () => {
  const dump =
    "INSERT INTO a VALUES ('-- Dump completed on 2026');\n-- Dump completed on 2026-11-23  0:50:19\n";
  expect(problemOf('mysql-sql', dump)).toBeNull();
  expect(problemOf('mysql-sql', dump.slice(0, 45))).toMatch(/^it ends after 45 bytes without the line/);
  expect(problemOf('mysql-sql', 'INSERT;\n-- Dump completed\n')).toBeNull();
  expect(problemOf('mysql-sql')).toBe('it is empty');
});

it('knows its forms by name', () => {
  expect(['postgres-custom', 'mysql-sql', 'toString', ''].map(isDumpForm)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
