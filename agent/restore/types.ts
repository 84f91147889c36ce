/** What the kinds of restores have in common. */
import type { Clock } from '../../proto/clock.ts';
import type { RestoreOrder, RestoreOutcome } from '../../proto/restore.ts';
import type { RestorePoint } from '../decide/choose-archive.ts';
import type { ProgressLine } from './progress-line.ts';
import type { RepositoryReader } from './reader.ts';

/** What every restore works with. */
export interface Surroundings {
  clock: Clock;
  /** In which times are said. */
  zone: string;
  /** Of every process. */
  environment: Record<string, string>;
  /** Tells the person who waits. */
  say: (line: string) => void;
  progress: ProgressLine;
  /** Aborted when it is to end. */
  signal: AbortSignal;
}

/** What a restore out of archives works with. */
export interface Desk extends Surroundings {
  reader: RepositoryReader;
}

/** A restore that can begin: everything that can be known before was looked at. */
export interface PreparedRestore {
  what: Omit<RestoreOrder, 'restoreId' | 'job' | 'by' | 'login' | 'reason' | 'atMs'>;
  /** Never throws for what a restore may meet: it ends with a result. */
  run(): Promise<RestoreResult>;
}

/** What an order says of a restore that overwrites nothing, and knows no server. */
export const PLAINLY = {
  subjects: [],
  paths: [],
  inPlace: false,
  overwrite: false,
  role: '',
  noOwner: false,
  noPrivileges: false,
} satisfies Partial<RestoreOrder>;

export interface RestoreResult {
  outcome: RestoreOutcome;
  /** One sentence. */
  result: string;
  restoredBytes: number;
  /** What to do now, '' when nothing is left to do. */
  next: string;
  /** It failed for want of something that may be in another part, and can be tried again. */
  wantsOthers?: true;
}

export function failedRestore(result: string, next = ''): RestoreResult {
  return { outcome: 'failed', result, restoredBytes: 0, next };
}

/** A server that databases are restored into; each kind has its own. */
export interface DatabaseServer {
  place: string;
  /** The role or user that restores; '' when the client chooses it. */
  role: string;
  /** Whether globals come before the databases and once more after them. */
  globalsTwice: boolean;
  /** @param databasesFollow what is granted on what a database holds need not be possible yet. */
  globals(point: RestorePoint, databasesFollow: boolean): Promise<RestoreResult>;
  /** Looks at everything that can be known before; throws UserError. Then `run` restores. */
  database(point: RestorePoint, name: string, rolesFollow: boolean): Promise<() => Promise<RestoreResult>>;
}
