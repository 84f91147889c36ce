import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ENTRY_CHARS_MAX,
  type ListedEntry,
  ListingReader,
  parseListing,
} from '../../../../agent/tools/pgbackrest-listing.ts';

/** What a real pgBackRest printed, recorded by test/golden/record-pgbackrest. */
const recorded = readFileSync(
  join(import.meta.dirname, '../../../golden/pgbackrest/2.45-ls-segments.txt'),
  'utf8',
);
const REAL = recorded.slice(recorded.indexOf('\n') + 1).trimEnd();

/** Read in pieces that end at these places. */
function inPieces(text: string, cuts: number[]): ListedEntry[] | null {
  const entries: ListedEntry[] = [];
  const reader = new ListingReader((entry) => entries.push(entry));
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  for (const [i, place] of places.slice(1).entries()) reader.add(text.slice(places[i], place));
  return reader.end() ? entries : null;
}

describe('a listing of pgBackRest', () => {
  it('is what JSON says it is', () => {
    const members = Object.entries(JSON.parse(REAL)).filter(([name]) => name !== '.');
    expect(parseListing(REAL)!.map(({ name }) => name)).toEqual(members.map(([name]) => name));
    expect(parseListing(REAL)!.length).toBeGreaterThan(3);
  });

  it('is the same in whatever pieces it comes', () => {
    const whole = parseListing(REAL);
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        expect(inPieces(REAL, cuts)).toEqual(whole);
      }),
    );
  });

  it('is none when it was cut off anywhere, or goes on behind its end', () => {
    for (let at = 0; at < REAL.length; at += 1) expect(parseListing(REAL.slice(0, at))).toBeNull();
    expect(parseListing(`${REAL}\n`)).not.toBeNull();
    expect(parseListing(`${REAL}{}`)).toBeNull();
    for (const other of [
      '',
      'null',
      '[]',
      'ERROR: [055]',
      '{"a"}',
      '{"a":{"type":"file"}"b":{}}',
      '{"a":{x}}',
    ]) {
      expect(parseListing(other), other).toBeNull();
    }
    expect(parseListing('{}')).toEqual([]);
  });

  it('takes entries of other forms: links, odd names, more facts, absurd amounts', () => {
    const text =
      '{".":{"type":"path"},"a\\"}{":{"type":"link","destination":"/x\\"}{"},' +
      '"b":{"size":-1,"time":1e99,"type":"file","user":"p"},"c/d":{"type":"file","size":7,"time":2}}';
    expect(parseListing(text)).toEqual([
      { name: 'a"}{', isFolder: false, sizeBytes: 0, changedAtMs: 0 },
      { name: 'b', isFolder: false, sizeBytes: 0, changedAtMs: 0 },
      { name: 'c/d', isFolder: false, sizeBytes: 7, changedAtMs: 2_000 },
    ]);
    expect(
      inPieces(
        text,
        Array.from(text, (_, i) => i),
      ),
    ).toEqual(parseListing(text));
  });

  it('gives up on what never becomes an entry instead of holding it', () => {
    const reader = new ListingReader(() => {});
    reader.add(`{"${'x'.repeat(ENTRY_CHARS_MAX)}`);
    reader.add('":{"type":"path"}}');
    expect(reader.end()).toBe(false);
  });
});
