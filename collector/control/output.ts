/** How a command speaks: data on stdout, as a table or as JSON; words about it on stderr. */
import { table } from './table.ts';

/** Where there is no terminal (a pipe, a file) lines may be longer. */
const WIDTH_WITHOUT_TERMINAL = 200;

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function remark(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printJson(data: unknown): void {
  print(JSON.stringify(data, null, 2));
}

export function printTable(head: string[], rows: (string | number | null)[][], whenEmpty: string): void {
  if (rows.length === 0) remark(whenEmpty);
  else print(table(head, rows, process.stdout.columns ?? WIDTH_WITHOUT_TERMINAL));
}

/** `2026-11-22 21:40:07` of an RFC 3339 UTC time. */
export function shortTime(iso: string | null): string {
  return iso === null ? '-' : iso.slice(0, 19).replace('T', ' ');
}
