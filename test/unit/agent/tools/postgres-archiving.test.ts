import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  alterSystemSql,
  parseArchivingFacts,
  parseWrittenFacts,
  roleSql,
} from '../../../../agent/tools/postgres-archiving.ts';

function recorded(name: string): string {
  const file = join(import.meta.dirname, `../../../golden/archiving/15-2.45-${name}.txt`);
  const text = readFileSync(file, 'utf8');
  return text.slice(text.indexOf('\n') + 1);
}

describe('what a server says of its archiving', () => {
  it('is read whole', () => {
    expect(parseArchivingFacts(recorded('waiting'))).toMatchObject({
      major: 15,
      isStandby: false,
      systemIdentifier: expect.stringMatching(/^\d{19}$/),
      settings: { archive_mode: 'off', archive_timeout: '60', wal_level: 'replica' },
      waiting: ['archive_mode'],
      mayMonitor: true,
      dataDirectory: '/tmp/record-archiving/data',
      port: 5432,
    });
  });

  it('leaves out what a plain role may not see', () => {
    expect(parseArchivingFacts(recorded('plain-role'))).toMatchObject({
      role: 'watcher',
      mayMonitor: false,
      dataDirectory: '',
      socketFolders: '',
    });
  });

  it('is nothing when it is something else, or cut off', () => {
    const whole = recorded('archiving').trimEnd();
    for (let at = 0; at < whole.length; at += 17) expect(parseArchivingFacts(whole.slice(0, at))).toBeNull();
    for (const odd of ['', 'null', '7', '{}', 'psql: error']) {
      expect(parseArchivingFacts(odd)).toBeNull();
      expect(parseWrittenFacts(odd)).toBeNull();
    }
  });
});

describe('statements', () => {
  it('quote what they are given', () => {
    expect(alterSystemSql('archive_command', `x 'y' \\z %p`)).toBe(
      `ALTER SYSTEM SET archive_command = E'x ''y'' \\\\z %p';`,
    );
    const written = parseWrittenFacts('{"settings": {}, "role": null}')!;
    expect(roleSql('a"b', written, false)).toEqual([
      'CREATE ROLE "a""b" LOGIN;',
      'GRANT pg_monitor TO "a""b";',
    ]);
  });

  it('are left out for a role that has what it needs', () => {
    expect(roleSql('x', parseWrittenFacts('{"settings": {}, "role": {"monitor": true}}')!, false)).toEqual(
      [],
    );
  });
});
