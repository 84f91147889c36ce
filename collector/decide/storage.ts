/**
 * How full the file systems of a host's repositories are, and when they will be full. Pure.
 *
 * The rate is the slope of a straight line through the used bytes of the last seven days (least squares), so
 * that the teeth of nightly backups and daily prunes even out. Under two days of samples there is no rate: the
 * first backups of a new disk say nothing about the others.
 */
import { formatDuration, formatSize } from '../../proto/duration.ts';
import { absenceAt } from '../assurances/absence.ts';
import type { Presence, Verdict } from '../assurances/types.ts';
import { moment, notApplicable, unknown } from '../assurances/wording.ts';
import type { FileSystemHistory, HostRow, Severity, StorageSample } from '../store/types.ts';

const DAY_MS = 86_400_000;
const TREND_MS = 7 * DAY_MS;
const TREND_SPAN_MIN_MS = 2 * DAY_MS;
/** Full within this: late, and worse. */
const WARN_LEFT_MS = 7 * DAY_MS;
const CRITICAL_LEFT_MS = 2 * DAY_MS;
/** So little is too little whatever the rate: borg needs room to free room. */
const WARN_FREE_SHARE = 0.05;
const CRITICAL_FREE_SHARE = 0.02;
/** Samples come every hour; three missed ones, and nobody knows. */
export const SAMPLE_STALE_MS = 3 * 3_600_000;
/** Unknown for this long, although the host is there, becomes an alert: a file server that hangs measures nothing. */
export const UNMEASURED_MAX_MS = 3 * 3_600_000;

interface Outlook {
  newest: StorageSample;
  /** How long until it is full; null when it does not fill up, or nobody can say. */
  leftMs: number | null;
  bytesPerDay: number;
  /** Of what the rate was taken. */
  spanMs: number;
  severity: Severity | null;
}

export function judgeStorage(
  histories: readonly FileSystemHistory[],
  host: HostRow,
  presence: Presence,
  nowMs: number,
): Verdict {
  if (histories.length === 0)
    return notApplicable(`No borg repository on disks of ${host.host} is known.`, host.enrolledAtMs);
  const outlooks = histories.map(({ samples }) => outlookOf(samples));
  const staleAtMs = Math.min(...outlooks.map(({ newest }) => newest.atMs)) + SAMPLE_STALE_MS;
  const worst = outlooks.reduce((a, b) => (rankOf(b) > rankOf(a) ? b : a));
  const said = outlooks.toSorted((a, b) => rankOf(b) - rankOf(a)).map(sentenceOf);
  const bad = outlooks.filter(({ severity }) => severity !== null).length;
  if (nowMs > staleAtMs) {
    const stale = outlooks.find(({ newest }) => newest.atMs + SAMPLE_STALE_MS === staleAtMs)!.newest;
    const absence = absenceAt(staleAtMs + UNMEASURED_MAX_MS, host.host, presence, nowMs);
    if (absence.known === 'absent') {
      const unmeasured = `Nobody has measured how full ${stale.path} is since ${moment(stale.atMs)}, although ${host.host} is connected.`;
      return {
        // As bad at least as when it was last known.
        state: worst.severity === 'critical' ? 'broken' : 'late',
        rule: 'repository_full',
        severity: worst.severity ?? 'warning',
        sinceMs: staleAtMs,
        reason: [unmeasured, ...said.slice(0, bad)].join(' '),
        nextCheckAtMs: null,
      };
    }
    const absent = presence.caughtUpSinceMs === null ? `: ${host.host} is not connected` : '';
    const reason = `How full ${stale.path} is has not been heard since ${moment(stale.atMs)}${absent}.`;
    return { ...unknown(reason, staleAtMs, absence.nextCheckAtMs), undecided: true };
  }
  const nextCheckAtMs = staleAtMs + 1;
  if (worst.severity === null)
    return { state: 'ok', rule: null, sinceMs: worst.newest.atMs, reason: said.join(' '), nextCheckAtMs };
  return {
    state: worst.severity === 'critical' ? 'broken' : 'late',
    rule: 'repository_full',
    severity: worst.severity,
    sinceMs: worst.newest.atMs,
    reason: said.slice(0, bad).join(' '),
    nextCheckAtMs,
  };
}

function outlookOf(samples: readonly StorageSample[]): Outlook {
  const newest = samples.at(-1)!;
  const recent = samples.filter(({ atMs }) => atMs >= newest.atMs - TREND_MS);
  const spanMs = newest.atMs - recent[0]!.atMs;
  const bytesPerMs = spanMs < TREND_SPAN_MIN_MS ? 0 : slopeOf(recent);
  const leftMs = bytesPerMs > 0 ? newest.freeBytes / bytesPerMs : null;
  const share = newest.totalBytes === 0 ? 1 : newest.freeBytes / newest.totalBytes;
  const severity =
    share < CRITICAL_FREE_SHARE || (leftMs !== null && leftMs < CRITICAL_LEFT_MS)
      ? 'critical'
      : share < WARN_FREE_SHARE || (leftMs !== null && leftMs < WARN_LEFT_MS)
        ? 'warning'
        : null;
  return { newest, leftMs, bytesPerDay: bytesPerMs * DAY_MS, spanMs, severity };
}

/** Used bytes a millisecond, by least squares. */
function slopeOf(samples: readonly StorageSample[]): number {
  const used = samples.map(({ totalBytes, freeBytes }) => totalBytes - freeBytes);
  const meanMs = meanOf(samples.map(({ atMs }) => atMs));
  const meanUsed = meanOf(used);
  let above = 0;
  let below = 0;
  for (const [i, { atMs }] of samples.entries()) {
    above += (atMs - meanMs) * (used[i]! - meanUsed);
    below += (atMs - meanMs) ** 2;
  }
  return below === 0 ? 0 : above / below;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `/srv/borg has 40 GiB of 1.0 TiB free (4 %) and fills up in 6d 2h at the rate of the last 7d (6.6 GiB a day).` */
function sentenceOf({ newest, leftMs, bytesPerDay, spanMs }: Outlook): string {
  const { path, freeBytes, totalBytes } = newest;
  const share = totalBytes === 0 ? 0 : Math.floor((100 * freeBytes) / totalBytes);
  const has = `${path} has ${formatSize(freeBytes)} of ${formatSize(totalBytes)} free (${share} %)`;
  if (leftMs === null || leftMs > SAID_LEFT_MAX_MS) return `${has}.`;
  const rate = `at the rate of the last ${formatDuration(spanMs)} (${formatSize(bytesPerDay)} a day)`;
  return `${has} and fills up in ${formatDuration(leftMs)} ${rate}.`;
}
/** Beyond that a rate is no forecast. */
const SAID_LEFT_MAX_MS = 90 * DAY_MS;

/** Worst first; among equals the one with the least time left. */
function rankOf({ severity, leftMs, newest }: Outlook): number {
  const by = severity === 'critical' ? 4 : severity === 'warning' ? 2 : 0;
  const time = leftMs === null ? 0 : 1 / (1 + leftMs / DAY_MS);
  return by + time + (newest.totalBytes === 0 ? 0 : 1 - newest.freeBytes / newest.totalBytes) / 2;
}
