import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FOLDERS_SMALL_MAX, UNKNOWN_SINGLY_MAX } from '../../../../agent/decide/wal-listing.ts';
import type { RepositorySeen, WalMemory } from '../../../../agent/decide/wal-watch.ts';
import { segmentName } from '../../../../agent/tools/wal.ts';
import { Asker } from '../../../../agent/watch/ask.ts';
import { PgBackRestRepository } from '../../../../agent/watch/pgbackrest-repository.ts';
import { type Clock, systemClock } from '../../../../proto/clock.ts';
import { until } from '../../../../scripts/lab/until.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { upTo } from '../../../support/ranges.ts';

const SEGMENT = 64 * 1024 ** 2;
/** 64 segments of that size. */
const FOLDER_SEGMENTS = 64;
const facts = { systemIdentifier: '7', segmentBytes: SEGMENT, timeline: 1, lsn: 0 };
const name = (index: number) => segmentName({ timeline: 1, index }, SEGMENT);

/** A pgBackRest that says what it is told, and writes down what it is asked. */
class Fake {
  readonly #folder = temporaryFolder();
  readonly repository: PgBackRestRepository;

  constructor(clock: Clock = systemClock) {
    const program = join(this.#folder, 'pgbackrest');
    const script = `#!/bin/sh
cd ${this.#folder}
echo "$*" >> asked
case "$*" in
  *' info') exec cat info ;;
  *--recurse*) until [ -e deep ]; do sleep 0.02; done; exec cat deep ;;
  *) for last; do :; done; exec cat "listed-$(basename "$last")" ;;
esac
`;
    writeFileSync(program, script, { mode: 0o755 });
    const store = { engine: 'pgbackrest', stanza: 'shop', program, configFile: null } as const;
    const asker = new Asker(clock, { PATH: '/usr/bin:/bin' });
    onTestFinished(() => asker.stop());
    this.repository = new PgBackRestRepository(store, asker, false);
  }

  says(what: 'info' | 'deep' | `listed-${string}`, text: string): void {
    writeFileSync(join(this.#folder, what), text);
  }

  /** It holds these segments and says so in all its answers. */
  holds(indexes: number[]): void {
    const folders = new Map<string, number[]>();
    for (const index of indexes) {
      const folder = name(index).slice(0, 16);
      folders.set(folder, [...(folders.get(folder) ?? []), index]);
    }
    const file = (index: number) => `"${name(index)}-${'a'.repeat(40)}.gz":{"type":"file","size":9,"time":7}`;
    const deepFile = (folder: string) => (index: number) => file(index).replace('"', `"${folder}/`);
    const listing = (entries: string[]) => `{${['".":{"type":"path"}', ...entries].join(',')}}`;
    const path = (folder: string) => `"${folder}":{"type":"path"}`;
    this.says('listed-15-1', listing([...folders.keys()].map(path)));
    for (const [folder, held] of folders) this.says(`listed-${folder}`, listing(held.map(file)));
    const deep = [...folders].flatMap(([folder, held]) => [path(folder), ...held.map(deepFile(folder))]);
    this.says('deep', listing(deep));
    const archive = { id: '15-1', database: { id: 1 }, min: name(indexes[0]!), max: name(indexes.at(-1)!) };
    const db = [{ id: 1, 'system-id': 7, version: '15' }];
    const stanza = { name: 'shop', status: { code: 0, message: 'ok' }, db, archive: [archive], backup: [] };
    this.says('info', JSON.stringify([stanza]));
  }

  /** What it takes to list all at once does not end before `holds` is called again. */
  isSlow(): void {
    rmSync(join(this.#folder, 'deep'));
  }

  /** The last word of each question since the last time. */
  asked(): string[] {
    const file = join(this.#folder, 'asked');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    rmSync(file);
    return lines.map((line) => `${line.includes('--recurse') ? 'all of ' : ''}${line.split(' ').at(-1)}`);
  }

  async look(before: WalMemory | null, turn: number): Promise<RepositorySeen> {
    const seen = await this.repository.look(before, facts, turn);
    if ('problem' in seen) throw new Error(seen.problem);
    return seen.answer;
  }
}

const SOME = upTo(1, FOLDER_SEGMENTS + 9);
const MANY = upTo(0, (UNKNOWN_SINGLY_MAX + 1) * FOLDER_SEGMENTS + 9);
const [FIRST, SECOND] = [0, FOLDER_SEGMENTS].map((index) => name(index).slice(0, 16));

it('asks a small repository folder by folder at first, and later only what grows', async () => {
  const fake = new Fake();
  fake.holds(SOME);
  const first = await fake.look(null, 0);
  expect(first.isComplete).toBe(true);
  expect(fake.asked()).toEqual([
    'info',
    'archive/shop/15-1',
    ...[FIRST, SECOND].map((one) => `archive/shop/15-1/${one}`),
  ]);
  const second = await fake.look(first.memory, 1);
  expect(fake.asked()).toEqual(['info', `archive/shop/15-1/${SECOND}`]);
  expect(second.memory.folders).toEqual(first.memory.folders);
});

it('asks a large one all at once at first', async () => {
  const fake = new Fake();
  fake.holds(MANY);
  const { memory, isComplete } = await fake.look(null, 0);
  expect(isComplete).toBe(true);
  expect(fake.asked()).toEqual(expect.arrayContaining(['all of archive/shop/15-1']));
  expect(memory.folders.size).toBe(UNKNOWN_SINGLY_MAX + 2);
  await fake.look(memory, 1);
  expect(fake.asked()).toHaveLength(2);
});

it('is not complete as long as all is still being listed, although what is known fits the ends', async () => {
  // Of a look's five seconds of patience little is needed here.
  const hasty = (delayMs: number) => (delayMs === 5_000 ? 50 : delayMs);
  const clock = {
    ...systemClock,
    after: (ms: number, call: () => void) => systemClock.after(hasty(ms), call),
  };
  const fake = new Fake(clock);
  fake.holds(SOME);
  const { memory } = await fake.look(null, 0);
  const more = [...MANY, ...upTo(MANY.length, MANY.length + 4 * FOLDER_SEGMENTS)];
  fake.holds(more);
  fake.isSlow();
  const second = await fake.look(memory, 1);
  expect(second.isComplete).toBe(false);
  const third = await fake.look(second.memory, 2);
  expect(third.isComplete).toBe(false);
  // It tells what was there when it began, which is not said again of what has been listed since.
  fake.holds(more.filter((index) => index > 5));
  let last = third;
  await until('the listing to end', 10_000, async () => {
    last = await fake.look(third.memory, 3);
    return last.isComplete;
  });
  expect(last.memory.folders.get(FIRST!)).toEqual(memory.folders.get(FIRST!));
});

it('asks for folders at once when the repository says that one came', async () => {
  const fake = new Fake();
  fake.holds(SOME);
  const { memory } = await fake.look(null, 0);
  const more = upTo(1, 2 * FOLDER_SEGMENTS + 1);
  fake.holds(more);
  const second = await fake.look(memory, 1);
  expect(second.memory.folders.size).toBe(3);
  expect(second.isComplete).toBe(true);
});

it('has a problem with a listing that was cut off, of whatever, and takes nothing from it', async () => {
  for (const what of ['info', 'listed-15-1', `listed-${SECOND}`] as const) {
    const fake = new Fake();
    fake.holds(SOME);
    const { memory } = await fake.look(null, 0);
    fake.says(what, '{".":{"type":"path"},"000');
    expect(await fake.repository.look(memory, facts, 5), what).toHaveProperty('problem');
    fake.holds(SOME);
    expect((await fake.look(memory, 6)).memory.folders).toEqual(memory.folders);
  }
  const fake = new Fake();
  fake.holds(MANY);
  fake.says('deep', '{".":{"type":"path"},"000');
  expect(await fake.repository.look(null, facts, 0)).toHaveProperty('problem');
});

it('asks a very large one what it says of itself only when something calls for it', async () => {
  const fake = new Fake();
  const folders = FOLDERS_SMALL_MAX + 2;
  const all = upTo(0, folders * FOLDER_SEGMENTS - 2);
  fake.holds(all);
  const { memory } = await fake.look(null, 0);
  fake.asked();
  const last = `archive/shop/15-1/${name(all.length).slice(0, 16)}`;
  const quiet = await fake.look(memory, 1);
  expect(fake.asked()).toEqual([last]);
  expect(quiet.isComplete).toBe(true);
  // What was there is not there any more: a segment, or the whole repository, whose folders then look empty.
  fake.holds(all.slice(0, -1));
  const less = await fake.look(quiet.memory, 2);
  expect(fake.asked()).toEqual([last, 'info', last]);
  fake.says(`listed-${name(all.length).slice(0, 16)}`, '{".":{"type":"path"}}');
  fake.says('info', JSON.stringify([{ name: 'shop', status: { code: 1, message: 'missing stanza path' } }]));
  expect(await fake.repository.look(less.memory, facts, 3)).toEqual({
    problem: 'stanza shop: missing stanza path',
  });
  fake.asked();
  // After a problem nothing is taken for known.
  fake.holds(all);
  await fake.look(less.memory, 4);
  expect(fake.asked()).toEqual(['info', 'archive/shop/15-1', last]);
});
