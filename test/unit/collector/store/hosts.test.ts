import { expect, test } from 'vitest';
import { UnreadableCursor } from '../../../../collector/store/errors.ts';
import { openStore } from '../../../../collector/store/open.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 2);

test('hosts come worst first and by name, in pages that neither repeat nor miss, under every filter', () => {
  const store = openStore(':memory:');
  store.hosts.enroll('web1', 'acme', NOW_MS);
  const states = ['ok', 'broken', 'unknown', 'late', 'not-applicable'] as const;
  for (let i = 0; i < 30; i += 1) {
    const { id } = store.hosts.enroll(`h${i}`, i % 3 === 0 ? 'other' : 'acme', NOW_MS);
    store.hosts.saveVerdicts(id, {}, states[i % 5]!, NOW_MS);
  }
  const pages = (filter: object) => {
    const found = [];
    let cursor: string | undefined;
    do {
      const page = store.hosts.list({ ...filter, limit: 4, ...(cursor ? { cursor } : {}) });
      found.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    return found;
  };
  const all = pages({});
  expect(new Set(all.map(({ id }) => id)).size).toBe(31);
  expect(all).toHaveLength(31);
  expect(all.slice(0, 7).map(({ host }) => host)).toEqual(['h1', 'h11', 'h16', 'h21', 'h26', 'h6', 'h13']);
  expect(pages({ customer: 'other' })).toHaveLength(10);
  expect(pages({ search: 'WEB' }).map(({ host }) => host)).toEqual(['web1']);
  expect(pages({ search: '%' })).toEqual([]);
  expect(() => store.hosts.list({ limit: 5, cursor: 'MQ' })).toThrow(UnreadableCursor);
  store.close();
});
