/** Tables for people: bounded to the terminal, hostile text made visible. Pure. */
import { printableLine } from '../../proto/printable.ts';

const GAP = '  ';
/** A column is never squeezed below this, whatever the terminal. */
const COLUMN_CHARS_MIN = 6;
const CELL_CHARS_MAX = 500;

/** @param width columns of the terminal; the widest columns give way first */
export function table(head: string[], rows: (string | number | null)[][], width: number): string {
  const cells = [
    head,
    ...rows.map((row) => row.map((cell) => printableLine(String(cell ?? ''), CELL_CHARS_MAX))),
  ];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const total = () => widths.reduce((sum, each) => sum + each, 0) + GAP.length * (head.length - 1);
  while (total() > width) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= COLUMN_CHARS_MIN) break;
    widths[widest]! -= 1;
  }
  return cells
    .map((row) =>
      widths
        .map((columns, index) => printableLine(row[index] ?? '', columns).padEnd(columns))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}
