import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Asker } from '../../../../agent/watch/ask.ts';
import { DEEP_WITHIN_MS, DeepListing } from '../../../../agent/watch/deep-listing.ts';
import { systemClock } from '../../../../proto/clock.ts';
import { until } from '../../../../scripts/lab/until.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const MIB = 1024 ** 2;
const CHECKSUM = 'a'.repeat(40);
const file = (name: string, size = 9) => `"${name}":{"type":"file","size":${size},"time":70}`;
const LISTING = `{".":{"type":"path"},"0000000100000000":{"type":"path"},${[
  file(`0000000100000000/000000010000000000000001-${CHECKSUM}.zst`),
  file(`0000000100000000/000000010000000000000003-${CHECKSUM}.zst`, 0),
  file(`0000000100000000/00000001.history`),
  file(`0000000100000000/deeper/000000010000000000000005-${CHECKSUM}.zst`),
  file('00000002.history'),
  file(`0000000200000001/000000020000000100000000-${CHECKSUM}.zst`),
].join(',')}}`;
const FOUND = [
  {
    name: '0000000100000000',
    timeline: 1,
    range: { from: 0, to: 255 },
    segments: [
      { index: 1, sizeBytes: 9, changedAtMs: 70_000, isWhole: true },
      { index: 3, sizeBytes: 0, changedAtMs: 70_000, isWhole: false },
    ],
  },
  {
    name: '0000000200000001',
    timeline: 2,
    range: { from: 256, to: 511 },
    segments: [{ index: 256, sizeBytes: 9, changedAtMs: 70_000, isWhole: true }],
  },
];

/** A pgBackRest that does this. */
function pgbackrest(script: string) {
  const program = join(temporaryFolder(), 'pgbackrest');
  writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { program, stanza: 'shop', configFile: null, prefix: [] };
}

const environment = { PATH: '/usr/bin:/bin' };

it('is all segments of all folders, and nothing else that lies there', async () => {
  const asker = new Asker(systemClock, environment);
  const deep = new DeepListing(pgbackrest(`echo '${LISTING}'`), asker);
  expect(await deep.take('15-1', 16 * MIB)).toEqual({ answer: FOUND });
});

it('is a problem when it was cut off midway, with or without an error, and not that the rest is gone', async () => {
  const asker = new Asker(systemClock, environment);
  const cut = LISTING.slice(0, -200);
  const silent = new DeepListing(pgbackrest(`echo '${cut}'`), asker);
  expect(await silent.take('15-1', 16 * MIB)).toEqual({ problem: expect.stringMatching(/15-1 was cut off/) });
  const loud = new DeepListing(
    pgbackrest(`echo '${LISTING}'; echo 'ERROR: [062]: gone' >&2; exit 62`),
    asker,
  );
  expect(await loud.take('15-1', 16 * MIB)).toEqual({ problem: 'ERROR: [062]: gone' });
});

it('is made anew after it was of no use any more', async () => {
  const clock = new FakeClock();
  const folder = temporaryFolder();
  const [said, begun, go] = ['said', 'begun', 'go'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(said, '{}');
  const script = `text=$(cat ${said}); touch ${begun}; until [ -e ${go} ]; do sleep 0.05; done; echo "$text"`;
  const deep = new DeepListing(pgbackrest(script), new Asker(clock, environment));
  const old = deep.take('15-1', 16 * MIB);
  await until('the old one to have read', 10_000, async () => existsSync(begun));
  clock.advance(5_000);
  expect(await old).toBeNull();
  expect(deep.forget()).toBeNull();
  writeFileSync(said, LISTING);
  writeFileSync(go, '');
  expect(await deep.take('15-1', 16 * MIB)).toEqual({ answer: FOUND });
});

it('goes on beside the looks, and is a problem once it took too long, until one ends well', async () => {
  const clock = new FakeClock();
  const asker = new Asker(clock, environment);
  const folder = temporaryFolder();
  const go = join(folder, 'go');
  const access = pgbackrest(`until [ -e ${go} ]; do sleep 0.05; done; echo '${LISTING}'`);
  const deep = new DeepListing(access, asker);
  const look = async (afterMs: number) => {
    const taken = deep.take('15-1', 16 * MIB);
    clock.advance(afterMs);
    return taken;
  };
  expect(await look(5_000)).toBeNull();
  expect(await look(5_000)).toBeNull();
  expect(await look(DEEP_WITHIN_MS)).toBeNull();
  const slow = { problem: expect.stringMatching(/gave no answer within 600 s/) };
  let ended = await deep.take('15-1', 16 * MIB);
  expect(ended).toEqual(slow);
  expect(await look(5_000)).toEqual(slow);
  writeFileSync(go, '');
  await until('the listing to end well', 10_000, async () => {
    ended = await deep.take('15-1', 16 * MIB);
    return ended !== null && 'answer' in ended;
  });
  expect(ended).toEqual({ answer: FOUND });
  asker.stop();
});
