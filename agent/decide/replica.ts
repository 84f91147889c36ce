/**
 * Whether a standby is near enough to its primary to take a dump from. Pure.
 *
 * The age of the last replayed commit alone says nothing: on an idle primary it grows without end. It counts
 * only while there is WAL that was received and is not replayed.
 */
import { formatDuration } from '../../proto/duration.ts';
import type { StandbyFacts } from '../tools/postgres-facts.ts';

export type ReplicaVerdict =
  /** `how`: `streaming from db1:5432, 0 bytes behind`. */
  | { fit: true; how: string }
  /** `why` is half a sentence: `its WAL receiver ...`. `mayPass`: a second look can tell a moment from a state. */
  | { fit: false; why: string; mayPass: boolean };

/**
 * The least silence of the sender that means anything: it sends a keep-alive at least every half of
 * wal_sender_timeout, which is a minute.
 */
const SILENCE_MS_MIN = 60_000;

/**
 * @param lagMaxMs how old the data may be.
 * @param earlier what the same server said some seconds before, for a second look.
 */
export function judgeReplica(
  standby: StandbyFacts,
  lagMaxMs: number,
  role: string,
  earlier: StandbyFacts | null,
): ReplicaVerdict {
  const { receiver, replayAgeMs } = standby;
  if (receiver === 'hidden') {
    const why = `the role ${role} may not see what its WAL receiver does, so nothing is known of its lag; grant it pg_monitor`;
    return { fit: false, why, mayPass: false };
  }
  if (receiver === null) return judgeArchiveFed(replayAgeMs, lagMaxMs);
  if (receiver !== 'streaming')
    return { fit: false, why: `its WAL receiver is ${receiver}, not streaming`, mayPass: false };
  const from = `streaming${standby.sender === '' ? '' : ` from ${standby.sender}`}`;
  const silenceMs = standby.heardAgoMs;
  if (silenceMs === null || silenceMs > Math.max(lagMaxMs, SILENCE_MS_MIN)) {
    const since = silenceMs === null ? 'ever' : `for ${roughly(silenceMs)}`;
    return { fit: false, why: `it is ${from}, but has heard nothing from there ${since}`, mayPass: false };
  }
  return judgeReplay(standby, lagMaxMs, from, earlier);
}

function judgeArchiveFed(replayAgeMs: number | null, lagMaxMs: number): ReplicaVerdict {
  const none = 'it has no WAL receiver';
  if (replayAgeMs === null)
    return { fit: false, why: `${none} and has replayed no transaction since it started`, mayPass: false };
  const age = `the last transaction it replayed is ${roughly(replayAgeMs)} old`;
  if (replayAgeMs <= lagMaxMs) return { fit: true, how: `fed from an archive; ${age}` };
  const why = `${none}, so nothing comes from its primary, and ${age} (allowed: ${formatDuration(lagMaxMs)})`;
  return { fit: false, why, mayPass: false };
}

function judgeReplay(
  standby: StandbyFacts,
  lagMaxMs: number,
  from: string,
  earlier: StandbyFacts | null,
): ReplicaVerdict {
  const { receivedAt, replayedAt, replayAgeMs } = standby;
  if (receivedAt === null || replayedAt === null)
    return { fit: false, why: `it is ${from}, but does not say what it has replayed`, mayPass: true };
  const behind = Math.max(0, receivedAt - replayedAt);
  const bytes = `${behind} ${behind === 1 ? 'byte' : 'bytes'} behind`;
  if (behind === 0) return { fit: true, how: `${from}, ${bytes}` };
  if (replayAgeMs !== null && replayAgeMs <= lagMaxMs)
    return { fit: true, how: `${from}, ${bytes}, replayed up to ${roughly(replayAgeMs)} ago` };
  // A primary that was idle and has just written something shows an old commit for an instant.
  if (earlier?.receivedAt != null && replayedAt >= earlier.receivedAt)
    return { fit: true, how: `${from}, ${bytes}, keeping up` };
  const state = standby.paused
    ? 'its replay is paused'
    : standby.applyDelay !== ''
      ? `it delays its replay by ${standby.applyDelay} (recovery_min_apply_delay)`
      : 'its replay lags';
  const age =
    replayAgeMs === null
      ? 'it has replayed no transaction since it started'
      : `the last transaction it replayed is ${roughly(replayAgeMs)} old (allowed: ${formatDuration(lagMaxMs)})`;
  return { fit: false, why: `${state}: it is ${from}, ${bytes}, and ${age}`, mayPass: true };
}

/** In whole seconds. */
function roughly(ms: number): string {
  return formatDuration(Math.round(ms / 1_000) * 1_000);
}
