/** What is seen of a server's write-ahead log and of the repository that should hold it. Sent once a minute. */

export interface WalSample {
  job: string;
  /** When it was taken, by the agent's clock. */
  atMs: number;
  /** Why the server could not be asked, '' when it could; then everything about it is empty. */
  databaseProblem: string;
  /** Why the repository could not be looked at, '' when it could. */
  repositoryProblem: string;
  /** '' when the server could not be asked. */
  role: WalRole;
  /** Of the server and of the repository's stanza; 64 bits, so text. '' when not known. */
  systemIdentifier: string;
  stanzaSystemIdentifier: string;
  timeline: number;
  /** The highest that the repository holds, 0 when it holds none. */
  repositoryTimeline: number;
  /** Byte offsets in the log: how far the server has come, and how far the repository reaches without a hole. */
  lsn: number;
  savedLsn: number;
  /** Age of the oldest change that is not in the repository when the sample was taken, by the server's clock. */
  exposureMs: number;
  isArchiving: boolean;
  /** 0: a segment is sent only when it is full. */
  archiveTimeoutMs: number;
  /** What the archiver itself reports, '' when nothing. */
  archiverProblem: string;
  /** A segment that the archiver says is saved and the repository does not hold, '' when there is none. */
  lost: string;
  /** Names of segments that are missing in between. */
  holes: string[];
  /** Names of segments whose size is another than when they were first seen. */
  damaged: string[];
  /** What can be restored, oldest first; gaps lie between them. Empty until `isComplete`. */
  windows: WalWindow[];
  /** Base backups, oldest first. */
  backupsAtMs: number[];
  /** When the newest heartbeat was written that is in the repository, by the server's clock; 0 when there is none. */
  heartbeatAtMs: number;
  /** A segment beside the primary's own way that was archived after it was promoted, '' when there is none. */
  stray: string;
  /** The whole repository has been listed at least once. */
  isComplete: boolean;
}

/** Every moment of it can be restored. */
export interface WalWindow {
  fromMs: number;
  /** 0: it goes on to the present, less the exposure. */
  toMs: number;
}

export const WAL_ROLES = ['', 'primary', 'standby'] as const;
export type WalRole = (typeof WAL_ROLES)[number];
