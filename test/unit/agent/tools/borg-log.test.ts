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

  it.each(['locked-dead-here', 'roster-dead-here'])(
    'mentions the stale lock it removed, harmlessly: %s',
    (name) => {
      const { said } = golden(`${version}-${name}`);
      expect(said.mattersTotal).toBe(0);
      expect(new Set(said.warnings.map(({ code }) => code))).toEqual(new Set(['stale-lock-removed']));
    },
  );
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

describe('what patterns leave out', () => {
  it.each(BORG_VERSIONS)('is counted, and named right below a source, with borg %s', (version) => {
    const { said } = golden(`${version}-excluded`, 'create', ['/tmp/record-borg/www/']);
    expect(said.excluded.total).toBe(3);
    expect(said.excluded.top.sort()).toEqual([
      '/tmp/record-borg/www/Bücher.tmp',
      '/tmp/record-borg/www/shop2',
    ]);
    expect(said).toMatchObject({ warningsTotal: 0, errors: [], plain: [] });
  });

  const leftOut = (path: string) => `{"type": "file_status", "status": "x", "path": ${JSON.stringify(path)}}`;

  it('is a source itself, or right below one with any name', () => {
    const top = ['/srv/a "quoted"\\n\n', '/srv', '/'];
    const log = new BorgLog(['/srv', '/']);
    for (const path of [...top, '/srv/a/b', '/home/x']) log.add(leftOut(path));
    // "/srv" is below "/", and so is nothing else of these.
    expect(log.said().excluded).toEqual({ total: 5, top });
  });

  it('is a sample in the log, and a figure however much it is', () => {
    const log = new BorgLog(['/srv']);
    const texts: (string | null)[] = [];
    for (let i = 0; i < 100_000; i += 1) texts.push(log.add(leftOut(`/srv/${i}.tmp`)).text);
    expect(texts.filter((text) => text !== null)).toHaveLength(20);
    expect(texts[0]).toBe('left out by a pattern: /srv/0.tmp');
    expect(log.said().excluded.total).toBe(100_000);
    expect(log.said().excluded.top).toHaveLength(1_000);
  });
});

it('takes a question that our environment answers with yes for none', () => {
  const msgid = 'BORG_RELOCATED_REPO_ACCESS_IS_OK';
  const asked = JSON.stringify({ type: 'question_prompt', msgid, message: 'Do you want to continue? [yN] ' });
  const answered = (answer: string) =>
    JSON.stringify({ type: 'question_env_answer', msgid, message: `${answer} (from ${msgid})` });
  for (const [answer, errors] of [
    ['yes', 0],
    ['no', 1],
  ] as const) {
    const log = new BorgLog();
    log.add(asked);
    log.add(answered(answer));
    expect(log.said().errors).toHaveLength(errors);
  }
});
