/**
 * Positions and names in PostgreSQL's write-ahead log (WAL). Pure.
 *
 * A position (LSN) is a byte offset since the beginning of the log; a number holds 8 PiB of it exactly. Segments
 * are numbered from there, whatever their size; their names carry the timeline (xlog_internal.h).
 */

export interface Segment {
  timeline: number;
  /** Position of its first byte divided by the segment's size. */
  index: number;
}

/** A segment as a listing shows it. */
export interface SegmentSeen {
  index: number;
  sizeBytes: number;
  /** When it was archived, by the repository's clock; 0 when it does not say. */
  changedAtMs: number;
  /** It could be whole: an empty one cannot, nor an uncompressed one of another size than segments have. */
  isWhole: boolean;
}

/** A segment's name counts its segments in units of this many bytes. */
const LOG_BYTES = 2 ** 32;
export const SEGMENT_BYTES_MIN = 1024 ** 2;
export const SEGMENT_BYTES_MAX = 1024 ** 3;

/** `16/B374D848`; null when it is no position or lies beyond what a number holds exactly. */
export function parseLsn(text: string): number | null {
  const match = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text);
  if (!match) return null;
  const lsn = Number.parseInt(match[1]!, 16) * LOG_BYTES + Number.parseInt(match[2]!, 16);
  return Number.isSafeInteger(lsn) ? lsn : null;
}

export function formatLsn(lsn: number): string {
  const hex = (part: number) => part.toString(16).toUpperCase();
  return `${hex(Math.floor(lsn / LOG_BYTES))}/${hex(lsn % LOG_BYTES)}`;
}

/** Null when the size is none that initdb takes: a power of two from 1 MiB to 1 GiB. */
export function segmentBytesOf(value: unknown): number | null {
  const isSize =
    typeof value === 'number' &&
    value >= SEGMENT_BYTES_MIN &&
    value <= SEGMENT_BYTES_MAX &&
    Number.isInteger(Math.log2(value));
  return isSize ? value : null;
}

/** Of a whole segment's name, 24 hex digits; null for `.partial`, `.backup`, `.history` and everything else. */
export function parseSegment(name: string, segmentBytes: number): Segment | null {
  const match = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/.exec(name);
  if (!match) return null;
  const [timeline, log, part] = match.slice(1).map((digits) => Number.parseInt(digits, 16)) as [
    number,
    number,
    number,
  ];
  const perLog = LOG_BYTES / segmentBytes;
  if (timeline === 0 || part >= perLog) return null;
  const index = log * perLog + part;
  return Number.isSafeInteger((index + 1) * segmentBytes) ? { timeline, index } : null;
}

export function segmentName({ timeline, index }: Segment, segmentBytes: number): string {
  const perLog = LOG_BYTES / segmentBytes;
  return [timeline, Math.floor(index / perLog), index % perLog]
    .map((part) => part.toString(16).toUpperCase().padStart(8, '0'))
    .join('');
}

/** The segment that holds the byte before a position: the last one that must be saved for it. */
export function lastSegmentBefore(lsn: number, segmentBytes: number): number {
  return Math.ceil(lsn / segmentBytes) - 1;
}
