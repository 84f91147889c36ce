import { expect, test } from 'vitest';
import { type Archive, planRetention, type RetentionPolicy } from '../../../../agent/decide/retention.ts';
import { seededRandom } from '../../../support/seed-fleet.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2026, 10, 20, 2);
const SYSTEM = '7711163399154252448';
const policy: RetentionPolicy = {
  host: 'db1',
  otherHosts: [],
  keepMs: 7 * DAY_MS,
  daily: 0,
  weekly: 0,
  monthly: 0,
};

const segment = (index: number, timeline = 1) =>
  [timeline, Math.floor(index / 256), index % 256]
    .map((part) => part.toString(16).toUpperCase().padStart(8, '0'))
    .join('');

function archive(atMs: number, suffix: string): Archive {
  const name = `db1-shop-pitr-${new Date(atMs).toISOString()}-${suffix}`;
  return { name, id: name, createdAtMs: atMs };
}
const wal = (atMs: number, first: number, last = first, system = SYSTEM, timeline = 1) =>
  archive(atMs, `wal-${system}-${segment(first, timeline)}-${segment(last, timeline)}`);
const base = (atMs: number, needs: number, system = SYSTEM): Archive[] => {
  const stamp = archive(atMs, `needs-${system}-${segment(needs)}-${segment(needs + 1)}`);
  return [archive(atMs, 'base'), { ...stamp, createdAtMs: atMs + HOUR_MS }];
};

const daysAgo = (days: number) => NOW_MS - days * DAY_MS;

function removed(archives: Archive[], change: Partial<RetentionPolicy> = {}): string[] {
  const { decisions, foreign } = planRetention(archives, { ...policy, ...change }, NOW_MS);
  expect(foreign).toEqual([]);
  expect(decisions).toHaveLength(archives.length);
  return decisions.filter(({ keep }) => !keep).map(({ archive: { name } }) => name);
}
const names = (archives: Archive[]) => archives.map(({ name }) => name);

test('the base backup that covers the beginning of the promise stays, with all WAL since its own, and what is older goes', () => {
  const old = [...base(daysAgo(16), 10), wal(daysAgo(15.9), 10, 11), wal(daysAgo(12), 12, 49)];
  const covering = [...base(daysAgo(8), 50), wal(daysAgo(7.9), 50, 60), wal(daysAgo(7.5), 61, 99)];
  const recent = [...base(daysAgo(1), 100), wal(daysAgo(0.9), 100, 110), wal(NOW_MS, 111)];
  expect(removed([...old, ...covering, ...recent]).sort()).toEqual(names(old).sort());
});

test('a base backup that became whole after the beginning of the promise does not cover it', () => {
  const before = [...base(daysAgo(9), 10), wal(daysAgo(8), 10, 49)];
  const late = [...base(daysAgo(7) - HOUR_MS / 2, 50), wal(NOW_MS, 50, 90)];
  expect(removed([...before, ...late])).toEqual([]);
});

test('a base backup of a past month keeps the WAL that it needs, and nothing of what followed', () => {
  const month = [...base(daysAgo(40), 10), wal(daysAgo(39.9), 9, 11)];
  const followed = wal(daysAgo(30), 12, 99);
  const recent = [...base(daysAgo(8), 100), wal(daysAgo(7.9), 100, 101), wal(NOW_MS, 102)];
  expect(removed([...month, followed, ...recent], { monthly: 2 })).toEqual([followed.name]);
});

test('a base backup of which nothing says that it is whole covers nothing, and goes when it is not the newest', () => {
  const whole = [...base(daysAgo(9), 10), wal(daysAgo(8.9), 10, 60)];
  const cut = archive(daysAgo(8), 'base');
  const recent = [...base(daysAgo(1), 70), wal(NOW_MS, 61, 90)];
  expect(removed([...whole, cut, ...recent])).toEqual([cut.name]);
  expect(removed([...whole, archive(NOW_MS, 'base')])).toEqual([]);
});

