import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  backupArgv,
  infoArgv,
  listArgv,
  parseInfo,
  STANZA_NO_BACKUPS,
  STANZA_OK,
  segmentIn,
  walFolder,
} from '../../../../agent/tools/pgbackrest.ts';
import { type ListedEntry, parseListing } from '../../../../agent/tools/pgbackrest-listing.ts';

const MIB = 1024 ** 2;
const access = { program: 'pgbackrest', stanza: 'shop', configFile: '/etc/pgbackrest/shop.conf', prefix: [] };

/** What a real pgBackRest printed, recorded by test/golden/record-pgbackrest. */
function said(name: string): string {
  const text = readFileSync(join(import.meta.dirname, `../../../golden/pgbackrest/2.45-${name}.txt`), 'utf8');
  return text.slice(text.indexOf('\n') + 1);
}

const segmentsIn = (entries: ListedEntry[]) => entries.flatMap((entry) => segmentIn(entry, 16 * MIB) ?? []);

describe('command lines', () => {
  it('name the stanza, the configuration file and nothing secret', () => {
    expect(infoArgv(access).join(' ')).toMatch(
      /^pgbackrest --config=\S+ --stanza=shop --output=json .* info$/,
    );
    expect(backupArgv(access, 'incr').join(' ')).toContain('--stanza=shop --type=incr');
    expect(listArgv({ ...access, configFile: null }, '15-1/00000001').at(-1)).toBe(
      'archive/shop/15-1/00000001',
    );
    expect(listArgv(access, '15-1')).not.toContain('--recurse');
    expect(listArgv(access, '15-1', true)).toContain('--recurse');
  });
});

describe('what info says', () => {
  it('names backups, the WAL they need and the cluster, whose identifier takes 64 bits', () => {
    const info = parseInfo(said('info'), 'shop')!;
    expect(info.code).toBe(STANZA_OK);
    expect(info.systemIdentifier).toMatch(/^\d{19}$/);
    expect(said('info')).toContain(info.systemIdentifier!);
    expect(info.archives).toMatchObject([{ id: '15-1', databaseId: 1 }]);
    expect(info.archives[0]!.min).toMatch(/^[0-9A-F]{24}$/);
    expect(info.archives[0]!.max! > info.archives[0]!.min!).toBe(true);
    expect(info.backups.map(({ type }) => type)).toEqual(['full', 'incr']);
    const [full] = info.backups;
    expect(full!.label).toMatch(/^\d{8}-\d{6}F$/);
    expect(full!.walStart).toMatch(/^[0-9A-F]{24}$/);
    expect(full!.stoppedAtMs).toBeGreaterThanOrEqual(full!.startedAtMs);
    expect(full!.sizeBytes).toBeGreaterThan(20 * MIB);
    expect(full!.hasErrors).toBe(false);
  });

  it('tells a stanza without backups, one that is missing, and a passphrase that is wrong', () => {
    expect(parseInfo(said('info-no-backup'), 'shop')).toMatchObject({ code: STANZA_NO_BACKUPS, backups: [] });
    expect(parseInfo(said('info-nothing'), 'shop')).toMatchObject({ code: 1, systemIdentifier: null });
    const wrong = parseInfo(said('info-wrong-passphrase'), 'shop')!;
    expect(wrong.code).toBe(99);
    expect(wrong.message).toMatch(/unable to load info file/);
    expect(wrong.message).not.toContain('\n');
  });

  it('is no answer when it is cut off, of another stanza, or no JSON', () => {
    const whole = said('info');
    for (let at = 0; at < whole.trimEnd().length; at += 97)
      expect(parseInfo(whole.slice(0, at), 'shop')).toBeNull();
    expect(parseInfo(whole, 'other')).toBeNull();
    expect(parseInfo('null', 'shop')).toBeNull();
  });
});

describe('what lies in the archive', () => {
  it('is folders, and in them segments among other files', () => {
    expect(parseListing(said('ls-ids'))!.filter(({ isFolder }) => isFolder)).toMatchObject([
      { name: '15-1' },
    ]);
    const folders = parseListing(said('ls-folders'))!;
    expect(walFolder(folders[0]!.name, 16 * MIB)).toEqual({
      name: folders[0]!.name,
      timeline: 1,
      range: { from: 0, to: 255 },
    });
    const entries = parseListing(said('ls-segments'))!;
    const segments = segmentsIn(entries);
    expect(entries.length).toBeGreaterThan(segments.length);
    expect(segments.map(({ index }) => index)).toEqual(segments.map((_, i) => i + 1));
    expect(parseListing(said('ls-none'))).toEqual([]);
  });

  const checksum = 'a'.repeat(40);
  const entry = (name: string, sizeBytes = 1, isFolder = false) => ({
    name,
    sizeBytes,
    isFolder,
    changedAtMs: 0,
  });

  it('counts neither partial segments, nor histories, nor folders named like segments', () => {
    const entries = [
      entry(`000000010000000000000001.partial-${checksum}.gz`),
      entry(`000000010000000000000001.00000028.backup`),
      entry('00000002.history'),
      entry(`000000010000000000000003-${checksum}`, 1, true),
      entry(`000000010000000000000004-${checksum}.zst.pgbackrest.tmp`),
      entry(`000000010000000000000005-${checksum}.lz4`),
      entry(`00000000000000000000000Z-${checksum}.lz4`),
    ];
    expect(segmentsIn(entries).map(({ index }) => index)).toEqual([5]);
    expect(walFolder('archive.info', 16 * MIB)).toBeNull();
    expect(walFolder('0000000000000000', 16 * MIB)).toBeNull();
  });

  it('cannot be whole when it is empty, or uncompressed and of another size than segments have', () => {
    const isWhole = (suffix: string, sizeBytes: number) =>
      segmentsIn([entry(`000000010000000000000001-${checksum}${suffix}`, sizeBytes)])[0]!.isWhole;
    expect(isWhole('.zst', 1)).toBe(true);
    expect(isWhole('.zst', 0)).toBe(false);
    expect(isWhole('', 16 * MIB)).toBe(true);
    expect(isWhole('', 16 * MIB + 32)).toBe(true);
    expect(isWhole('', 16 * MIB - 1)).toBe(false);
    expect(isWhole('', 16 * MIB + 33)).toBe(false);
  });
});
