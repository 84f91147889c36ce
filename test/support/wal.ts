/** A write-ahead log of which all is well. */
import type { WalServer, WalState } from '../../collector/store/types.ts';
import type { WalSample } from '../../proto/wal.ts';
import { SAMPLE_AT_MS } from './samples.ts';

const SEGMENT = 16 * 1024 ** 2;

export const WAL_SAMPLE: WalSample = {
  job: 'shop-pitr',
  atMs: SAMPLE_AT_MS,
  databaseProblem: '',
  repositoryProblem: '',
  role: 'primary',
  systemIdentifier: '7711165315211842580',
  stanzaSystemIdentifier: '7711165315211842580',
  timeline: 1,
  repositoryTimeline: 1,
  lsn: 8 * SEGMENT,
  savedLsn: 8 * SEGMENT,
  exposureMs: 0,
  isArchiving: true,
  archiveTimeoutMs: 60_000,
  archiverProblem: '',
  lost: '',
  holes: [],
  damaged: [],
  windows: [{ fromMs: SAMPLE_AT_MS - 7 * 86_400_000, toMs: 0 }],
  backupsAtMs: [SAMPLE_AT_MS - 7 * 86_400_000, SAMPLE_AT_MS - 86_400_000],
  heartbeatAtMs: 0,
  stray: '',
  isComplete: true,
};

/** Looked at just now, and for long. */
export function walState(sample: Partial<WalSample> = {}, change: Partial<WalState> = {}): WalState {
  const { exposureMs = 0 } = sample;
  const { receivedAtMs = SAMPLE_AT_MS } = change;
  return {
    sample: { ...WAL_SAMPLE, ...sample },
    receivedAtMs,
    exposedSinceMs: exposureMs === 0 ? null : receivedAtMs - exposureMs,
    roleSinceMs: SAMPLE_AT_MS - 30 * 86_400_000,
    databaseLostAtMs: null,
    repositoryLostAtMs: null,
    ...change,
  };
}

/** Another server of the cluster. */
export function walServer(role: WalServer['role'], change: Partial<WalServer> = {}): WalServer {
  return {
    ...walState({ role, ...change.sample }, change),
    host: 'web2',
    role,
    seenAtMs: SAMPLE_AT_MS,
    keepMs: 7 * 86_400_000,
    ...change,
  };
}
