/**
 * How the archives of an `archive-directory` job are called. Pure.
 *
 * What the watch must know of an archive is its name, because `borg list` prints names at once and has to fetch
 * every archive for anything else:
 *
 * - `HOST-JOB-TIME-wal-SYSTEM-FIRST-LAST`: the segments from FIRST to LAST, all of them, of one timeline; TIME is when LAST
 *   came into the folder: all changes before that are in it, or in those before it;
 * - `HOST-JOB-TIME-base`: a base backup;
 * - `HOST-JOB-TIME-needs-SYSTEM-FIRST-LAST`: made after the base backup of the same TIME, once it was whole: the
 *   segments without which that cannot be restored. A base backup without it is none;
 * - `HOST-JOB-TIME-history-SYSTEM-TIMELINE`: the history file of a timeline, as wide as in a segment's name.
 *
 * SYSTEM is the cluster's system identifier: the segments of another cluster have the same names.
 */

import { isArchiveOf } from './archive-name.ts';
import type { ListedArchive } from './borg.ts';
import { historyName, historyTimeline } from './wal-history.ts';

export const BASE_SUFFIX = 'base';
/** borg keeps whole seconds, the earlier one. */
const BORG_SECOND_MS = 1_000;

export interface WalSpan {
  kind: 'wal' | 'needs';
  systemIdentifier: string;
  /** Names of segments. */
  first: string;
  last: string;
}

export function spanSuffix({ kind, systemIdentifier, first, last }: WalSpan): string {
  return `${kind}-${systemIdentifier}-${first}-${last}`;
}

/** Null for any other archive, and for one that is not finished (`.checkpoint`). */
export function parseSpan(suffix: string): WalSpan | null {
  const match = /^(wal|needs)-(\d{1,20})-([0-9A-F]{24})-([0-9A-F]{24})$/.exec(suffix);
  if (!match) return null;
  const [, kind, systemIdentifier, first, last] = match;
  return { kind: kind as WalSpan['kind'], systemIdentifier: systemIdentifier!, first: first!, last: last! };
}

export interface TimelineHistory {
  systemIdentifier: string;
  timeline: number;
}

export function historySuffix({ systemIdentifier, timeline }: TimelineHistory): string {
  return `history-${systemIdentifier}-${historyName(timeline).slice(0, 8)}`;
}

/** Null for any other archive. */
export function parseHistorySuffix(suffix: string): TimelineHistory | null {
  const match = /^history-(\d{1,20})-([0-9A-F]{8})$/.exec(suffix);
  const timeline = match && historyTimeline(`${match[2]}.history`);
  return timeline === null ? null : { systemIdentifier: match![1]!, timeline };
}

/** What of a job's archive stands behind its time: `base`; null for an archive of another job. */
export function suffixOf(host: string, job: string, archive: string): string | null {
  const prefix = `${host}-${job}-`;
  if (!archive.startsWith(prefix)) return null;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z-(.+)$/.exec(archive.slice(prefix.length))?.[1] ?? null;
}

/** A base backup that can be restored, with what it needs for it. */
export interface StoredBase {
  archive: ListedArchive;
  /** The archive that says so. */
  stamp: ListedArchive;
  needs: WalSpan;
  /** When it was seen to be whole: no moment before that can be restored from it. */
  wholeAtMs: number;
}

/** Those of a job, in the order of the list. */
export function basesIn(host: string, job: string, archives: readonly ListedArchive[]): StoredBase[] {
  const stamps = new Map<string, Omit<StoredBase, 'archive'>>();
  const bases: { archive: ListedArchive; run: string }[] = [];
  for (const archive of archives) {
    const suffix = isArchiveOf(host, job, archive) ? suffixOf(host, job, archive.name) : null;
    if (suffix === null) continue;
    const run = archive.name.slice(0, -suffix.length);
    const needs = parseSpan(suffix);
    if (suffix === BASE_SUFFIX) bases.push({ archive, run });
    else if (needs?.kind === 'needs')
      stamps.set(run, { stamp: archive, needs, wholeAtMs: archive.createdAtMs + BORG_SECOND_MS });
  }
  return bases.flatMap(({ archive, run }) => {
    const stamp = stamps.get(run);
    return stamp ? [{ archive, ...stamp }] : [];
  });
}

/** Those that hold WAL, with what they hold. */
export function walIn(
  host: string,
  job: string,
  archives: readonly ListedArchive[],
): { archive: ListedArchive; span: WalSpan }[] {
  return archives.flatMap((archive) => {
    const suffix = isArchiveOf(host, job, archive) ? suffixOf(host, job, archive.name) : null;
    const span = suffix === null ? null : parseSpan(suffix);
    return span?.kind === 'wal' ? [{ archive, span }] : [];
  });
}

export interface StoredHistory extends TimelineHistory {
  archive: ListedArchive;
}

/** The time in a name; when it was made where there is none. */
export function namedAtMs({ name, createdAtMs }: Pick<ListedArchive, 'name' | 'createdAtMs'>): number {
  const named = Date.parse(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/.exec(name)?.[0] ?? '');
  return Number.isNaN(named) ? createdAtMs : named;
}

/** Those that hold the history of a timeline. */
export function historiesIn(host: string, job: string, archives: readonly ListedArchive[]): StoredHistory[] {
  return archives.flatMap((archive) => {
    const suffix = isArchiveOf(host, job, archive) ? suffixOf(host, job, archive.name) : null;
    const history = suffix === null ? null : parseHistorySuffix(suffix);
    return history ? [{ ...history, archive }] : [];
  });
}
