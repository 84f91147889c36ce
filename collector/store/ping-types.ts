/** URLs by which a job's runs are reported without an agent, as the store keeps them. A part of types.ts. */

export interface PingRow {
  id: number;
  jobId: number;
  host: string;
  job: string;
  customer: string;
  createdAtMs: number;
  lastUsedAtMs: number | null;
  revokedAtMs: number | null;
}

export interface PingStore {
  /** `hash` is hashOf() the UUID in the URL. */
  create(ping: { hash: string; jobId: number }, nowMs: number): PingRow;
  /** Null for one that is unknown or revoked, and for any whose host is revoked or whose job is gone. */
  live(hash: string): PingRow | null;
  byId(id: number): PingRow | null;
  list(): PingRow[];
  /** How many URLs of the job still work. */
  countLive(jobId: number): number;
  /** False when it was revoked already. */
  revoke(id: number, nowMs: number): boolean;
  noteUse(id: number, nowMs: number): void;
}
