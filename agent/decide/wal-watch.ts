/**
 * What a look at a server's log and at its repository says: how far the repository reaches, and how old the
 * oldest change is that it lacks. Pure; the looks themselves are made by watch/wal.ts.
 */
import { WAL_HOLES_MAX } from '../../proto/limits.ts';
import type { WalSample } from '../../proto/wal.ts';
import type { WalFacts } from '../tools/postgres-wal.ts';
import { parseSegment, type Segment, segmentName } from '../tools/wal.ts';
import { historyName } from '../tools/wal-history.ts';
import { afterSample, type Exposure, exposureMs, keptHeartbeats, type Reached } from './exposure.ts';
import {
  archiveOf,
  holesOn,
  newestTimeline,
  reachFrom,
  startOfLastStretch,
  strayAfter,
  type WalArchive,
} from './wal-archive.ts';
import { type FolderSeen, folderNow, type Range, type WalFolder } from './wal-folder.ts';
import {
  exposureOn,
  type HistoriesSeen,
  NO_HISTORIES,
  type TimelineMemory,
  timelineNow,
} from './wal-timeline.ts';
import { isOn, type Leg, type Way, wayFrom, wayTo } from './wal-way.ts';
import { type BaseBackup, startOf, usable, windowsOf } from './wal-windows.ts';

/** Remembered from look to look, and over a restart. */
export interface WalMemory extends TimelineMemory {
  /** Of which cluster and folder of WAL all of this is; another one begins anew. */
  systemIdentifier: string;
  archiveId: string;
  segmentBytes: number;
  /** Those that were looked at, by name. */
  folders: ReadonlyMap<string, WalFolder>;
  exposure: Exposure | null;
  /** Those that are not saved, after the newest that is; by the server's clock. */
  heartbeats: readonly Reached[];
  /** Since when each is seen, by the server's clock: pgBackRest may send segments side by side. */
  holes: readonly Trouble[];
  damaged: readonly Trouble[];
  /** Since when the archiver's word is not kept, by the server's clock; null while it is. */
  lostSinceMs: number | null;
}

/** Segments of one timeline, and since when something is wrong with them. */
export interface Trouble extends Range {
  timeline: number;
  sinceMs: number;
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
  /** Absent where there are none. */
  histories?: HistoriesSeen;
  /** Archived, and waiting to be sent to the repository; absent where nothing lies in between. */
  onItsWay?: readonly WalFolder[];
  /** WAL arrives although the server archives nothing itself: pg_receivewal fetches it. */
  isFed?: boolean;
  /** Why what waits is not sent, without its full stop; '' or absent when it is. */
  sendingProblem?: string;
}

/**
 * Between the archiver's word and the listing that should show it; and between two looks that must see the same hole,
 * since a listing is no snapshot and archive-async sends segments side by side. A little less than two looks lie apart,
 * or it would take a third one whenever the second comes some milliseconds early.
 */
export const LOST_AFTER_MS = 110_000;

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
    folders: new Map(),
    exposure: null,
    heartbeats: [],
    holes: [],
    damaged: [],
    lostSinceMs: null,
    timeline: 0,
    history: [],
    historyMissingSinceMs: null,
  };
}

/**
 * What was listed now, in place of what was known of those folders.
 * @param names of all folders that there are: one that is no longer there holds nothing.
 */
export function withListing(
  memory: WalMemory,
  seen: readonly FolderSeen[],
  names: readonly string[],
): WalMemory {
  const there = new Set(names);
  const folders = new Map([...memory.folders].filter(([name]) => there.has(name)));
  for (const one of seen) folders.set(one.name, folderNow(folders.get(one.name) ?? null, one));
  return { ...memory, folders };
}

