/**
 * What a look at a server's log and at its repository says: how far the repository reaches, and how old the
 * oldest change is that it lacks. Pure; the looks themselves are made by watch/wal.ts.
 */
import { WAL_HOLES_MAX } from '../../proto/limits.ts';
import type { WalSample } from '../../proto/wal.ts';
import type { WalFacts } from '../tools/postgres-wal.ts';
import { parseSegment, type Segment, segmentName } from '../tools/wal.ts';
import { afterSample, type Exposure, exposureMs } from './exposure.ts';
import {
  holesAfter,
  newestTimeline,
  type Range,
  reachFrom,
  type WalArchive,
  withFolder,
} from './wal-archive.ts';

/** Remembered from look to look, and over a restart. */
export interface WalMemory {
  /** Of which cluster and folder of WAL all of this is; another one begins anew. */
  systemIdentifier: string;
  archiveId: string;
  segmentBytes: number;
  archive: WalArchive;
  /** Folders that were looked at, by name. */
  folders: readonly string[];
  exposure: Exposure | null;
  /** Since when each hole is seen, by the server's clock: pgBackRest may send segments side by side. */
  holes: readonly (Range & { sinceMs: number })[];
  /** Since when the archiver's word is not kept, by the server's clock; null while it is. */
  lostSinceMs: number | null;
  /** Timeline of `exposure`. */
  timeline: number;
}

/** A base backup in the repository; pgBackRest's sets are such, and a `pg_basebackup` in an archive. */
export interface BaseBackup {
  label: string;
  startedAtMs: number;
  stoppedAtMs: number;
  /** Names of the WAL segments it needs; null when none was recorded. */
  walStart: string | null;
  walStop: string | null;
}

/** What a look at the repository found. */
export interface RepositorySeen {
  /** After this look's listing. */
  memory: WalMemory;
  /** Of this cluster, oldest first. */
  backups: readonly BaseBackup[];
  /** Of the cluster the repository belongs to; null when it has none yet. */
  systemIdentifier: string | null;
  /** Everything that a restore needs was listed at least once. */
  isComplete: boolean;
}

/** A folder of WAL as it was listed in this look. */
export interface FolderSeen {
  name: string;
  timeline: number;
  range: Range;
  indexes: number[];
}

/**
 * Between the archiver's word and the listing that should show it; and between two looks that must see the same hole,
 * since a listing is no snapshot and archive-async sends segments side by side.
 */
export const LOST_AFTER_MS = 120_000;
/** Folders listed in one look: each is a program to run, some 60 ms. */
export const FOLDERS_PER_LOOK_MAX = 60;

/**
 * Which folders to list in this look: those not known yet, newest first; the newest two of every timeline,
 * since these still grow; and, in turn, one of the others, so that what vanishes from them is noticed.
 * @param folders names, of all folders that there are.
 * @param turn counts the looks.
 */
export function foldersToList(memory: WalMemory | null, folders: readonly string[], turn: number): string[] {
  const newestFirst = [...folders].sort().reverse();
  const known = new Set(memory?.folders ?? []);
  const growing = newestFirst.filter(
    (name, i) => i < 2 || timelineOf(name) !== timelineOf(newestFirst[i - 2]!),
  );
  const unknown = newestFirst.filter((name) => !known.has(name));
  const others = newestFirst.filter((name) => known.has(name) && !growing.includes(name));
  const inTurn = others.length > 0 ? [others[turn % others.length]!] : [];
  return [...new Set([...growing, ...inTurn, ...unknown])].slice(0, FOLDERS_PER_LOOK_MAX);
}

function timelineOf(folder: string): string {
  return folder.slice(0, 8);
}

/** What is remembered of the folder that holds this cluster's WAL; null when it belongs to another. */
export function memoryFor(
  before: WalMemory | null,
  facts: Pick<WalFacts, 'systemIdentifier' | 'segmentBytes'>,
  archiveId: string,
): WalMemory {
  const { systemIdentifier, segmentBytes } = facts;
  const same =
    before !== null &&
    before.systemIdentifier === systemIdentifier &&
    before.archiveId === archiveId &&
    before.segmentBytes === segmentBytes;
  if (same) return before;
  return {
    systemIdentifier,
    archiveId,
    segmentBytes,
    archive: new Map(),
    folders: [],
    exposure: null,
    holes: [],
    lostSinceMs: null,
    timeline: 0,
  };
}

/**
 * What was listed now, in place of what was known of those folders; a folder that is no longer there holds
 * nothing.
 */
export function withListing(
  memory: WalMemory,
  seen: readonly FolderSeen[],
  gone: readonly FolderSeen[],
): WalMemory {
  let { archive } = memory;
  for (const { timeline, range } of gone) archive = withFolder(archive, timeline, range, []);
  for (const { timeline, range, indexes } of seen) archive = withFolder(archive, timeline, range, indexes);
  const goneNames = new Set(gone.map(({ name }) => name));
  const folders = new Set([...memory.folders, ...seen.map(({ name }) => name)]);
  return { ...memory, archive, folders: [...folders].filter((name) => !goneNames.has(name)).sort() };
}

