/** The seam of the table `repositories`: which borg repositories hosts say they use. A part of types.ts. */
import type { RepositorySeen } from '../../proto/messages.ts';

export interface RepositoryRow {
  host: string;
  /** Whose it is: the host's customer, or the one that a steward holds it for. */
  owner: string;
  /** Its name in the host's configuration. */
  name: string;
  borgId: string;
  location: string;
  encryption: string;
  firstSeenAtMs: number;
  lastSeenAtMs: number;
  /** The newest at its name on a host that is not revoked, and of a job that still exists. */
  inUse: boolean;
}

export interface RepositoryStore {
  /** Touches the host: what it uses is judged with it. */
  saveSeen(hostId: number, seen: RepositorySeen, nowMs: number): void;
  /** Which of them are in use may have changed: touches the host when it has any. */
  touch(hostId: number): void;
  countOfHost(hostId: number): number;
  /** Whether the host named this borg id at this name and place before. */
  isKnown(hostId: number, seen: RepositorySeen): boolean;
  /** Removes those that are not in use and were last seen before; returns how many. */
  expire(beforeMs: number, limit: number): number;
  /** Those in use first, then by name. */
  list(filter: { host?: string; customer?: string }): RepositoryRow[];
  /** borg's ids of those the host ever used, and of whatever others use at the same place on a storage host. */
  concerning(hostId: number): string[];
  /** Every row of this borg id, and of other ids at the same places on storage hosts. */
  around(borgId: string): RepositoryRow[];
}
