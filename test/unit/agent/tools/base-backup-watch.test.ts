import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BaseBackupWatch } from '../../../../agent/tools/base-backup-watch.ts';
import { TarWatch } from '../../../../agent/tools/tar-watch.ts';
import { temporaryFolder } from '../../../support/folder.ts';

/** The last lines of a manifest that pg_basebackup 15.18 wrote. */
const MANIFEST = `{ "PostgreSQL-Backup-Manifest-Version": 1,
"Files": [
{ "Path": "PG_VERSION", "Size": 3, "Last-Modified": "2026-11-23 01:06:16 GMT", "Checksum-Algorithm": "CRC32C", "Checksum": "64440205" }
],
"WAL-Ranges": [
{ "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000100" }
],
"Manifest-Checksum": "${'ab'.repeat(32)}"}
`;

function tarOf(files: Record<string, string | Buffer>): Buffer {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  symlinkSync('/nowhere', join(folder, 'link'));
  const names = [...Object.keys(files), 'link'];
  return execFileSync('tar', [
    '--create',
    '--file=-',
    '--format=ustar',
    `--directory=${folder}`,
    '--',
    ...names,
  ]);
}

function problemOf(watch: TarWatch, stream: Buffer, chunkBytes: number): string | null {
  for (let at = 0; at < stream.length; at += chunkBytes) watch.add(stream.subarray(at, at + chunkBytes));
  return watch.problem();
}

const BACKUP = {
  backup_label: 'START WAL LOCATION: 0/2000028 (file 000000010000000000000002)\n',
  'base/1/empty': '',
  'base/1/1259': Buffer.alloc(20_000, 7),
  'global/pg_control': Buffer.alloc(8_192, 1),
  backup_manifest: MANIFEST,
};

it.each([1, 7, 511, 512, 513, 65_536])(
  'sees that a base backup is whole, in chunks of %i bytes',
  (chunkBytes) => {
    const stream = tarOf(BACKUP);
    const watch = new BaseBackupWatch();
    expect(problemOf(watch, stream, chunkBytes)).toBeNull();
    expect(watch.found()).toEqual({ span: { timeline: 1, start: '0/2000028', stop: '0/2000100' } });
  },
);

it('finds a base backup that is cut off, wherever that is', () => {
  const stream = tarOf(BACKUP);
  // GNU tar fills its last record of 20 blocks with zeros: those that matter are the first two.
  const end = stream.length - stream.toReversed().findIndex((byte) => byte !== 0);
  for (let length = 0; length < end; length += 500) {
    for (const watch of [new BaseBackupWatch(), new TarWatch()])
      expect(problemOf(watch, stream.subarray(0, length), 65_536), `${length} of ${end}`).not.toBeNull();
  }
  expect(problemOf(new TarWatch(), stream.subarray(0, 0), 512)).toBe('it is empty');
});

it.each(['backup_label', 'global/pg_control', 'backup_manifest'])(
  'takes no backup without its %s',
  (name) => {
    const files = Object.fromEntries(Object.entries(BACKUP).filter(([file]) => file !== name));
    expect(problemOf(new BaseBackupWatch(), tarOf(files), 65_536)).toBe(`it lacks ${name}`);
  },
);

it('takes no backup whose manifest says nothing of WAL, and joins the ranges of one during which a standby was promoted', () => {
  const silent = { ...BACKUP, backup_manifest: '{}' };
  expect(problemOf(new BaseBackupWatch(), tarOf(silent), 65_536)).toMatch(/does not say which WAL/);
  const range = '{ "Timeline": 2, "Start-LSN": "0/3000060", "End-LSN": "1/2A" },\n{ "Timeline": 1,';
  const watch = new BaseBackupWatch();
  const joined = { ...BACKUP, backup_manifest: MANIFEST.replace('{ "Timeline": 1,', range) };
  expect(problemOf(watch, tarOf(joined), 65_536)).toBeNull();
  expect(watch.found()).toEqual({ span: { timeline: 1, start: '0/2000028', stop: '1/2A' } });
});

it('takes nothing for a tar that is none', () => {
  expect(problemOf(new TarWatch(), Buffer.alloc(4_096, 'x'), 512)).toMatch(/no tar stands after 0 files/);
  const stream = tarOf(BACKUP);
  const spoiled = Buffer.from(stream);
  spoiled[1_024] = 0xff;
  expect(problemOf(new BaseBackupWatch(), spoiled, 65_536)).toMatch(/no tar stands after 1 files/);
});

it('reads sizes of more than 8 GiB, which are written in binary', () => {
  const header = Buffer.from(tarOf({ big: 'x' }).subarray(0, 512));
  header.fill(0, 124, 136);
  header[124] = 0x80;
  header.writeBigUInt64BE(9_000_000_000n, 128);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const watch = new TarWatch();
  watch.add(header);
  watch.add(Buffer.alloc(4_096));
  expect(watch.problem()).toMatch(/ends in the midst of the archive, after 1 /);
});
