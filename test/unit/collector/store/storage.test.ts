import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../../../collector/store/open.ts';
import type { HostRow, Store } from '../../../../collector/store/types.ts';

const HOUR_MS = 3_600_000;
const AT_MS = Date.UTC(2026, 10, 20, 2);
let store: Store;
let host: HostRow;
beforeEach(() => {
  store = openStore(':memory:');
  host = store.hosts.enroll('storage1', 'acme', AT_MS);
});
afterEach(() => store.close());

const disk = (path: string, freeBytes: number) => ({ path, totalBytes: 100, freeBytes });

test('keeps the newest sample of each hour, and fourteen days of them', () => {
  for (let hour = 0; hour < 24 * 20; hour += 1) {
    store.storage.save(host.id, [disk('/a', hour)], AT_MS + hour * HOUR_MS);
    store.storage.save(host.id, [disk('/a', hour)], AT_MS + hour * HOUR_MS + 60_000);
  }
  const [history] = store.storage.histories(host.id);
  expect(history!.samples).toHaveLength(14 * 24 + 1);
  expect(history!.samples.at(-1)).toEqual({ ...disk('/a', 479), atMs: AT_MS + 479 * HOUR_MS + 60_000 });
  expect(store.storage.newest({}).map(({ path, host: of }) => [of, path])).toEqual([['storage1', '/a']]);
  expect(store.storage.newest({ customer: 'beta' })).toEqual([]);
});

test('forgets a file system that is there no longer, unless an old look is handed in again', () => {
  store.storage.save(host.id, [disk('/a', 1), disk('/b', 1)], AT_MS);
  store.storage.save(host.id, [disk('/c', 1)], AT_MS - HOUR_MS);
  expect(store.storage.histories(host.id).map(({ path }) => path)).toEqual(['/a', '/b', '/c']);
  store.storage.save(host.id, [disk('/b', 2)], AT_MS + 1);
  expect(store.storage.histories(host.id)).toEqual([
    { path: '/b', samples: [{ ...disk('/b', 2), atMs: AT_MS + 1 }] },
  ]);
  store.hosts.saveVerdicts(host.id, {}, 'ok', AT_MS);
  store.storage.save(host.id, [], AT_MS + 2);
  expect(store.storage.histories(host.id)).toEqual([]);
  expect(store.hosts.byId(host.id)!.nextCheckAtMs).toBe(0);
});
