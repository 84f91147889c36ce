import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type Archive, planRetention, type RetentionPolicy } from '../../../../agent/decide/retention.ts';
import { seededRandom } from '../../../support/seed-fleet.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2026, 10, 20, 2);
const policy: RetentionPolicy = {
  host: 'web1',
  otherHosts: [],
  keepMs: 7 * DAY_MS,
  daily: 0,
  weekly: 0,
  monthly: 0,
};

function archive(agoMs: number, job = 'files', suffix = '', host = 'web1'): Archive {
  const createdAtMs = NOW_MS - agoMs;
  const name = `${host}-${job}-${new Date(createdAtMs).toISOString()}${suffix}`;
  return { name, id: name, createdAtMs };
}
const reasons = (archives: Archive[], change: Partial<RetentionPolicy> = {}) =>
  planRetention(archives, { ...policy, ...change }, NOW_MS).decisions.map(
    ({ keep, reason }) => `${keep ? 'keep' : 'remove'}: ${reason}`,
  );

test('each archive is told why it stays or goes', () => {
  const nights = [1, 7, 8, 9, 40, 75].map((days) => archive(days * DAY_MS - HOUR_MS));
  expect(reasons(nights, { monthly: 2 })).toEqual([
    'keep: younger than 7d',
    'keep: younger than 7d',
    'keep: covers the beginning of the 7d',
    'remove: older than 7d',
    'keep: month 2026-10',
    'keep: month 2026-09',
  ]);
});

test('a subject that is dumped no more keeps its newest for ever', () => {
  const old = [archive(900 * DAY_MS, 'shop', '-db-old'), archive(901 * DAY_MS, 'shop', '-db-old')];
  expect(reasons([archive(0, 'shop', '-globals'), ...old])).toEqual([
    'keep: younger than 7d',
    'keep: covers the beginning of the 7d',
    'remove: older than 7d',
  ]);
});

test('what an interrupted run left goes once something whole of the same subject was made after it', () => {
  const left = (agoMs: number, job: string, suffix: string) => archive(agoMs, job, `${suffix}.checkpoint.1`);
  expect(
    reasons([
      left(0, 'files', ''),
      archive(HOUR_MS),
      left(2 * HOUR_MS, 'files', ''),
      archive(3 * HOUR_MS, 'shop', '-db-cms'),
      left(4 * HOUR_MS, 'shop', '-db-cms'),
      left(5 * HOUR_MS, 'shop', '-db-other'),
    ]),
  ).toEqual([
    'keep: unfinished, and nothing whole was made after it',
    'keep: younger than 7d',
    'remove: unfinished, and a whole one was made after it',
    'keep: younger than 7d',
    'remove: unfinished, and a whole one was made after it',
    'keep: unfinished, and nothing whole was made after it',
  ]);
});

test('a job that has stopped keeps its last days, and a clock that is ahead removes nothing more', () => {
  const nights = Array.from({ length: 12 }, (_, night) => archive(night * DAY_MS));
  const kept = (nowMs: number) =>
    planRetention(nights, policy, nowMs).decisions.filter(({ keep }) => keep).length;
  expect(kept(NOW_MS)).toBe(8);
  expect(kept(NOW_MS + 300 * DAY_MS)).toBe(8);
});

test('the manifest of a run stays as long as one of its dumps, and goes with the last', () => {
  const run = (days: number) => [
    archive(days * DAY_MS, 'shop', '-globals'),
    archive(days * DAY_MS, 'shop', '-db-cms'),
    archive(days * DAY_MS, 'shop', '-manifest'),
  ];
  const { decisions } = planRetention([...run(1), ...run(8), ...run(9)], policy, NOW_MS);
  const manifests = decisions.filter(({ subject }) => subject === 'manifest').map(({ keep }) => keep);
  expect(manifests).toEqual([true, true, false]);
});

test('a host whose name begins like another’s does not take its archives', () => {
  const all = [archive(9 * DAY_MS, 'files', '', 'web1-b'), archive(8 * DAY_MS, 'files', '', 'web1-b')];
  expect(planRetention(all, { ...policy, otherHosts: ['web1-b'] }, NOW_MS)).toEqual({
    decisions: [],
    foreign: [all[1], all[0]],
  });
  expect(planRetention([archive(0)], { ...policy, otherHosts: ['web'] }, NOW_MS).foreign).toEqual([]);
});