/** How far the repository reaches, and what it lacks. */
export function judgeWal(
  seen: RepositorySeen,
  facts: WalFacts,
): { memory: WalMemory; sample: Omit<WalSample, 'job' | 'atMs'> } {
  const { memory, backups, systemIdentifier, isComplete, onItsWay = [], histories = NO_HISTORIES } = seen;
  const { segmentBytes } = memory;
  const { atMs, timeline } = facts;
  const archive = archiveOf(memory.folders.values());
  // What is on its way is not saved, and not lost either.
  const arrived = archiveOf([...memory.folders.values(), ...onItsWay]);
  const now = timelineNow(memory, facts, histories.own, LOST_AFTER_MS);
  const way = wayTo(now.timeline, now.history, segmentBytes);
  // As long as folders are unknown, what lies between cannot be told from holes.
  const usableBackups = isComplete ? usable(backups, archive, way, segmentBytes) : [];
  const newestUsable = usableBackups.findLast((one) => one.way === way);
  const newest = isComplete ? newestOn(way, backups, segmentBytes) : null;
  const anchor = newestUsable?.start ?? newest ?? startOfLastStretch(archive, way);
  const reach = anchor && reachFrom(archive, anchor, way);
  const before = exposureOn(now, memory, memory.exposure);
  const savedUpTo = reach ? reach.index + 1 : anchor?.index;
  const savedLsn = savedUpTo === undefined ? (before?.savedLsn ?? 0) : savedUpTo * segmentBytes;

  const isPrimary = facts.role === 'primary';
  const lostSinceMs = isPrimary && isComplete ? lostSince(memory, arrived, facts, anchor) : null;
  // What was lost at the end and now lies between two segments is the same loss: it is not over meanwhile.
  const foundMs = lostSinceMs === null ? (memory.lostSinceMs ?? atMs) : atMs;
  const beaten = [...(now.timeline === memory.timeline ? memory.heartbeats : []), ...heartbeatOf(facts)];
  const exposure = afterSample(before, { ...facts, heartbeats: beaten }, savedLsn);
  const heartbeats = isPrimary ? keptHeartbeats(beaten, savedLsn) : [];
  const broken = isComplete && anchor ? damagedOn(memory, anchor, way) : [];
  const missing = isComplete && anchor ? holesOn(arrived, anchor, way) : [];
  const holes = missing
    .filter((hole) => !isAllDamaged(hole, broken))
    .map((hole) => ({ ...hole, sinceMs: Math.min(seenSince(memory.holes, hole, atMs), foundMs) }));
  const damaged = broken.map((one) => ({ ...one, sinceMs: seenSince(memory.damaged, one, atMs) }));
  const lasting = (troubles: Trouble[]) =>
    troubles.filter(({ sinceMs }) => atMs - sinceMs >= LOST_AFTER_MS).slice(-WAL_HOLES_MAX);
  const named = (troubles: Trouble[]) => lasting(troubles).map((one) => nameOf(one, segmentBytes));
  // What was backed up on the timeline itself is restored without its history; it may be older than the repository.
  const isHistoryLost =
    isPrimary &&
    usableBackups.length > 0 &&
    !newestUsable &&
    atMs - (now.historyMissingSinceMs ?? atMs) >= LOST_AFTER_MS;
  const isCutOff =
    isHistoryLost ||
    lasting(holes).length + lasting(damaged).length > 0 ||
    isLeftBehind(reach, archive, timeline);
  return {
    memory: { ...memory, ...now, exposure, heartbeats, holes, damaged, lostSinceMs },
    sample: {
      databaseProblem: '',
      repositoryProblem: '',
      role: facts.role,
      systemIdentifier: facts.systemIdentifier,
      stanzaSystemIdentifier: systemIdentifier ?? '',
      timeline,
      repositoryTimeline: Math.max(
        newestTimeline(arrived) ?? 0,
        ...histories.files.map((one) => one.timeline),
      ),
      lsn: facts.lsn,
      savedLsn: Math.min(savedLsn, Number.MAX_SAFE_INTEGER),
      exposureMs: isPrimary ? exposureMs(exposure, atMs) : 0,
      isArchiving: facts.isArchiving || seen.isFed === true,
      archiveTimeoutMs: facts.archiveTimeoutMs,
      archiverProblem: (isPrimary && archiverProblem(facts)) || (seen.sendingProblem ?? ''),
      lost: lostSinceMs !== null && atMs - lostSinceMs >= LOST_AFTER_MS ? facts.lastArchived : '',
      holes: isHistoryLost ? [historyName(timeline)] : named(holes),
      damaged: named(damaged),
      windows: windowsOf(usableBackups, archive, isCutOff ? null : reach),
      backupsAtMs: backups.map(({ stoppedAtMs }) => stoppedAtMs),
      heartbeatAtMs: heartbeats[0] && heartbeats[0].lsn <= savedLsn ? heartbeats[0].atMs : 0,
      stray: isPrimary
        ? strayName(archive, way, histories, timeline, newestUsable?.stoppedAtMs ?? 0, segmentBytes)
        : '',
      isComplete,
    },
  };
}

