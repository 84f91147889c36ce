/** Whatever a repository holds and whatever a policy asks: nothing that is promised is ever removed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Archive, planRetention, type RetentionPolicy } from '../../../agent/decide/retention.ts';
import { parseArchives, UNREADABLE_AT_MS } from '../../../agent/tools/borg.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2026, 10, 20, 2);

const NAMES = [
  ['web1-files-', ''],
  ['web1-shop-', '-globals'],
  ['web1-shop-', '-db-cms'],
  ['web1-shop-', '-manifest'],
  ['web2-files-', ''],
  ['borgmatic-', ''],
] as const;

const archives = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom(...NAMES),
      minutesAgo: fc.oneof(
        fc.integer({ min: 0, max: 10 * 24 * 60 }),
        fc.integer({ min: 0, max: 400 * 24 * 60 }),
      ),
    }),
    { selector: ({ name, minutesAgo }) => `${name}${minutesAgo}`, maxLength: 60 },
  )
  .map((all) =>
    all.map(({ name: [before, after], minutesAgo }): Archive => {
      const createdAtMs = NOW_MS - minutesAgo * 60_000;
      const name = `${before}${new Date(createdAtMs).toISOString()}${after}`;
      return { name, id: `id ${name}`, createdAtMs };
    }),
  );

const policy = fc.record({
  host: fc.constant('web1'),
  otherHosts: fc.constant(['web2']),
  keepMs: fc.integer({ min: 1, max: 30 }).map((days) => days * DAY_MS),
  daily: fc.constantFrom(0, 0, 0, 1, 3, 10),
  weekly: fc.constantFrom(0, 0, 0, 1, 6),
  monthly: fc.constantFrom(0, 0, 0, 1, 6),
});

const kept = (all: Archive[], rules: RetentionPolicy, nowMs = NOW_MS) =>
  new Set(
    planRetention(all, rules, nowMs)
      .decisions.filter(({ keep }) => keep)
      .map(({ archive }) => archive.id),
  );
const restorable = (name: string) => !name.endsWith('-manifest');
const seriesOf = (name: string) => name.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, '');

test('every archive is decided once with a reason, or left to whoever made it', () => {
  fc.assert(
    fc.property(archives, policy, (all, rules) => {
      const { decisions, foreign } = planRetention(all, rules, NOW_MS);
      const named = [...decisions.map(({ archive }) => archive.name), ...foreign.map(({ name }) => name)];
      expect(named.sort()).toEqual(all.map(({ name }) => name).sort());
      for (const { reason } of decisions) expect(reason).not.toBe('');
      for (const { name } of foreign) expect(name.startsWith('web1-')).toBe(false);
      for (const { archive } of decisions) expect(archive.name.startsWith('web1-')).toBe(true);
    }),
  );
});

test('never below the promise: what restores any instant of it before restores it after', () => {
  fc.assert(
    fc.property(archives, policy, fc.double({ min: 0, max: 1, noNaN: true }), (all, rules, share) => {
      const left = kept(all, rules);
      const instantMs = NOW_MS - share * rules.keepMs;
      const newest = new Map<string, Archive>();
      for (const archive of all.toSorted((a, b) => a.createdAtMs - b.createdAtMs)) {
        if (!archive.name.startsWith('web1-') || !restorable(archive.name)) continue;
        if (archive.createdAtMs <= instantMs) newest.set(seriesOf(archive.name), archive);
      }
      for (const archive of newest.values()) expect(left).toContain(archive.id);
    }),
    { numRuns: 500 },
  );
});

test('the newest of every subject stays, however old it is', () => {
  fc.assert(
    fc.property(archives, policy, fc.integer({ min: 0, max: 4_000 }), (all, rules, daysLater) => {
      const left = kept(all, rules, NOW_MS + daysLater * DAY_MS);
      const newest = new Map<string, Archive>();
      for (const archive of all.toSorted((a, b) => a.createdAtMs - b.createdAtMs))
        if (archive.name.startsWith('web1-')) newest.set(seriesOf(archive.name), archive);
      for (const archive of newest.values()) expect(left).toContain(archive.id);
    }),
  );
});

test('done twice it removes nothing more', () => {
  fc.assert(
    fc.property(archives, policy, (all, rules) => {
      const left = kept(all, rules);
      const once = all.filter(({ id }) => left.has(id));
      expect(kept(once, rules)).toEqual(left);
    }),
    { numRuns: 500 },
  );
});

test('asking for more keeps at least as much', () => {
  const more = fc.record({
    keepMs: fc.nat({ max: 20 }).map((days) => days * DAY_MS),
    daily: fc.nat({ max: 3 }),
    weekly: fc.nat({ max: 3 }),
    monthly: fc.nat({ max: 3 }),
  });
  fc.assert(
    fc.property(archives, policy, more, (all, rules, added) => {
      const grown = {
        ...rules,
        keepMs: rules.keepMs + added.keepMs,
        daily: rules.daily + added.daily,
        weekly: rules.weekly + added.weekly,
        monthly: rules.monthly + added.monthly,
      };
      const left = kept(all, grown);
      for (const id of kept(all, rules)) expect(left).toContain(id);
    }),
    { numRuns: 500 },
  );
});

test('a manifest goes with the last archive of its run, and never before', () => {
  fc.assert(
    fc.property(archives, policy, (all, rules) => {
      const left = kept(all, rules);
      const runOf = (name: string) => /^.*Z/.exec(name)![0];
      for (const manifest of all.filter(({ name }) => name.endsWith('-manifest'))) {
        const run = all.filter(
          ({ name, id }) =>
            id !== manifest.id && name.startsWith('web1-') && runOf(name) === runOf(manifest.name),
        );
        if (run.some(({ id }) => left.has(id))) expect(left).toContain(manifest.id);
      }
    }),
  );
});

test('what has no readable time stays, and makes nothing else go', () => {
  fc.assert(
    fc.property(archives, policy, fc.infiniteStream(fc.boolean()), (all, rules, unreadable) => {
      const some = all.map((archive) => {
        const [one] = parseArchives(
          JSON.stringify({
            archives: [
              {
                name: archive.name,
                id: archive.id,
                start: unreadable.next().value ? 'Thu, 19' : new Date(archive.createdAtMs).toISOString(),
              },
            ],
          }),
        )!;
        return one!;
      });
      const isReadable = ({ createdAtMs }: Archive) => createdAtMs !== UNREADABLE_AT_MS;
      const { decisions } = planRetention(some, rules, NOW_MS);
      for (const { archive, keep, reason } of decisions)
        if (!isReadable(archive))
          expect({ keep, reason }).toEqual({ keep: true, reason: 'its time cannot be read' });
      const left = kept(some, rules);
      for (const id of kept(some.filter(isReadable), rules)) expect(left).toContain(id);
    }),
    { numRuns: 500 },
  );
});
