/** The seam of the tables `spools` and `gaps`. A part of types.ts. */
import type { Gap, RecordBody } from '../../proto/messages.ts';

export interface SpoolStore {
  /** Whether the host ever had a spool under another numbering. */
  hasOther(hostId: number, epoch: number): boolean;
  watermark(hostId: number, epoch: number): { committedSeq: number; committedChain: Uint8Array } | null;
  setWatermark(hostId: number, epoch: number, committedSeq: number, committedChain: Uint8Array): void;
  saveGap(hostId: number, epoch: number, gap: Gap, nowMs: number): void;
  /** Keeps a record as it came whose content cannot be stored. */
  setAside(
    hostId: number,
    epoch: number,
    record: { seq: number; body: RecordBody; reason: string },
    nowMs: number,
  ): void;
  countAside(hostId: number): number;
  /** Those received before `beforeMs`, at most `limit`. Returns how many. */
  expireAside(beforeMs: number, limit: number): number;
  gaps(hostId: number, limit: number): (Gap & { epoch: number; receivedAtMs: number })[];
}
