/** What is known of write-ahead logs that are watched. */
import type { WalSample } from '../../proto/wal.ts';

export interface WalState {
  /** The newest; what it could not find out is as the one before said. */
  sample: WalSample;
  receivedAtMs: number;
  /** When the oldest change was made that is not in the repository; null while all are. It goes on ageing between samples. */
  exposedSinceMs: number | null;
  /** Since when its role is the present one. */
  roleSinceMs: number;
  /** Since when the server, or the repository, could not be asked; null while it can be. */
  databaseLostAtMs: number | null;
  repositoryLostAtMs: number | null;
}

/** Another server of the same cluster, as its own agent sees it. */
export interface WalServer extends WalState {
  host: string;
  role: WalSample['role'];
  /** From `roleSinceMs` to here it was seen in that role; a server that cannot be asked is not seen. */
  seenAtMs: number;
  /** How far back its job promises recovery points. */
  keepMs: number;
}

export interface WalStore {
  /** Touches the job, and the jobs of the same cluster when its role changed. */
  save(jobId: number, sample: WalSample, nowMs: number): void;
  /** The job's own newest sample, and the other servers of the same cluster and customer. */
  known(jobId: number): { state: WalState | null; servers: WalServer[] };
  /** The worst exposure of each few minutes since then, oldest first, of whichever server of the cluster was the primary. */
  exposure(jobId: number, sinceMs: number): { atMs: number; exposureMs: number }[];
  /** Removes at most `limit` of what is older; returns how many. */
  expire(beforeMs: number, limit: number): number;
}
