/** How commands print: plain columns for people, JSON for programs. */
import { formatDuration } from '../../proto/duration.ts';

/** Lines up columns by their widest cell; trailing blanks are cut. */
export function table(rows: string[][]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `2026-11-22 02:10:00Z (in 3h 5m)` */
export function moment(atMs: number, nowMs: number): string {
  const text = `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const distance = formatDuration(Math.abs(atMs - nowMs));
  return `${text} (${atMs >= nowMs ? `in ${distance}` : `${distance} ago`})`;
}
