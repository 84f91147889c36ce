/**
 * What differs between the keepers of a cluster's base backups and its WAL when a moment of it is restored: what is
 * there, laying a base backup down, and how the copy gets its WAL. Everything else is written once, in pitr.ts.
 */

import type { WalArchive } from '../decide/wal-archive.ts';
import type { Way } from '../decide/wal-way.ts';
import type { BaseBackup } from '../decide/wal-windows.ts';
import type { Segment } from '../tools/wal.ts';

export interface HeldBackup extends BaseBackup {
  /** What it takes where it is laid down; 0 when that is not known. */
  sizeBytes: number;
  /** For people: full, incr, diff; '' where there is one kind only. */
  type: string;
  /** Label of the full one that it builds on; its own when it is one. */
  full: string;
  /** Pages of the cluster were broken already when it was made. */
  hasErrors: boolean;
}

/** What is there to restore from. */
export interface PitrHoldings {
  /** The server's major version. */
  major: number;
  systemIdentifier: string | null;
  segmentBytes: number;
  /** Of the current cluster, oldest first. */
  backups: readonly HeldBackup[];
  archive: WalArchive;
  /** To the timeline that replay follows. */
  way: Way;
  /** What is there beside it, and how to get at that; '' for nothing. */
  elsewhere: string;
}

/** The folders of a copy; all belong to the user who runs its server, and only that user can enter them. */
export interface CopyPlaces {
  /** Holds all of the others; absolute. */
  folder: string;
  /** Its data directory, and the folder below which each tablespace gets one of its own. */
  data: string;
  tablespaces: string;
  /** For the source's own use; removed when the copy stands. */
  scratch: string;
  /** Of its unix socket. */
  socket: string;
  /** What its server says. */
  log: string;
  /** argv in front of every program that touches them. */
  prefix: string[];
}

export interface LayDownOrder {
  backup: HeldBackup;
  /** `data`, `tablespaces` and `scratch` are there, and empty. */
  places: CopyPlaces;
  /** The WAL that replay will ask for: from the backup's first segment to this one, which may be on a later timeline. */
  upTo: Segment;
  segmentBytes: number;
}

export interface PitrSource {
  /** For sentences: `stanza shop`. */
  readonly name: string;
  /** Asked anew each time. Throws UserError when it cannot be. */
  look(): Promise<PitrHoldings>;
  /**
   * Lays the base backup down as it was, `backup_label` and all, with tablespaces below their folder and nowhere else.
   * Writes no recovery settings. Ends early when the desk's signal is aborted.
   * @returns why it is not whole, a sentence without its full stop; null when it is.
   */
  layDown(order: LayDownOrder): Promise<string | null>;
  /** When a segment came into the repository, by its clock; null when nobody says. After `look`. */
  archivedAtMs(segment: Segment, segmentBytes: number): Promise<number | null>;
  /** PostgreSQL's `restore_command`, run by the shell as the server's user: `%f` the name, `%p` where to. */
  restoreCommand(places: CopyPlaces): string;
}
