/**
 * Prometheus families of jobs that receive a write-ahead log: on the host of the primary alone, for a cluster is
 * exposed once. Pure.
 */
import { UNOBSERVED_MS } from '../assurances/receiving.ts';
import { exposedMs, recoveryWindows } from '../assurances/recovery-windows.ts';
import type { WalState } from '../store/types.ts';

export interface WalFamily {
  name: string;
  help: string;
  /** Null where there is nothing to say: unknown is no number. */
  of(state: WalState, nowMs: number): number | null;
}

export const WAL_FAMILIES: WalFamily[] = [
  {
    name: 'backproof_pitr_exposure_seconds',
    help: 'Age of the oldest change that is not in the repository; absent while nobody can look.',
    of: (state, nowMs) => (isObserved(state, nowMs) ? exposedMs(state, nowMs) / 1000 : null),
  },
  {
    name: 'backproof_pitr_observed_timestamp_seconds',
    help: 'When server and repository were both looked at last.',
    of: (state) => observedAtMs(state) / 1000,
  },
  {
    name: 'backproof_pitr_restorable_from_timestamp_seconds',
    help: 'Beginning of the newest recovery window: any second from here on can be restored.',
    of: (state) => newest(state, 'fromMs'),
  },
  {
    name: 'backproof_pitr_restorable_to_timestamp_seconds',
    help: 'End of the newest recovery window, as last looked at.',
    of: (state) => newest(state, 'toMs'),
  },
];

function observedAtMs({ receivedAtMs, databaseLostAtMs, repositoryLostAtMs }: WalState): number {
  return Math.min(receivedAtMs, databaseLostAtMs ?? receivedAtMs, repositoryLostAtMs ?? receivedAtMs);
}

function isObserved(state: WalState, nowMs: number): boolean {
  return nowMs - observedAtMs(state) <= UNOBSERVED_MS;
}

function newest(state: WalState, end: 'fromMs' | 'toMs'): number | null {
  const window = recoveryWindows(state).at(-1);
  return window ? window[end] / 1000 : null;
}