test('an archive that another host made stays out of it, whatever its name', () => {
  const nights = [0, 8, 9].map((days) => archive(days * DAY_MS, 'b-files'));
  const made = (comment: string) => nights.map((one) => ({ ...one, comment }));
  expect(planRetention(made('backproof web1-b/files'), policy, NOW_MS)).toMatchObject({
    decisions: [],
    foreign: [{}, {}, {}],
  });
  for (const comment of ['backproof web1/b-files', ''])
    expect(planRetention(made(comment), policy, NOW_MS).decisions.map(({ keep }) => keep)).toEqual([
      true,
      true,
      false,
    ]);
});

test('a week belongs to the year of its Thursday', () => {
  const newYear = ['2026-12-31', '2027-01-03', '2027-01-04', '2027-06-01'].map((day) => {
    const createdAtMs = Date.parse(`${day}T00:00:00Z`);
    const name = `web1-files-${new Date(createdAtMs).toISOString()}`;
    return { name, id: name, createdAtMs };
  });
  const plan = planRetention(newYear, { ...policy, weekly: 2 }, Date.parse('2027-06-01T00:00:00Z'));
  expect(plan.decisions.map(({ reason }) => reason)).toEqual([
    'younger than 7d',
    'week 2027-W01',
    'week 2026-W53',
    'older than 7d',
  ]);
});

/** What the code of Debian's borg keeps of each case: rules in its order, in UTC. */
const BORG = `
import json, sys
from datetime import datetime, timezone
from collections import namedtuple
from borg.helpers import misc
Archive = namedtuple('Archive', 'id ts')
def keeps(case):
    archives = [Archive(a['id'], datetime.fromtimestamp(a['at'] / 1000, timezone.utc)) for a in case['archives']]
    kept = {a.id: 'within' for a in archives if a.ts > datetime.fromtimestamp(case['since'] / 1000, timezone.utc)}
    for rule in ('daily', 'weekly', 'monthly'):
        misc.prune_split(archives, rule, case[rule], kept)
    return sorted(kept)
print(json.dumps([keeps(case) for case in json.load(sys.stdin)]))
`;

test('of a thousand repositories it keeps what borg prune keeps, and what covers the beginning of the promise', () => {
  const random = seededRandom(7);
  const upTo = (max: number) => Math.floor(random() * (max + 1));
  const cases = Array.from({ length: 1_000 }, () => {
    const reach = [10, 60, 400][upTo(2)]! * 24 * 60;
    // borg counts back from now, we from the newest: the same where there is one of now.
    const minutes = [...new Set([0, ...Array.from({ length: upTo(40) }, () => upTo(reach))])];
    const rules = { keepMs: (1 + upTo(20)) * DAY_MS, daily: upTo(9), weekly: upTo(5), monthly: upTo(5) };
    return { archives: minutes.map((minute) => archive(minute * 60_000)), rules: { ...policy, ...rules } };
  });
  const asked = cases.map(({ archives, rules }) => ({
    ...rules,
    since: NOW_MS - rules.keepMs,
    archives: archives.map(({ id, createdAtMs }) => ({ id, at: createdAtMs })),
  }));
  const input = JSON.stringify(asked);
  const env = { ...process.env, TZ: 'UTC' };
  const answers = JSON.parse(
    execFileSync('/usr/bin/python3', ['-c', BORG], { input, env, encoding: 'utf8' }),
  ) as string[][];
  for (const [index, { archives, rules }] of cases.entries()) {
    const { decisions } = planRetention(archives, rules, NOW_MS);
    const ours = decisions.filter(({ keep }) => keep);
    const more = ours.filter(({ archive: one }) => !answers[index]!.includes(one.id));
    expect(answers[index]!.filter((id) => !ours.some(({ archive: one }) => one.id === id))).toEqual([]);
    expect(more.length).toBeLessThanOrEqual(1);
    for (const { reason } of more) expect(reason).toMatch(/^covers the beginning/);
  }
}, 60_000);
