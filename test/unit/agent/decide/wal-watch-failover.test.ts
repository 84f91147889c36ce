import { describe, expect, it } from 'vitest';
import type { HistoriesSeen } from '../../../../agent/decide/wal-timeline.ts';
import {
  judgeWal,
  LOST_AFTER_MS,
  memoryFor,
  type WalMemory,
  withListing,
} from '../../../../agent/decide/wal-watch.ts';
import type { BaseBackup } from '../../../../agent/decide/wal-windows.ts';
import type { WalFacts } from '../../../../agent/tools/postgres-wal.ts';
import { segmentName } from '../../../../agent/tools/wal.ts';
import type { TimelineEnd } from '../../../../agent/tools/wal-history.ts';
import { upTo } from '../../../support/ranges.ts';

const SEGMENT = 16 * 1024 ** 2;
const NOW_MS = Date.UTC(2026, 10, 20, 12);
const MINUTE_MS = 60_000;
const PROMOTED_AT_MS = NOW_MS - 10 * MINUTE_MS;
const name = (index: number, timeline: number) => segmentName({ timeline, index }, SEGMENT);

/** Promoted to timeline 2, and seen to reach into segment 13. */
function facts(change: Partial<WalFacts> = {}): WalFacts {
  return {
    atMs: NOW_MS,
    role: 'primary',
    systemIdentifier: '1',
    segmentBytes: SEGMENT,
    lsn: 13 * SEGMENT,
    timeline: 2,
    isArchiving: true,
    archiveTimeoutMs: MINUTE_MS,
    lastArchived: name(12, 2),
    lastArchivedAtMs: NOW_MS,
    lastFailed: '',
    lastFailedAtMs: null,
    heartbeatLsn: null,
    ...change,
  };
}

function backup(timeline: number, index: number, stoppedAtMs = NOW_MS - 60 * MINUTE_MS): BaseBackup {
  const wal = name(index, timeline);
  return { label: wal, startedAtMs: stoppedAtMs, stoppedAtMs, walStart: wal, walStop: wal };
}

/** Segments by timeline, and when each was archived. */
function holding(
  held: Record<number, number[]>,
  before: WalMemory | null = null,
  changedAtMs: (index: number, timeline: number) => number = () => PROMOTED_AT_MS,
): WalMemory {
  const folders = Object.entries(held).map(([key, indexes]) => {
    const timeline = Number(key);
    const segments = indexes.map((index) => ({
      index,
      sizeBytes: SEGMENT,
      changedAtMs: changedAtMs(index, timeline),
      isWhole: true,
    }));
    return { name: name(0, timeline).slice(0, 16), timeline, range: { from: 0, to: 255 }, segments };
  });
  return withListing(
    memoryFor(before, facts(), '15-1'),
    folders,
    folders.map((one) => one.name),
  );
}

/** Timeline 1 was left in the middle of segment 9. */
const LEFT: TimelineEnd[] = [{ timeline: 1, endLsn: 9.5 * SEGMENT }];
const archived = (own: TimelineEnd[] | null = LEFT, ...timelines: number[]): HistoriesSeen => ({
  files: [2, ...timelines].map((timeline) => ({ timeline, changedAtMs: PROMOTED_AT_MS })),
  own,
});

function look(
  memory: WalMemory,
  about: Partial<WalFacts> = {},
  histories: HistoriesSeen | undefined = archived(),
  backups = [backup(1, 2)],
) {
  return judgeWal({ memory, backups, isComplete: true, systemIdentifier: '1', histories }, facts(about));
}

