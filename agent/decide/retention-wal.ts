/**
 * Which archives of WAL are kept beside the base backups that are (tools/pitr-archives.ts). Pure.
 *
 * Every moment of the promised time is restored from the newest base backup before it and all WAL since, so all WAL
 * from the beginning of the oldest of these on is kept. A base backup that is kept for longer, as the newest of a week
 * or a month, restores its own moment: it keeps the WAL that it needs, and no more.
 */
import { parseSpan, type WalSpan } from '../tools/pitr-archives.ts';

export interface DatedSpan {
  span: WalSpan;
  createdAtMs: number;
}

export interface WalKept {
  keep: boolean;
  reason: string;
}

/** Null for an archive of another kind. */
export function spanOf(suffix: string, kind: WalSpan['kind']): WalSpan | null {
  const span = parseSpan(suffix);
  return span?.kind === kind ? span : null;
}

/**
 * @param wal an archive of WAL.
 * @param bases what the base backups of its job need that are kept.
 * @param sinceMs where the promised time begins.
 */
export function decideWal(wal: DatedSpan, bases: readonly DatedSpan[], sinceMs: number): WalKept {
  if (wal.createdAtMs > sinceMs) return kept('younger than what is promised');
  const own = bases.filter(({ span }) => span.systemIdentifier === wal.span.systemIdentifier);
  if (own.length === 0) {
    const isFollowed = bases.some(({ createdAtMs }) => createdAtMs > wal.createdAtMs);
    return isFollowed
      ? gone('no base backup of its cluster is kept')
      : kept('no base backup tells what is needed');
  }
  const [first, last] = [positionOf(wal.span.first), positionOf(wal.span.last)];
  const promised = promisedOf(bases, sinceMs).filter((one) => own.includes(one));
  if (promised.some(({ span }) => last >= positionOf(span.first)))
    return kept('follows on a base backup that is kept');
  const isNeeded = own.some(({ span }) => last >= positionOf(span.first) && first <= positionOf(span.last));
  return isNeeded
    ? kept('a base backup that is kept needs it')
    : gone('no base backup that is kept needs it');
}

/** Those of the promised time, and the newest before it; when there is none before it, the oldest of them reaches furthest. */
function promisedOf(bases: readonly DatedSpan[], sinceMs: number): DatedSpan[] {
  const before = bases.filter(({ createdAtMs }) => createdAtMs <= sinceMs);
  const fromMs = Math.max(...before.map(({ createdAtMs }) => createdAtMs));
  return bases.filter(({ createdAtMs }) => createdAtMs >= fromMs);
}

/** A segment's name without its timeline; such names are ordered as the log is, whatever its segments' size. */
function positionOf(segment: string): string {
  return segment.slice(8);
}

function kept(reason: string): WalKept {
  return { keep: true, reason };
}

function gone(reason: string): WalKept {
  return { keep: false, reason };
}
