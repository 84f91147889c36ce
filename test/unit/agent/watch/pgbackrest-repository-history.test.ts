import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RepositorySeen, WalMemory } from '../../../../agent/decide/wal-watch.ts';
import { Asker } from '../../../../agent/watch/ask.ts';
import { PgBackRestRepository } from '../../../../agent/watch/pgbackrest-repository.ts';
import { systemClock } from '../../../../proto/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const facts = { systemIdentifier: '7', segmentBytes: 16 * 1024 ** 2, timeline: 2, lsn: 0 };
const FOLDER = '0000000100000000';
const HISTORY = '00000002.history';
const READ = `archive/shop/15-1/${HISTORY}`;
const TOP = 'archive/shop/15-1';

/** A pgBackRest with one segment, and a history when it is told one. */
class Fake {
  readonly #folder = temporaryFolder();
  readonly #repository: PgBackRestRepository;
  #memory: WalMemory | null = null;
  #turn = 0;

  constructor() {
    const program = join(this.#folder, 'pgbackrest');
    const script = `#!/bin/sh
cd ${this.#folder}
for last; do :; done
echo "$last" >> asked
exec cat "$(basename "$last")"
`;
    writeFileSync(program, script, { mode: 0o755 });
    const store = { engine: 'pgbackrest', stanza: 'shop', program, configFile: null } as const;
    this.#repository = new PgBackRestRepository(
      store,
      new Asker(systemClock, { PATH: '/usr/bin:/bin' }),
      false,
    );
    const segment = `${FOLDER}00000001`;
    const archive = { id: '15-1', database: { id: 1 }, min: segment, max: segment };
    const db = [{ id: 1, 'system-id': 7, version: '15' }];
    const stanza = { name: 'shop', status: { code: 0, message: 'ok' }, db, archive: [archive], backup: [] };
    this.#says('info', [stanza]);
    this.#says(FOLDER, { [`${segment}-${'a'.repeat(40)}`]: { type: 'file', size: 9, time: 7 } });
    this.holds(null);
  }

  #says(name: string, answer: unknown): void {
    writeFileSync(join(this.#folder, name), JSON.stringify(answer));
  }

  holds(history: string | null, time = 9): void {
    const file = history === null ? {} : { [HISTORY]: { type: 'file', size: 9, time } };
    this.#says('15-1', { '.': { type: 'path' }, [FOLDER]: { type: 'path' }, ...file });
    writeFileSync(join(this.#folder, HISTORY), history ?? '');
  }

  /** What the next look finds, and what it asked. */
  async look(): Promise<{ histories: RepositorySeen['histories']; asked: string[] }> {
    const seen = await this.#repository.look(this.#memory, facts, this.#turn);
    if ('problem' in seen) throw new Error(seen.problem);
    this.#turn += 1;
    this.#memory = seen.answer.memory;
    const file = join(this.#folder, 'asked');
    const asked = readFileSync(file, 'utf8').trimEnd().split('\n');
    rmSync(file);
    return { histories: seen.answer.histories, asked };
  }
}

it('looks for the history of the server’s timeline each time until it is there, and reads it once', async () => {
  const fake = new Fake();
  expect((await fake.look()).histories).toEqual({ files: [], own: null });
  expect((await fake.look()).asked).toContain(TOP);
  fake.holds('1\t0/3000000\tno recovery target specified\n');
  const found = await fake.look();
  expect(found.asked).toContain(READ);
  expect(found.histories).toEqual({
    files: [{ timeline: 2, changedAtMs: 9_000 }],
    own: [{ timeline: 1, endLsn: 0x3000000 }],
  });
  const later = await fake.look();
  expect(later.asked).toEqual(['info']);
  expect(later.histories).toEqual(found.histories);
});

it('reads it anew when it is another file, and takes nothing from one that contradicts itself', async () => {
  const fake = new Fake();
  fake.holds('1\t0/3000000\tx\n');
  for (let turn = 0; turn < 5; turn += 1) await fake.look();
  fake.holds('2\t0/3000000\tx\n', 10);
  expect((await fake.look()).histories).toEqual({ files: [{ timeline: 2, changedAtMs: 10_000 }], own: null });
});

it('does not look for ever for what a stanza that is younger than the timeline never gets', async () => {
  const fake = new Fake();
  const looks: boolean[] = [];
  for (let turn = 0; turn < 20; turn += 1) looks.push((await fake.look()).asked.includes(TOP));
  expect(looks.slice(0, 10)).not.toContain(false);
  expect(looks.slice(10).filter(Boolean)).toHaveLength(2);
});