test('WAL without any base backup stays, and that of a cluster that is gone goes with its base backups', () => {
  expect(removed([wal(daysAgo(30), 1, 5), wal(NOW_MS, 6)])).toEqual([]);
  const former = [...base(daysAgo(30), 500, '1'), wal(daysAgo(29), 500, 600, '1')];
  const now = [...base(daysAgo(8), 2), wal(NOW_MS, 2, 90)];
  expect(removed([...former, ...now]).sort()).toEqual(names(former).sort());
  // Its successor is younger than the promise: what came before is still of use.
  const young = [...base(daysAgo(2), 2), wal(NOW_MS, 2, 90)];
  expect(removed([...former, ...young])).toEqual([]);
});

test('the history of a timeline stays, however old', () => {
  const history = archive(daysAgo(900), `history-${SYSTEM}-00000002`);
  expect(removed([history, ...base(daysAgo(8), 2), wal(NOW_MS, 2, 90)])).toEqual([]);
});

test('what borg left of a base backup or of WAL that was cut off goes once a whole one was made', () => {
  const left = [
    archive(daysAgo(3), 'base.checkpoint'),
    archive(daysAgo(3), `${wal(0, 7).name.slice(39)}.checkpoint`),
  ];
  const recent = [...base(daysAgo(1), 70), wal(NOW_MS, 70, 90)];
  expect(left[1]!.name).toMatch(/Z-wal-\d+-\w{24}-\w{24}\.checkpoint$/);
  expect(removed([...left, ...recent]).sort()).toEqual(names(left).sort());
});

/** Which moments can be restored: the newest base backup before each, and WAL from there on without a hole. */
function restorable(archives: readonly Archive[], fromMs: number, toMs: number): number[] {
  const held = archives.flatMap(({ name, createdAtMs }) => {
    const match = /Z-(wal|needs)-\d+-\w{8}(\w{16})-\w{8}(\w{16})$/.exec(name);
    const index = (text: string) =>
      Number.parseInt(text.slice(0, 8), 16) * 256 + Number.parseInt(text.slice(8), 16);
    return match ? [{ kind: match[1]!, from: index(match[2]!), to: index(match[3]!), createdAtMs }] : [];
  });
  const moments: number[] = [];
  for (let atMs = fromMs; atMs <= toMs; atMs += 6 * HOUR_MS) {
    const bases = held.filter(({ kind, createdAtMs }) => kind === 'needs' && createdAtMs <= atMs);
    const newest = bases.toSorted((a, b) => b.createdAtMs - a.createdAtMs)[0];
    const upTo = Math.max(
      ...held.filter((one) => one.kind === 'wal' && one.createdAtMs <= atMs).map(({ to }) => to),
    );
    const isHeld = (index: number) =>
      held.some(({ kind, from, to }) => kind === 'wal' && from <= index && index <= to);
    let isWhole = newest !== undefined;
    for (let index = newest?.from ?? 0; isWhole && index <= upTo; index += 1) isWhole = isHeld(index);
    if (isWhole) moments.push(atMs);
  }
  return moments;
}

test('pruned every day for months, with whatever base backups came, nothing that is promised is lost and little else stays', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = seededRandom(seed);
    const keepMs = (1 + Math.floor(random() * 9)) * DAY_MS;
    const everyDays = 1 + Math.floor(random() * 8);
    let all: Archive[] = [];
    let stored: Archive[] = [];
    let index = 1;
    for (let day = 0; day < 60; day += 1) {
      const dayMs = daysAgo(60 - day);
      const made: Archive[] = [];
      if (day % everyDays === 0 && random() > 0.2) made.push(...base(dayMs, index));
      for (let quarter = 1; quarter <= 4; quarter += 1) {
        const count = Math.floor(random() * 4);
        if (count > 0) made.push(wal(dayMs + quarter * 6 * HOUR_MS - 1, index, index + count - 1));
        index += count;
      }
      all = [...all, ...made];
      stored = [...stored, ...made];
      const newestMs = Math.max(0, ...stored.map(({ createdAtMs }) => createdAtMs));
      const plan = planRetention(stored, { ...policy, keepMs }, newestMs);
      stored = plan.decisions.filter(({ keep }) => keep).map((one) => one.archive);
      const promised = restorable(all, newestMs - keepMs, newestMs);
      expect(restorable(stored, newestMs - keepMs, newestMs), `seed ${seed}, day ${day}`).toEqual(promised);
    }
    expect(stored.length).toBeLessThan(all.length);
  }
});
