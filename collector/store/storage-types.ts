/** How full the file systems of repositories were. */
import type { FileSystem } from '../../proto/messages.ts';

export interface StorageSample extends FileSystem {
  atMs: number;
}

/** One file system's samples, the oldest first; never empty. */
export interface FileSystemHistory {
  path: string;
  samples: StorageSample[];
}

export interface StorageStore {
  /** All a host has now; what it has no longer is forgotten. Touches the host. */
  save(hostId: number, fileSystems: readonly FileSystem[], atMs: number): void;
  histories(hostId: number): FileSystemHistory[];
  /** The newest sample of every file system of every host. */
  newest(filter: { customer?: string }): (StorageSample & { host: string; customer: string })[];
}
