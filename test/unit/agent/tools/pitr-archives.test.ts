import { expect, it } from 'vitest';
import {
  basesIn,
  historiesIn,
  historySuffix,
  namedAtMs,
  parseSpan,
  spanSuffix,
  walIn,
} from '../../../../agent/tools/pitr-archives.ts';

const SYSTEM = '7711163399154252448';
const AT = '2026-11-23T01:30:00.123Z';
const AT_MS = Date.parse(AT);
const span = {
  systemIdentifier: SYSTEM,
  first: '000000010000000000000003',
  last: '000000010000000000000005',
};

function archive(suffix: string, change: { at?: string; run?: string; comment?: string } = {}) {
  const { at = AT, run = 'db1-shop-pitr', ...rest } = change;
  const name = `${run}-${at}-${suffix}`;
  return { name, id: name, createdAtMs: Math.floor(Date.parse(at) / 1_000) * 1_000, ...rest };
}
const names = (found: { archive: { name: string } }[]) => found.map((one) => one.archive.name);

it('tells by its name what an archive of WAL holds, and since when all of it was there', () => {
  const wal = archive(spanSuffix({ kind: 'wal', ...span }));
  expect(walIn('db1', 'shop-pitr', [wal])).toEqual([{ archive: wal, span: { kind: 'wal', ...span } }]);
  expect(namedAtMs(wal)).toBe(AT_MS);
  expect(namedAtMs({ name: 'by-hand', createdAtMs: 7 })).toBe(7);
});

it('takes no unfinished archive, none of another maker, job or host, and no name that only looks alike, for WAL', () => {
  const suffix = spanSuffix({ kind: 'wal', ...span });
  const strange = [
    archive(`${suffix}.checkpoint`),
    archive(suffix, { comment: 'backproof db1-shop/pitr' }),
    archive(suffix, { run: 'db1-shop' }),
    archive(suffix, { run: 'db2-shop-pitr' }),
    archive(suffix.toLowerCase().replace('wal', 'WAL')),
    archive(`${suffix}-more`),
    archive('wal'),
  ];
  expect(walIn('db1', 'shop-pitr', strange)).toEqual([]);
  expect(parseSpan('')).toBeNull();
});

it('knows a base backup by the archive that says it was whole, and no other', () => {
  const needs = spanSuffix({ kind: 'needs', ...span });
  const whole = [archive('base'), archive(needs)];
  const cut = archive('base', { at: '2026-11-24T01:30:00.000Z' });
  const alone = archive(needs, { at: '2026-11-25T01:30:00.000Z' });
  const found = basesIn('db1', 'shop-pitr', [...whole, cut, alone, archive('base.checkpoint')]);
  expect(names(found)).toEqual([whole[0]!.name]);
  // borg keeps whole seconds: it was not whole before the next.
  expect(found[0]).toMatchObject({ needs: { kind: 'needs', ...span }, wholeAtMs: AT_MS - 123 + 1_000 });
});

it('knows histories by their timeline', () => {
  const history = archive(historySuffix({ systemIdentifier: SYSTEM, timeline: 26 }));
  expect(history.name).toMatch(/-history-\d+-0000001A$/);
  const first = archive(`history-${SYSTEM}-00000001`);
  expect(historiesIn('db1', 'shop-pitr', [history, first])).toEqual([
    { archive: history, systemIdentifier: SYSTEM, timeline: 26 },
  ]);
});
