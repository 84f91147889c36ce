import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BorgOutput, joinedReports } from '../../../../agent/tools/borg-output.ts';
import { BORG_VERSIONS } from '../../../support/golden.ts';

const folder = join(import.meta.dirname, '../../../golden/borg');

function read(text: string) {
  const output = new BorgOutput();
  const said = text.split('\n').map((line) => output.add(line));
  return { said: said.filter((line) => line !== null), report: output.report() };
}

function recorded(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

test.each(BORG_VERSIONS)('hears the archive that borg %s names among other lines', (version) => {
  const json = recorded(`${version}-created.json`);
  const { report, said } = read(`preparing\n${json}done`);
  const { archive, repository } = JSON.parse(json);
  expect(report?.archives).toEqual([
    {
      name: archive.name,
      id: archive.id,
      repositoryId: repository.id,
      location: repository.location,
      stats: {
        originalBytes: archive.stats.original_size,
        compressedBytes: archive.stats.compressed_size,
        deduplicatedBytes: archive.stats.deduplicated_size,
        files: archive.stats.nfiles,
      },
    },
  ]);
  // What the command printed stays its log.
  expect(said.slice(0, 2)).toEqual(['preparing', '{']);
});

test("hears borgmatic's list of several repositories, on one line without an end", () => {
  const made = JSON.parse(recorded('1.2.4-created.json'));
  const other = { ...made, archive: { ...made.archive, name: 'a2' } };
  expect(read(JSON.stringify([made, other])).report?.archives.map(({ name }) => name)).toEqual(['a1', 'a2']);
});

test('tells warnings apart as it does for runs of our own, and keeps progress out of the log', () => {
  const { report, said } = read(recorded('1.2.4-permission-denied.txt'));
  expect(report?.said).toMatchObject({ warningsTotal: 2, mattersTotal: 2 });
  expect(report?.said.warnings[0]).toMatchObject({ code: 'permission-denied' });
  expect(said.join('\n')).not.toContain('archive_progress');
  expect(said.join('\n')).toContain('Permission denied');
});

test('is not misled by what merely looks alike', () => {
  for (const text of [
    '',
    '{',
    '{"a": 1}',
    '[1, 2]',
    '[note] {x}\n}',
    '{"archive": {"name": "x"}}',
    '{\n"a": 1\n}',
  ])
    expect(read(text).report, text).toBeNull();
  expect(read(`{ begun\n${recorded('1.2.4-created.json')}`).report?.archives).toHaveLength(1);
});

test('keeps no more of an object that never ends than its bound', () => {
  const output = new BorgOutput();
  output.add('{');
  for (let i = 0; i < 6_000; i += 1) output.add('x'.repeat(1_024));
  output.add('}');
  expect(output.report()).toBeNull();
});

test('joins what was heard on both streams', () => {
  const [stdout, stderr] = ['created.json', 'permission-denied.txt'].map(
    (name) => read(recorded(`1.2.4-${name}`)).report!,
  );
  expect(joinedReports([])).toBeNull();
  expect(joinedReports([stdout!, stderr!])).toMatchObject({
    archives: [{ name: 'a1' }],
    said: { warningsTotal: 2 },
  });
});