/** The log stands behind it; with synchronous_commit off its commit may not be written yet. */
function heartbeatOf({ atMs, lsn, heartbeatLsn }: WalFacts): Reached[] {
  return heartbeatLsn === null ? [] : [{ atMs, lsn: Math.max(lsn, heartbeatLsn) }];
}

function nameOf({ timeline, from, to }: Trouble, segmentBytes: number): string {
  const name = (index: number) => segmentName({ timeline, index }, segmentBytes);
  return from === to ? name(from) : `${name(from)} to ${name(to)}`;
}

/** Whether its WAL is whole or not. */
function newestOn(way: Way, backups: readonly BaseBackup[], segmentBytes: number): Segment | null {
  const starts = backups.map((one) => startOf(one, segmentBytes));
  return starts.findLast((start) => start !== null && isOn(way, start)) ?? null;
}

/**
 * What another server archived after the server's timeline began, and after its newest base backup: that ends it. A server
 * that is being replaced may send the last it has.
 */
function strayName(
  archive: WalArchive,
  way: Way,
  { files }: HistoriesSeen,
  timeline: number,
  backedUpAtMs: number,
  segmentBytes: number,
): string {
  const begun = files.find((one) => one.timeline === timeline);
  if (!begun) return '';
  const momentMs = Math.max(begun.changedAtMs + LOST_AFTER_MS, backedUpAtMs);
  const stray = strayAfter(archive, way, momentMs);
  return stray ? segmentName(stray, segmentBytes) : '';
}

/** Of the way from `anchor` to the present; what lies before matters only to the windows. */
function damagedOn(memory: WalMemory, anchor: Segment, way: Way): Leg[] {
  const folders = [...memory.folders.values()];
  return wayFrom(way, anchor).flatMap(({ timeline, from, to }) =>
    folders
      .filter((folder) => folder.timeline === timeline)
      .flatMap(({ damaged }) => damaged)
      .filter((index) => from <= index && index <= to)
      .sort((a, b) => a - b)
      .map((index) => ({ timeline, from: index, to: index })),
  );
}

function isAllDamaged({ timeline, from, to }: Leg, damaged: Leg[]) {
  const within = damaged.filter((one) => one.timeline === timeline && from <= one.from && one.to <= to);
  return within.length === to - from + 1;
}

/** What the server archives on its own timeline cannot be reached. */
function isLeftBehind(reach: Segment | null, archive: WalArchive, timeline: number): boolean {
  return reach !== null && reach.timeline < timeline && archive.has(timeline);
}

/** A hole that shrinks is the same one; a clock that was put back begins anew. */
function seenSince(known: readonly Trouble[], hole: Leg, nowMs: number): number {
  const same = known.filter(
    ({ timeline, from, to }) => timeline === hole.timeline && from <= hole.to && hole.from <= to,
  );
  return Math.min(nowMs, ...same.map(({ sinceMs }) => sinceMs));
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
function lostSince(
  memory: WalMemory,
  archive: WalArchive,
  facts: WalFacts,
  anchor: Segment | null,
): number | null {
  const segment = parseSegment(facts.lastArchived, memory.segmentBytes);
  // After a promotion or a backup it names no segment: what was said before stands.
  if (!segment || facts.lastArchivedAtMs === null) return memory.lostSinceMs;
  // From when the server was a primary before: it may have expired meanwhile.
  if (anchor !== null && segment.timeline < facts.timeline && segment.index < anchor.index) return null;
  const isThere = (archive.get(segment.timeline) ?? []).some(
    ({ from, to }) => from <= segment.index && segment.index <= to,
  );
  return isThere ? null : Math.min(memory.lostSinceMs ?? facts.lastArchivedAtMs, facts.atMs);
}
