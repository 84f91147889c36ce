import { describe, expect, it } from 'vitest';
import { judgeKeys } from '../../../../collector/decide/keys.ts';
import type { RepositoryRow } from '../../../../collector/store/types.ts';

const ONE = '1'.repeat(64);
const TWO = '2'.repeat(64);

function row(change: Partial<RepositoryRow> = {}): RepositoryRow {
  return {
    host: 'web1',
    owner: 'acme',
    name: 'main',
    borgId: ONE,
    location: 'ssh://acme@storage/./web1',
    encryption: 'repokey-blake2',
    firstSeenAtMs: 1_000,
    lastSeenAtMs: 1_000,
    inUse: true,
    ...change,
  };
}

/** Who is told what, of that which is wrong. */
function wrong(borgId: string, rows: RepositoryRow[]) {
  return judgeKeys(borgId, rows)
    .filter(({ verdict }) => verdict.rule !== null)
    .map(({ subject, host, customer }) => ({ subject, host, customer }));
}

describe('a repository', () => {
  it('that is encrypted and used by one customer is fine, however many of its hosts use it', () => {
    expect(wrong(ONE, [row(), row({ host: 'web2' }), row({ host: 'web3', name: 'other' })])).toEqual([]);
  });

  it.each(['none', 'authenticated', 'authenticated-blake2'])(
    'of mode %s is readable by whoever has it',
    (encryption) => {
      expect(wrong(ONE, [row({ encryption })])).toEqual([
        { subject: 'repository:acme/1111111111111111', host: 'web1', customer: 'acme' },
      ]);
    },
  );

  it('of two customers is one alert, which neither of them may read', () => {
    const rows = [row(), row({ host: 'db1', owner: 'globex', name: 'shop' })];
    const [told] = judgeKeys(ONE, rows).filter(({ verdict }) => verdict.rule !== null);
    expect(told).toMatchObject({ subject: 'repository:1111111111111111', host: null, customer: null });
    expect(told!.verdict.reason).toMatch(
      /^Customers acme and globex use one repository.*main of web1.*shop of db1/,
    );
    expect(wrong(ONE, rows)).toHaveLength(1);
  });

  it('names in what one customer is told no host of another', () => {
    const location = 'ssh://storage/./shared';
    const rows = [
      row({ encryption: 'none', location }),
      row({ host: 'db1', owner: 'globex', encryption: 'none', location }),
    ];
    for (const { customer, verdict } of judgeKeys(ONE, rows)) {
      if (customer === 'acme') expect(verdict.reason).not.toMatch(/db1|globex/);
      if (customer === 'globex') expect(verdict.reason).not.toMatch(/web1|acme/);
    }
    expect(wrong(ONE, rows).map(({ customer }) => customer)).toEqual(['acme', 'globex', null]);
  });

  it('that a steward holds for its customer is that customer’s', () => {
    expect(wrong(ONE, [row(), row({ host: 'steward', owner: 'acme' })])).toEqual([]);
  });

  it('that nobody uses any more is no concern, and takes back what was said about it', () => {
    const rows = [
      row({ encryption: 'none', inUse: false }),
      row({ host: 'db1', owner: 'globex', inUse: false }),
    ];
    expect(wrong(ONE, rows)).toEqual([]);
    expect(judgeKeys(ONE, rows).map(({ subject }) => subject)).toEqual([
      'repository:acme/1111111111111111',
      'repository:globex/1111111111111111',
      'repository:1111111111111111',
    ]);
  });
});

describe('a place on a storage host', () => {
  const rows = [row(), row({ host: 'db1', owner: 'globex', borgId: TWO, firstSeenAtMs: 2_000 })];

  it('that two customers use is one alert, at the repository that came later', () => {
    expect(wrong(ONE, rows)).toEqual([]);
    expect(wrong(TWO, rows)).toEqual([
      { subject: 'repository:2222222222222222', host: null, customer: null },
    ]);
  });

  it('that one customer gave another repository is fine', () => {
    expect(wrong(TWO, [row({ inUse: false }), row({ borgId: TWO })])).toEqual([]);
  });
});
