/** The folder of a copy belongs to one restore, and to no second one that was let in while the first got consent. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Copy, folderRefusal, placesIn } from '../../../../agent/restore/pitr-copy.ts';
import type { Surroundings } from '../../../../agent/restore/types.ts';
import { systemClock } from '../../../../proto/clock.ts';
import { sharedFolder } from '../../../support/folder.ts';

const desk = {
  clock: systemClock,
  environment: { PATH: process.env.PATH ?? '' },
  signal: new AbortController().signal,
} as unknown as Surroundings;

/** A pg_ctl that leaves word of having been called. */
function home() {
  const top = sharedFolder();
  const called = join(top, 'called');
  writeFileSync(join(top, 'pg_ctl'), `#!/bin/sh\necho "$@" >> '${called}'\n`, { mode: 0o755 });
  const places = placesIn(join(top, 'copy'), false);
  return { places, called, copy: () => new Copy(desk, places, top) };
}

describe('a copy', () => {
  it('takes a folder that is there and empty, marks it, and leaves it empty again', async () => {
    const { places, called, copy } = home();
    mkdirSync(places.folder);
    const own = copy();
    expect(await own.claim('a test')).toBeNull();
    expect(own.isOurs).toBe(true);
    expect(readdirSync(places.folder).sort()).toEqual([
      ...['RESTORE-NOT-COMPLETE.txt', 'data', 'scratch', 'socket', 'tablespaces'],
    ]);
    expect(await own.remove()).toBe(true);
    expect(existsSync(called)).toBe(true);
    expect(readdirSync(places.folder)).toEqual([]);
  });

  it('neither stops nor removes what another restore made in the same folder', async () => {
    const { places, called, copy } = home();
    expect(await copy().claim('a test')).toBeNull();
    const second = copy();
    expect(await second.claim('another')).toBe(`another restore has begun in ${places.folder}`);
    expect(second.isOurs).toBe(false);
    await second.stop();
    expect(await second.remove()).toBe(true);
    expect(existsSync(called)).toBe(false);
    expect(readdirSync(places.folder)).toContain('data');
  });

  it.each([',', '"', '$', '`', '\\', '\n'])('goes into no folder with %j in its path', (odd) => {
    const refusal = folderRefusal(placesIn(`/srv/new${odd}er/copy`, false));
    expect(refusal?.message).toContain(`has ${JSON.stringify(odd)} in its path`);
  });

  it.each(["o'clock", 'a b', 'ü', '50%'])('goes into a folder called %s', (name) => {
    expect(folderRefusal(placesIn(`/srv/${name}`, false))).toBeNull();
  });

  it('goes into no folder that holds something', () => {
    const { places } = home();
    expect(folderRefusal(places)).toBeNull();
    mkdirSync(places.data, { recursive: true });
    expect(folderRefusal(places)?.message).toContain('is not empty');
  });
});
