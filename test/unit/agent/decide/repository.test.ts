import { expect, it } from 'vitest';
import {
  acceptance,
  judgeRepository,
  type KnownRepository,
  REPORT_EVERY_MS,
  type RepositoryDoubt,
} from '../../../../agent/decide/repository.ts';

const SPEC = { name: 'acme', location: '/srv/r', unencrypted: false };
const ONE = { borgId: '1'.repeat(64), encryption: 'repokey-blake2' };
const TWO = { borgId: '2'.repeat(64), encryption: 'repokey-blake2' };
const NOW_MS = 10 * REPORT_EVERY_MS;

function known(doubt: RepositoryDoubt | null = null, reportedAtMs = NOW_MS - 1): KnownRepository {
  return { seen: { repository: 'acme', location: '/srv/r', heldFor: '', ...ONE }, reportedAtMs, doubt };
}

const judge = (before: KnownRepository | null, found = ONE, spec = SPEC) =>
  judgeRepository(spec, before, found, true, NOW_MS);

it('trusts a repository at first sight and reports it, then once a day, and when something changed', () => {
  expect(judge(null)).toEqual({ use: true, report: true });
  expect(judge(known())).toEqual({ use: true, report: false });
  expect(judge(known(null, NOW_MS - REPORT_EVERY_MS))).toEqual({ use: true, report: true });
  expect(judge(known(), { ...ONE, encryption: 'repokey' })).toEqual({ use: true, report: true });
  expect(judge(known({ type: 'moved', accepted: true }))).toEqual({ use: true, report: true });
});

it('does not use another one, and says which was expected and what to do', () => {
  const judged = judge(known(), TWO);
  expect(judged).toMatchObject({ use: false, doubt: { type: 'replaced', borgId: TWO.borgId } });
  expect('reason' in judged && judged.reason).toMatch(
    /expected was 1{16}, found is 2{16}\. .*backproof-agent key accept acme\.$/,
  );
});

it('does not use an unencrypted one unless that is said aloud', () => {
  const plain = { ...ONE, encryption: 'none' };
  expect(judge(null, plain)).toMatchObject({ use: false, doubt: { type: 'unencrypted' } });
  expect(judge(null, plain, { ...SPEC, unencrypted: true })).toEqual({ use: true, report: true });
});

it('takes on what was found, and nothing that a person was not asked about', () => {
  const replaced = known({ type: 'replaced', ...TWO });
  expect(acceptance(SPEC, replaced)).toMatchObject({ accepted: true, now: { seen: TWO } });
  expect(acceptance(SPEC, known({ type: 'moved', accepted: false }))).toMatchObject({
    accepted: true,
    now: { doubt: { type: 'moved', accepted: true } },
  });
  for (const before of [null, known(), known({ type: 'unencrypted' })])
    expect(acceptance(SPEC, before).accepted).toBe(false);
});
