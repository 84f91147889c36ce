/** What every part of ingest needs, and what it counts. */
import type { Logger } from 'pino';
import type { Clock } from '../../proto/clock.ts';
import { REFUSED_CODES, type RefusedCode } from '../../proto/messages.ts';
import type { Authority } from '../authority/authority.ts';
import type { Feed } from '../feed.ts';
import type { Store } from '../store/types.ts';

export interface IngestContext {
  store: Store;
  authority: Authority;
  clock: Clock;
  log: Logger;
  feed: Feed;
  counters: IngestCounters;
  /** Facts have changed: jobs and hosts may have to be judged again. */
  onChanged(): void;
  /** Another live process spoke for this host. */
  onCloned(hostId: number): void;
  /** The database could not be written (an Error), or can be again (null). */
  onStore(problem: Error | null): void;
}

/** Why a connection never became a session. */
export const TURNED_AWAY = [
  'waiting-room-full',
  'tls',
  'wrong-request',
  'no-certificate',
  'foreign-certificate',
  'expired-certificate',
  'revoked',
  'store-unavailable',
] as const;
export type TurnedAway = (typeof TURNED_AWAY)[number];

export interface IngestCounters {
  turnedAway: Record<TurnedAway, number>;
  refused: Record<RefusedCode, number>;
  sessions: number;
  commits: number;
  commitFailures: number;
  /** By the record's type. */
  records: Record<string, number>;
  /** Runs that had been stored before: replays into a new epoch. */
  repeatedRuns: number;
}

export function newCounters(): IngestCounters {
  const zeros = <T extends string>(words: readonly T[]) =>
    Object.fromEntries(words.map((word) => [word, 0])) as Record<T, number>;
  return {
    turnedAway: zeros(TURNED_AWAY),
    refused: zeros(REFUSED_CODES),
    sessions: 0,
    commits: 0,
    commitFailures: 0,
    records: {},
    repeatedRuns: 0,
  };
}
