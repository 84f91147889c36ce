/** The seam of the tables `spools` and `gaps`. A part of types.ts. */
import type { Gap } from '../../proto/messages.ts';

export interface SpoolStore {
  /** Whether the host ever had a spool under another numbering. */
  hasOther(hostId: number, epoch: number): boolean;
  watermark(hostId: number, epoch: number): { committedSeq: number; committedChain: Uint8Array } | null;
  setWatermark(hostId: number, epoch: number, committedSeq: number, committedChain: Uint8Array): void;
  saveGap(hostId: number, epoch: number, gap: Gap, nowMs: number): void;
  gaps(hostId: number, limit: number): (Gap & { epoch: number; receivedAtMs: number })[];
}
