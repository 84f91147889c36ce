import { describe, expect, it } from 'vitest';
import {
  parseRequest,
  parseSaid,
  REQUEST_CHARS_MAX,
  requestLine,
} from '../../../../agent/tools/base-backup.ts';

describe('asking for a base backup', () => {
  it('takes one line: a job and a type', () => {
    expect(parseRequest(requestLine({ job: 'shop-pitr', type: 'full' }).trimEnd())).toEqual({
      job: 'shop-pitr',
      type: 'full',
    });
  });

  it.each([
    '',
    'shop-pitr',
    'shop-pitr ',
    'full shop-pitr',
    'shop-pitr full --repo1-path=/tmp',
    'shop-pitr full\u0000',
    ' full',
    `${'x'.repeat(REQUEST_CHARS_MAX)} full`,
    '{"job":"shop-pitr","type":"full"}',
    '--config=/tmp/x.conf --type=full',
  ])('takes nothing else: %j', (line) => {
    expect(parseRequest(line)).toBeNull();
  });

  it('hears lines, ends and refusals, and passes over everything else', () => {
    expect(parseSaid('{"line":"P00 INFO: backup"}')).toEqual({ line: 'P00 INFO: backup' });
    expect(parseSaid('{"exitCode":0}')).toEqual({ exitCode: 0 });
    expect(parseSaid('{"signal":"SIGTERM"}')).toEqual({ signal: 'SIGTERM' });
    expect(parseSaid('{"refused":"no such job"}')).toEqual({ refused: 'no such job' });
    for (const odd of ['', 'null', '7', '{"exitCode":"0"}', '{"exitCode":0.5}', '{"li', '[]'])
      expect(parseSaid(odd)).toBeNull();
  });
});