/** How far the repository reaches, and what it lacks. */
export function judgeWal(
  { memory, backups, systemIdentifier, isComplete }: RepositorySeen,
  facts: WalFacts,
): { memory: WalMemory; sample: Omit<WalSample, 'job' | 'atMs'> } {
  const { segmentBytes, archive } = memory;
  const startOf = (backup: BaseBackup | undefined) =>
    backup?.walStart ? parseSegment(backup.walStart, segmentBytes) : null;
  const anchor = startOf(backups.at(-1)) ?? firstOfLastRange(archive, facts.timeline);
  const reach = anchor && reachFrom(archive, anchor, facts.timeline);
  const savedLsn = reach ? (reach.index + 1) * segmentBytes : (anchor?.index ?? 0) * segmentBytes;

  const isPrimary = facts.role === 'primary';
  const lostSinceMs = isPrimary && isComplete ? lostSince(memory, facts) : null;
  const before = memory.timeline === facts.timeline ? memory.exposure : null;
  const exposure = isPrimary ? afterSample(before, facts, savedLsn) : null;
  const name = (index: number) => segmentName({ timeline: facts.timeline, index }, segmentBytes);
  const holes = (isComplete && anchor ? holesAfter(archive, facts.timeline, anchor.index) : []).map(
    (hole) => ({ ...hole, sinceMs: seenSince(memory.holes, hole, facts.atMs) }),
  );
  const lasting = holes.filter(({ sinceMs }) => facts.atMs - sinceMs >= LOST_AFTER_MS);
  const oldest = reach && backups.find((backup) => reaches(archive, startOf(backup), reach));
  return {
    memory: { ...memory, exposure, holes, lostSinceMs, timeline: facts.timeline },
    sample: {
      databaseProblem: '',
      repositoryProblem: '',
      role: facts.role,
      systemIdentifier: facts.systemIdentifier,
      stanzaSystemIdentifier: systemIdentifier ?? '',
      timeline: facts.timeline,
      repositoryTimeline: newestTimeline(archive) ?? 0,
      lsn: facts.lsn,
      savedLsn: Math.min(savedLsn, Number.MAX_SAFE_INTEGER),
      exposureMs: exposure ? exposureMs(exposure, facts.atMs) : 0,
      isArchiving: facts.isArchiving,
      archiveTimeoutMs: facts.archiveTimeoutMs,
      archiverProblem: isPrimary ? archiverProblem(facts) : '',
      lost: lostSinceMs !== null && facts.atMs - lostSinceMs >= LOST_AFTER_MS ? facts.lastArchived : '',
      holes: lasting
        .slice(-WAL_HOLES_MAX)
        .map(({ from, to }) => (from === to ? name(from) : `${name(from)} to ${name(to)}`)),
      windows: oldest ? [{ fromMs: oldest.stoppedAtMs, toMs: 0 }] : [],
      backupsAtMs: backups.map(({ stoppedAtMs }) => stoppedAtMs),
      isComplete,
    },
  };
}

/** A hole that shrinks is the same one; a clock that was put back begins anew. */
function seenSince(known: WalMemory['holes'], hole: Range, nowMs: number): number {
  const same = known.filter(({ from, to }) => from <= hole.to && hole.from <= to);
  return Math.min(nowMs, ...same.map(({ sinceMs }) => sinceMs));
}

/** Without any base backup: from where the newest unbroken stretch begins. */
function firstOfLastRange(archive: WalArchive, upTo: number): Segment | null {
  const timeline = Math.max(0, ...[...archive.keys()].filter((one) => one <= upTo));
  const last = archive.get(timeline)?.at(-1);
  return last ? { timeline, index: last.from } : null;
}

function reaches(archive: WalArchive, start: Segment | null, end: Segment): boolean {
  const reach = start && reachFrom(archive, start, end.timeline);
  return reach !== null && reach.timeline === end.timeline && reach.index === end.index;
}

/** The archiver's own trouble: quick to see, and blind to everything that only looks like success. */
function archiverProblem({ lastFailed, lastFailedAtMs, lastArchivedAtMs }: WalFacts): string {
  if (lastFailedAtMs === null || (lastArchivedAtMs !== null && lastArchivedAtMs >= lastFailedAtMs)) return '';
  return `archive_command failed for ${lastFailed} at ${new Date(lastFailedAtMs).toISOString()}`;
}

/**
 * Whether the segment that the archiver says is saved is missing, and since when. Each further one that goes into nowhere
 * is the same loss, not a new one.
 */
function lostSince(memory: WalMemory, facts: WalFacts): number | null {
  const segment = parseSegment(facts.lastArchived, memory.segmentBytes);
  // After a promotion or a backup it names no segment: what was said before stands.
  if (!segment || facts.lastArchivedAtMs === null) return memory.lostSinceMs;
  const ranges = memory.archive.get(segment.timeline) ?? [];
  const isThere = ranges.some(({ from, to }) => from <= segment.index && segment.index <= to);
  return isThere ? null : Math.min(memory.lostSinceMs ?? facts.lastArchivedAtMs, facts.atMs);
}
