import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { openSpool } from '../../../../agent/spool/recovery.ts';
import { Spool } from '../../../../agent/spool.ts';
import { decodeRecord } from '../../../../proto/codec.ts';
import { UserError } from '../../../../proto/errors.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { SAMPLE_AT_MS, sampleDeclaration, sampleFinished } from '../../../support/samples.ts';

const OPTIONS = { bytesMax: 64 * 1024 * 1024 };

function open(file: string, nowMs = SAMPLE_AT_MS) {
  const opened = openSpool(file, OPTIONS, nowMs);
  onTestFinished(() => opened.spool.close());
  return opened;
}

function expectGap(spool: Spool, reason: RegExp): void {
  const bodies = spool.read(1, 9).map(({ record }) => decodeRecord(record).body);
  expect(bodies).toEqual([
    { type: 'gap', value: expect.objectContaining({ reason: expect.stringMatching(reason) }) },
  ]);
}

it('sets a file that is no database aside and says so in the first record of a new one', () => {
  const file = join(temporaryFolder(), 'spool.db');
  writeFileSync(file, 'x'.repeat(8192));
  const { spool, brokenFile } = open(file);
  expect(brokenFile).toBe(`${file}.broken-${SAMPLE_AT_MS}`);
  expect(readFileSync(brokenFile!, 'utf8')).toBe('x'.repeat(8192));
  expectGap(spool, /spool was broken.*file is not a database/);
  expect(spool.append({ type: 'run-finished', value: sampleFinished() }, SAMPLE_AT_MS)).toBe(2);
});

it('sets a file aside whose pages are damaged, under another epoch', () => {
  const file = join(temporaryFolder(), 'spool.db');
  const before = Spool.open(file, OPTIONS);
  before.append({ type: 'job-declared', value: sampleDeclaration() }, SAMPLE_AT_MS);
  const { epoch } = before.position();
  before.close();
  for (const table of ['records', 'jobs', 'open_runs', 'host_facts']) {
    const db = new Database(file);
    const { rootpage } = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table) as {
      rootpage: number;
    };
    const pageBytes = db.pragma('page_size', { simple: true }) as number;
    db.close();
    const bytes = readFileSync(file);
    const damaged = `${file}-${table}`;
    writeFileSync(damaged, bytes.fill(0xff, (rootpage - 1) * pageBytes, rootpage * pageBytes));
    const { spool } = open(damaged);
    expectGap(spool, /malformed/);
    expect(spool.position().epoch).not.toBe(epoch);
  }
});

it('keeps a whole file as it is', () => {
  const file = join(temporaryFolder(), 'spool.db');
  const first = openSpool(file, OPTIONS, SAMPLE_AT_MS);
  first.spool.append({ type: 'run-finished', value: sampleFinished() }, SAMPLE_AT_MS);
  const before = first.spool.position();
  first.spool.close();
  const { spool, brokenFile } = open(file);
  expect(brokenFile).toBeNull();
  expect(spool.position()).toEqual(before);
});

it('keeps the two newest broken files', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'spool.db');
  for (const atMs of [99, 100, 101]) {
    writeFileSync(file, 'x'.repeat(8192));
    openSpool(file, OPTIONS, atMs).spool.close();
  }
  const broken = readdirSync(folder).filter((name) => /broken-\d+$/.test(name));
  expect(broken.sort()).toEqual(['spool.db.broken-100', 'spool.db.broken-101']);
});

it('explains a file it cannot use, and touches nothing', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'spool.db'));
  expect(() => openSpool(join(folder, 'spool.db'), OPTIONS, 1)).toThrow(
    expect.objectContaining({
      name: UserError.name,
      message: expect.stringContaining('cannot be opened'),
      next: expect.stringContaining(folder),
    }),
  );
  expect(readdirSync(folder)).toEqual(['spool.db']);
});
