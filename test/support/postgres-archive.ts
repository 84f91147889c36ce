/** Dumps in pg_dump's custom format, made here: of whatever tables, in whatever pieces. Version 1.14 of the format. */

export interface DumpedTable {
  schema: string;
  table: string;
  /** As COPY writes them, without the line feed. */
  rows: string[];
}

const END_OF_ROWS = '\\.\n\n\n';
const BLOCK_DATA = 1;
const NO_OFFSET = Buffer.concat([Buffer.from([2]), Buffer.alloc(8)]);

/** How a table's data becomes pieces. */
export type Pieces = (rows: string[]) => Buffer[];

/** As pg_dump does it up to 18: each row is a piece. */
export const rowByRow: Pieces = (rows) =>
  [...rows.map((row) => `${row}\n`), END_OF_ROWS].map((one) => Buffer.from(one));

/** As later ones do it: a buffer is filled, and written when it is full. */
export function buffered(bytes: number): Pieces {
  return (rows) => {
    const data = Buffer.concat(rowByRow(rows));
    const pieces: Buffer[] = [];
    for (let at = 0; at < data.length; at += bytes) pieces.push(data.subarray(at, at + bytes));
    return pieces;
  };
}

export function customDump(tables: DumpedTable[], pieces: Pieces = rowByRow): Buffer {
  const head = [
    Buffer.from('PGDMP'),
    // Version and revision, sizes of integers and offsets, the custom format, no compression.
    Buffer.from([1, 14, 0, 4, 8, 1]),
    int(0),
    ...[0, 0, 0, 1, 0, 126, 0].map(int),
    ...['shop', '15.18', '15.18'].map(string),
    int(tables.length),
  ];
  const entries = tables.flatMap(({ schema, table }, index) => [
    ...[int(index + 1), int(1), string('0'), string('0'), string(table), string('TABLE DATA'), int(3)],
    ...['', '', 'COPY ...', schema, null, null, 'owner', 'false', null].map(string),
    NO_OFFSET,
  ]);
  const blocks = tables.flatMap(({ rows }, index) => [
    Buffer.from([BLOCK_DATA]),
    int(index + 1),
    ...pieces(rows).flatMap((piece) => [int(piece.length), piece]),
    int(0),
  ]);
  return Buffer.concat([...head, ...entries, ...blocks]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32LE(value, 1);
  return bytes;
}

/** Null: none. */
function string(value: string | null): Buffer {
  if (value === null) return Buffer.from([1, 1, 0, 0, 0]);
  return Buffer.concat([int(Buffer.byteLength(value)), Buffer.from(value)]);
}