describe('a new timeline', () => {
  const whole = holding({ 1: upTo(1, 8), 2: upTo(9, 12) });

  it('goes on where its history says, from base backups of either timeline', () => {
    const [old, second] = [backup(1, 2), backup(2, 10, NOW_MS - MINUTE_MS)];
    expect(look(whole, {}, archived(), [old, second]).sample).toMatchObject({
      savedLsn: 13 * SEGMENT,
      repositoryTimeline: 2,
      exposureMs: 0,
      holes: [],
      stray: '',
      windows: [{ fromMs: old.stoppedAtMs, toMs: 0 }],
    });
    // Its first segment never came: what follows cannot be reached from before.
    const cut = holding({ 1: upTo(1, 8), 2: upTo(10, 12) });
    expect(look(cut, {}, archived(), [old, second]).sample.windows).toEqual([
      { fromMs: old.stoppedAtMs, toMs: PROMOTED_AT_MS },
      { fromMs: second.stoppedAtMs, toMs: 0 },
    ]);
  });

  it('does not hide that the old primary had not archived all that it left behind', () => {
    const holed = holding({ 1: upTo(1, 6), 2: upTo(9, 12) });
    const first = look(holed);
    expect(first.sample).toMatchObject({ savedLsn: 7 * SEGMENT, holes: [] });
    const second = look(first.memory, { atMs: NOW_MS + LOST_AFTER_MS });
    expect(second.sample.holes).toEqual([`${name(7, 1)} to ${name(8, 1)}`]);
    expect(second.sample.windows).toEqual([expect.objectContaining({ toMs: PROMOTED_AT_MS })]);
  });

  it('of a copy that branched off earlier is not the way, whatever it holds', () => {
    // The copy took timeline 2 from segment 5 on; the standby that was promoted then took 3, from timeline 1.
    const memory = holding({ 1: upTo(1, 8), 2: upTo(5, 40), 3: upTo(9, 12) });
    const about = { timeline: 3, lastArchived: name(12, 3) };
    const { sample } = look(memory, about, archived(LEFT, 3));
    expect(sample).toMatchObject({ savedLsn: 13 * SEGMENT, repositoryTimeline: 3, holes: [], stray: '' });
    // From a base backup that the copy made only what the copy wrote can be restored.
    const rogue = look(memory, about, archived(LEFT, 3), [backup(1, 2), backup(2, 20)]).sample;
    expect(rogue).toMatchObject({ savedLsn: 13 * SEGMENT });
    expect(rogue.windows.map(({ toMs }) => toMs)).toEqual([0, PROMOTED_AT_MS]);
  });

  it('above the server is seen by its history alone, before it has filled a segment', () => {
    const memory = holding({ 1: upTo(1, 9) });
    const about = { timeline: 1, lsn: 10 * SEGMENT, lastArchived: name(9, 1) };
    expect(look(memory, about, archived(null)).sample).toMatchObject({
      savedLsn: 10 * SEGMENT,
      repositoryTimeline: 2,
    });
  });
});

describe('exposure over a failover', () => {
  const behind = holding({ 1: upTo(1, 6) });
  const standby = { role: 'standby', timeline: 1, lsn: 9.2 * SEGMENT } as const;

  it('goes on from when the standby saw the log come so far', () => {
    const before = look(behind, { ...standby, atMs: NOW_MS - 10 * MINUTE_MS }, archived(null));
    expect(before.sample.exposureMs).toBe(0);
    const promoted = look(before.memory, { lsn: 9.6 * SEGMENT });
    expect(promoted.sample.exposureMs).toBe(10 * MINUTE_MS);
    const saved = look(holding({ 1: upTo(1, 8), 2: [9] }, promoted.memory), { lsn: 10 * SEGMENT });
    expect(saved.sample.exposureMs).toBe(0);
  });

  it('is that of the old timeline while the history has not arrived, and ends with what the new one took over', () => {
    const ahead = look(behind, { role: 'standby', timeline: 1, lsn: 9.9 * SEGMENT }, archived(null));
    const waiting = look(ahead.memory, { atMs: NOW_MS + MINUTE_MS, lsn: 9.6 * SEGMENT }, archived(null));
    expect(waiting.sample).toMatchObject({ timeline: 2, exposureMs: MINUTE_MS, holes: [] });
    expect(waiting.sample.windows).toEqual([expect.objectContaining({ toMs: 0 })]);
    const known = look(waiting.memory, { atMs: NOW_MS + 2 * MINUTE_MS, lsn: 9.6 * SEGMENT });
    expect(known.sample.exposureMs).toBe(2 * MINUTE_MS);
    expect(known.memory.exposure!.knownLsn).toBe(9.6 * SEGMENT);
    expect(known.memory.exposure!.unsaved.map(({ lsn }) => lsn / SEGMENT)).toEqual([9.5, 9.6]);
  });

  it('is begun anew on a timeline that does not descend from the old one', () => {
    const before = look(behind, { ...standby, atMs: NOW_MS - 10 * MINUTE_MS }, archived(null));
    const other = look(before.memory, { timeline: 3 }, archived([{ timeline: 2, endLsn: 5 * SEGMENT }], 3));
    expect(other.sample.exposureMs).toBe(0);
  });
});

