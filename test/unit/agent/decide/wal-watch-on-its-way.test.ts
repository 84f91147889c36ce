/** WAL that was archived and waits to be sent to its repository. */
import { expect, it } from 'vitest';
import { folderNow } from '../../../../agent/decide/wal-folder.ts';
import {
  judgeWal,
  LOST_AFTER_MS,
  memoryFor,
  type RepositorySeen,
  type WalMemory,
  withListing,
} from '../../../../agent/decide/wal-watch.ts';
import type { WalFacts } from '../../../../agent/tools/postgres-wal.ts';
import { segmentName } from '../../../../agent/tools/wal.ts';

const SEGMENT = 16 * 1024 ** 2;
const NOW_MS = Date.UTC(2026, 10, 20, 12);
const MINUTE_MS = 60_000;
const name = (index: number) => segmentName({ timeline: 1, index }, SEGMENT);

const FACTS: WalFacts = {
  atMs: NOW_MS,
  role: 'primary',
  systemIdentifier: '1',
  segmentBytes: SEGMENT,
  lsn: 9 * SEGMENT,
  timeline: 1,
  isArchiving: true,
  archiveTimeoutMs: MINUTE_MS,
  lastArchived: name(8),
  lastArchivedAtMs: NOW_MS - LOST_AFTER_MS,
  lastFailed: '',
  lastFailedAtMs: null,
  heartbeatLsn: null,
};

function folder(from: number, to: number, timeline = 1) {
  const segments = Array.from({ length: to - from + 1 }, (_, i) => ({
    index: from + i,
    sizeBytes: SEGMENT,
    changedAtMs: NOW_MS,
    isWhole: true,
  }));
  return { name: `${timeline} ${from} ${to}`, timeline, range: { from, to }, segments };
}

function look(
  part: Partial<RepositorySeen>,
  about: Partial<WalFacts> = {},
  held = [folder(2, 5)],
  before: WalMemory | null = null,
) {
  const memory = withListing(
    memoryFor(before, FACTS, 'wal'),
    held,
    held.map((one) => one.name),
  );
  const label = 'base';
  const backups = [{ label, startedAtMs: 0, stoppedAtMs: 1, walStart: name(2), walStop: name(2) }];
  return judgeWal(
    { memory, backups, systemIdentifier: '1', isComplete: true, ...part },
    { ...FACTS, ...about },
  );
}

it('is neither lost nor a hole, and not saved either', () => {
  const onItsWay = [folderNow(null, folder(6, 8))];
  const first = look({ onItsWay });
  expect(first.sample).toMatchObject({ savedLsn: 6 * SEGMENT, lost: '', holes: [] });
  const later = { atMs: NOW_MS + LOST_AFTER_MS, lsn: 10 * SEGMENT, lastArchived: name(9) };
  const held = [folder(2, 5), folder(9, 9)];
  const second = look({ onItsWay }, later, held, first.memory);
  expect(second.sample).toMatchObject({ savedLsn: 6 * SEGMENT, lost: '', holes: [] });
  expect(second.sample.exposureMs).toBe(LOST_AFTER_MS);
});

it('is lost when it is no longer there and not in the repository', () => {
  expect(look({}).sample.lost).toBe(name(8));
  expect(look({ onItsWay: [folderNow(null, folder(6, 7))] }).sample.lost).toBe(name(8));
});

it('shows a timeline that the primary has not come to before that is sent', () => {
  expect(look({ onItsWay: [folderNow(null, folder(6, 6, 3))] }).sample).toMatchObject({
    repositoryTimeline: 3,
  });
});

it('comes from a server that archives nothing itself where pg_receivewal fetches it', () => {
  const about = { isArchiving: false, lastArchived: '', lastArchivedAtMs: null };
  expect(look({}, about).sample.isArchiving).toBe(false);
  expect(look({ isFed: true }, about).sample).toMatchObject({ isArchiving: true, lost: '' });
});

it('says why it waits, after the trouble of the archiver itself', () => {
  const sendingProblem = 'the repository is locked';
  expect(look({ sendingProblem }).sample.archiverProblem).toBe(sendingProblem);
  const failing = { lastFailed: name(9), lastFailedAtMs: NOW_MS };
  expect(look({ sendingProblem }, failing).sample.archiverProblem).toMatch(/archive_command failed/);
});
