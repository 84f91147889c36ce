import { describe, expect, it } from 'vitest';
import { BorgLog, classify } from '../../../../agent/tools/borg-log.ts';
import { TEXT_CHARS_MAX, WARNINGS_PER_RUN_MAX } from '../../../../proto/limits.ts';
import { BORG_VERSIONS, golden } from '../../../support/golden.ts';

const GONE = '/tmp/record-borg/gone';

describe.each(BORG_VERSIONS)('borg %s', (version) => {
  it('calls a source that is missing a matter, not a file that vanished', () => {
    const { said } = golden(`${version}-missing-path`, 'create', [GONE]);
    expect(said.warnings).toMatchObject([{ code: 'source-missing', path: GONE, harmless: false }]);
    const elsewhere = golden(`${version}-missing-path`, 'create', ['/other']).said;
    expect(elsewhere.warnings).toMatchObject([{ code: 'file-vanished', harmless: true }]);
    expect(elsewhere.mattersTotal).toBe(0);
  });

  it('says nothing of a good run', () => {
    const { said } = golden(`${version}-created`);
    expect(said).toMatchObject({ warningsTotal: 0, errors: [], plain: [] });
  });

  it('mentions the stale lock it removed, harmlessly', () => {
    expect(golden(`${version}-locked-dead-here`).said.warnings).toMatchObject([
      { code: 'stale-lock-removed', harmless: true },
    ]);
  });
});

describe.each(['1.2.4', '1.4.0'])('borg %s', (version) => {
  it('never takes a file it may not read for harmless', () => {
    const { said } = golden(`${version}-permission-denied`, 'create', ['/tmp/record-borg/src']);
    expect(said.mattersTotal).toBe(2);
    expect(said.warnings.map(({ code, path }) => [code, path])).toEqual([
      ['permission-denied', '/tmp/record-borg/src/sub/b'],
      ['permission-denied', '/tmp/record-borg/src/closed'],
    ]);
  });
});

it('takes a file that changed while it was read for harmless, by text and by msgid', () => {
  const none = new Set<string>();
  expect(classify('/a: file changed while we read it!', '', none)).toMatchObject({
    code: 'file-changed',
    path: '/a',
    harmless: true,
  });
  expect(classify('/a: file changed while we backed it up', 'FileChangedWarning', none).harmless).toBe(true);
  expect(classify('something new', '', none)).toMatchObject({ code: 'other', harmless: false });
});

it('keeps the warnings that matter when there are more than fit', () => {
  const log = new BorgLog();
  const warn = (message: string) =>
    log.add(JSON.stringify({ type: 'log_message', levelname: 'WARNING', message, name: 'borg.archiver' }));
  for (let i = 0; i < 200; i += 1) warn(`/f${i}: file changed while we backed it up`);
  warn('/secret: open: [Errno 13] Permission denied: /secret');
  const said = log.said();
  expect(said.warnings).toHaveLength(WARNINGS_PER_RUN_MAX);
  expect(said.warnings[0]?.code).toBe('permission-denied');
  expect(said).toMatchObject({ warningsTotal: 201, mattersTotal: 1 });
});

it('survives lines of a megabyte, broken JSON and hostile values', () => {
  const log = new BorgLog();
  log.add('x'.repeat(1024 * 1024));
  log.add('{"type": "log_message", "levelname": "WARNING", "message": 7}');
  log.add('{"type": "archive_progress", "nfiles": "many", "original_size": -1, "path": null}');
  log.add('{"type": ');
  log.add('[1]');
  expect(log.said().plain[0]?.length).toBeLessThanOrEqual(TEXT_CHARS_MAX);
  expect(log.said().plain).toHaveLength(3);
});

it('reads progress', () => {
  const line =
    '{"type":"archive_progress","original_size":10,"deduplicated_size":3,"nfiles":2,"path":"etc/a"}';
  expect(new BorgLog().add(line).progress).toEqual({
    originalBytes: 10,
    deduplicatedBytes: 3,
    files: 2,
    current: 'etc/a',
  });
  expect(new BorgLog().add('{"type":"archive_progress","finished":true,"time":1}').progress).toBeNull();
});