describe('a history that is missing or contradicts itself', () => {
  const memory = holding({ 1: upTo(1, 8), 2: upTo(9, 12) });
  const nothing = archived(null);

  it('is waited for, and then named: no restore finds the way to this timeline', () => {
    const first = look(memory, {}, nothing);
    expect(first.sample.holes).toEqual([]);
    const second = look(first.memory, { atMs: NOW_MS + LOST_AFTER_MS - 1 }, nothing);
    expect(second.sample.holes).toEqual([]);
    const third = look(second.memory, { atMs: NOW_MS + LOST_AFTER_MS }, nothing);
    expect(third.sample.holes).toEqual(['00000002.history']);
    expect(third.sample.windows).toEqual([expect.objectContaining({ toMs: PROMOTED_AT_MS })]);
    expect(look(third.memory, { atMs: NOW_MS + 2 * LOST_AFTER_MS }).sample).toMatchObject({
      holes: [],
      savedLsn: 13 * SEGMENT,
    });
  });

  it('is not missed by a repository that is younger than the timeline', () => {
    const young = holding({ 2: upTo(9, 12) });
    for (const backups of [[], [backup(2, 9)]]) {
      const first = look(young, {}, { files: [], own: null }, backups);
      const later = look(first.memory, { atMs: NOW_MS + LOST_AFTER_MS }, { files: [], own: null }, backups);
      expect(later.sample).toMatchObject({ holes: [], savedLsn: 13 * SEGMENT, exposureMs: 0 });
    }
  });

  it('matters no more once there is a base backup of the timeline itself', () => {
    const first = look(memory, {}, nothing);
    const later = look(first.memory, { atMs: NOW_MS + LOST_AFTER_MS }, nothing, [
      backup(1, 2),
      backup(2, 10),
    ]);
    expect(later.sample).toMatchObject({ holes: [], savedLsn: 13 * SEGMENT });
    expect(later.sample.windows.at(-1)).toMatchObject({ toMs: 0 });
  });
});

describe('what a server archived when it was a primary before', () => {
  it('may have expired meanwhile', () => {
    const memory = holding({ 1: upTo(7, 8), 2: upTo(9, 12) });
    const about = { lastArchivedAtMs: NOW_MS - 30 * 24 * 60 * MINUTE_MS };
    expect(look(memory, { ...about, lastArchived: name(3, 1) }, archived(), [backup(1, 7)]).sample.lost).toBe(
      '',
    );
    expect(
      look(memory, { ...about, lastArchived: name(13, 2) }, archived(), [backup(1, 7)]).sample.lost,
    ).not.toBe('');
  });
});

describe('another server that archives into the same place', () => {
  const held = { 1: upTo(1, 11), 2: upTo(9, 12) };
  const later = (index: number, timeline: number) =>
    timeline === 1 && index > 9 ? PROMOTED_AT_MS + LOST_AFTER_MS + 1 : PROMOTED_AT_MS;

  it('is told by a segment beside the way that came after the promotion', () => {
    expect(look(holding(held, null, later)).sample).toMatchObject({
      stray: name(11, 1),
      savedLsn: 13 * SEGMENT,
    });
  });

  it('is not what the old primary had sent, or had left to send', () => {
    expect(look(holding(held)).sample.stray).toBe('');
    expect(look(holding({ ...held, 1: upTo(1, 9) }, null, () => NOW_MS)).sample.stray).toBe('');
  });

  it('is over with the next base backup', () => {
    const backups = [backup(1, 2), backup(2, 12, NOW_MS)];
    expect(look(holding(held, null, later), {}, archived(), backups).sample.stray).toBe('');
  });

  it('is the primary’s to notice, not a standby’s', () => {
    expect(look(holding(held, null, later), { role: 'standby' }).sample.stray).toBe('');
  });
});
