/** The first page of a WAL segment says whose it is (xlog_internal.h, XLogLongPageHeaderData). Pure. */
import { type Segment, segmentBytesOf } from './wal.ts';

export const HEADER_BYTES = 40;
/** XLP_LONG_HEADER: only the first page of a segment has one. */
const IS_LONG = 0x0002;
const AT = { info: 2, timeline: 4, position: 8, system: 24, segmentBytes: 32 };

export interface SegmentHeader {
  /** As text: it takes 64 bits. */
  systemIdentifier: string;
  segmentBytes: number;
  /** Of its first byte. */
  lsn: number;
  /** In the segment in which a timeline branched off: still the old one. */
  timeline: number;
}

/** Null when it is none, for instance of a file that was preallocated. Of this machine's byte order, as is the server's. */
export function parseHeader(bytes: Buffer): SegmentHeader | null {
  if (bytes.length < HEADER_BYTES || (bytes.readUInt16LE(AT.info) & IS_LONG) === 0) return null;
  const segmentBytes = segmentBytesOf(bytes.readUInt32LE(AT.segmentBytes));
  const lsn = Number(bytes.readBigUInt64LE(AT.position));
  if (segmentBytes === null || !Number.isSafeInteger(lsn)) return null;
  return {
    systemIdentifier: bytes.readBigUInt64LE(AT.system).toString(),
    segmentBytes,
    lsn,
    timeline: bytes.readUInt32LE(AT.timeline),
  };
}

/** Whether a file of that name and size is what its header says. */
export function fits(header: SegmentHeader, { timeline, index }: Segment, sizeBytes: number): boolean {
  const { segmentBytes, lsn } = header;
  return sizeBytes === segmentBytes && lsn === index * segmentBytes && header.timeline <= timeline;
}
