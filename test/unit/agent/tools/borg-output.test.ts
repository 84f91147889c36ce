import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BorgOutput, joinedReports } from '../../../../agent/tools/borg-output.ts';
import { BORG_VERSIONS } from '../../../support/golden.ts';

const folder = join(import.meta.dirname, '../../../golden/borg');

function read(text: string) {
  const output = new BorgOutput();
  const said = text.split('\n').map((line) => output.add(line));
  const heard = output.heard();
  return { said: said.filter((line) => line !== null), heard, report: joinedReports([heard]) };
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
  expect(joinedReports([output.heard()])).toBeNull();
});

test('joins what was heard on both streams', () => {
  const [stdout, stderr] = ['created.json', 'permission-denied.txt'].map(
    (name) => read(recorded(`1.2.4-${name}`)).heard,
  );
  expect(joinedReports([])).toBeNull();
  expect(joinedReports([stdout!, stderr!])).toMatchObject({
    archives: [{ name: 'a1' }],
    said: { warningsTotal: 2 },
  });
});

test('takes a source that was not there for missing: the command line that made the archive names it', () => {
  const json = JSON.parse(recorded('1.2.4-missing-path.json'));
  expect(json.archive.command_line).toContain('/tmp/record-borg/gone');
  for (const log of [
    recorded('1.2.4-missing-path.txt'),
    // Without --log-json.
    "/tmp/record-borg/gone: [Errno 2] No such file or directory: 'gone'\n",
  ]) {
    const [stdout, stderr] = [new BorgOutput(), new BorgOutput()];
    for (const line of JSON.stringify(json, null, 4).split('\n')) stdout.add(line);
    for (const line of log.split('\n')) stderr.add(line);
    expect(joinedReports([stdout.heard(), stderr.heard()])?.said).toMatchObject({
      warnings: [{ code: 'source-missing', path: '/tmp/record-borg/gone', harmless: false }],
      warningsTotal: 1,
      mattersTotal: 1,
    });
  }
});

test('tells warnings apart that borg writes as plain text', () => {
  const json = recorded('1.2.4-created.json');
  const { report } = read(
    `${json}/a/log: file changed while we backed it up\n/a/key: open: [Errno 13] Permission denied: 'key'`,
  );
  expect(report?.said).toMatchObject({
    warningsTotal: 2,
    mattersTotal: 1,
    warnings: [
      { code: 'permission-denied', path: '/a/key' },
      { code: 'file-changed', path: '/a/log', harmless: true },
    ],
  });
  expect(read("rm: [Errno 2] of another program: 'x'").report).toBeNull();
});
