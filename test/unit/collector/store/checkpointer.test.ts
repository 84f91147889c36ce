import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startCheckpointer } from '../../../../collector/store/checkpointer.ts';
import { openStore } from '../../../../collector/store/open.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpointer-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const fail = (error: Error) => {
  throw error;
};

describe('the checkpointer', () => {
  it('copies what was committed into the database while its writer goes on', async () => {
    const file = join(folder, 'a.db');
    const store = openStore(file);
    store.hosts.enroll('web0', 'acme', 1);
    const before = statSync(file).size;
    const stop = startCheckpointer(file, fail);
    try {
      let hosts = 0;
      await vi.waitFor(
        () => {
          hosts += 1;
          store.hosts.enroll(`web${hosts}`, 'acme', 1);
          expect(statSync(file).size).toBeGreaterThan(before);
        },
        { timeout: 10_000 },
      );
      expect(store.hosts.byName(`web${hosts}`)).not.toBeNull();
    } finally {
      await stop();
      store.close();
    }
  });

  it('says so when it cannot go on', async () => {
    const onFailed = vi.fn();
    const stop = startCheckpointer(join(folder, 'none.db'), onFailed);
    await vi.waitFor(() => expect(onFailed).toHaveBeenCalledOnce(), { timeout: 10_000 });
    await stop();
  });
});
