import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Mistake, type PgBackRestSeen, pitrMistakes } from '../../../../agent/decide/pitr-mistakes.ts';
import { parseInfo } from '../../../../agent/tools/pgbackrest.ts';
import { parsePgBackRestVersion } from '../../../../agent/tools/pgbackrest-version.ts';
import { type ArchivingFacts, parseArchivingFacts } from '../../../../agent/tools/postgres-archiving.ts';
import { archiveDirectoryJob, postgresPitrJob } from '../../../support/job-specs.ts';

const GOLDEN = join(import.meta.dirname, '../../../golden');
const MINUTE_MS = 60_000;

/** What real programs printed, recorded by test/golden/record-archiving and record-pgbackrest. */
function recorded(file: string): string {
  const text = readFileSync(join(GOLDEN, file), 'utf8');
  return text.slice(text.indexOf('\n') + 1).trim();
}

const server = (name: string, change: Partial<ArchivingFacts> = {}): ArchivingFacts => ({
  ...parseArchivingFacts(recorded(`archiving/15-2.45-${name}.txt`))!,
  ...change,
});
const archiving = (settings: ArchivingFacts['settings'], change: Partial<ArchivingFacts> = {}) => {
  const facts = server('archiving');
  return { ...facts, settings: { ...facts.settings, ...settings }, ...change };
};
const info = (file: string) => parseInfo(recorded(file), 'shop')!;
const version = (text: string) => ({ answer: parsePgBackRestVersion(`pgBackRest ${text}`)! });

/** The recorded stanza, as if it were this server's: the two were not recorded together. */
const right: PgBackRestSeen = {
  version: { answer: parsePgBackRestVersion(recorded('archiving/15-2.45-version.txt'))! },
  stanza: {
    answer: { ...info('pgbackrest/2.45-info.txt'), systemIdentifier: server('archiving').systemIdentifier },
  },
  isRoot: false,
  canBackUp: true,
  foreignFile: null,
};
const job = postgresPitrJob();

function found(
  facts: ArchivingFacts | { problem: string },
  pgBackRest: Partial<PgBackRestSeen> = {},
  of = job,
): Mistake[] {
  const told = 'problem' in facts ? facts : { answer: facts };
  const nowMs = 'problem' in facts ? 0 : server('archiving').atMs;
  return pitrMistakes(of, {
    nowMs,
    folderProblem: null,
    server: told,
    pgBackRest: { ...right, ...pgBackRest },
  });
}

/** Exactly one, with something to do next. */
function only(mistakes: Mistake[]): Mistake {
  expect(mistakes).toHaveLength(1);
  expect(mistakes[0]!.next).not.toBe('');
  expect(mistakes[0]!.what).toMatch(/\.$/);
  return mistakes[0]!;
}

it('finds nothing wrong with what is right', () => {
  expect(found(server('archiving'))).toEqual([]);
});

describe('the server', () => {
  it('that cannot be asked says why', () => {
    const one = only(found({ problem: 'PostgreSQL does not answer at /run.' }));
    expect(one).toMatchObject({ level: 'failure', what: 'PostgreSQL does not answer at /run.' });
  });

  it('with archive_mode off archives nothing', () => {
    const facts = server('fresh');
    const [one, two, ...more] = found(facts);
    expect(one).toMatchObject({ level: 'failure', what: expect.stringContaining('archive_mode is off') });
    expect(one!.next).toContain('pitr setup shop-pitr');
    expect(two!.what).toContain('archive_timeout is 0');
    expect(more).toEqual([]);
  });

  it('with archive_mode written and not in force waits for a restart', () => {
    const one = only(found(server('waiting')));
    expect(one.level).toBe('failure');
    expect(one.next).toContain('restart the server');
  });

  it.each([
    ['', 'failure', 'archive_command is empty'],
    ['/bin/true', 'failure', 'says yes and keeps nothing'],
    ['pgbackrest --stanza=other archive-push %p', 'failure', 'into stanza other, not into stanza shop'],
    ['pgbackrest --stanza=shop archive-get %f %p', 'failure', 'not archive-push'],
    ['/usr/local/bin/push.sh %p', 'warning', 'does not name stanza shop'],
  ] as const)('with archive_command %j: %s', (command, level, what) => {
    const one = only(found(archiving({ archive_command: command })));
    expect(one).toMatchObject({ level, what: expect.stringContaining(what) });
  });

  it('with an archive_library does not call archive_command', () => {
    expect(only(found(archiving({ archive_library: 'basic_archive' }))).what).toContain('basic_archive');
  });

  it('without archive_timeout has no bound to what is lost', () => {
    expect(only(found(archiving({ archive_timeout: '0' })))).toMatchObject({
      level: 'warning',
      what: expect.stringContaining('archive_timeout is 0'),
    });
  });

  it('with wal_level minimal logs too little', () => {
    expect(only(found(archiving({ wal_level: 'minimal' })))).toMatchObject({
      level: 'failure',
      what: expect.stringContaining('wal_level is minimal'),
    });
  });

  it('with another setting that waits for a restart is not what its files say', () => {
    expect(only(found(archiving({}, { waiting: ['wal_level'] }))).what).toContain('wal_level was changed');
    const offSoon = only(found(archiving({}, { waiting: ['archive_mode'] })));
    expect(offSoon.what).toContain('archive_mode was changed and is not in force yet');
  });

  it('that is asked by a role without pg_monitor does not show all', () => {
    const [one] = found({ ...server('plain-role'), settings: server('archiving').settings });
    expect(one!.what).toContain('role watcher is not in pg_monitor');
    expect(one!.next).toContain('GRANT pg_monitor TO watcher');
  });

  it('whose clock is apart is named with how far', () => {
    const facts = server('archiving');
    expect(only(found({ ...facts, atMs: facts.atMs + 90_000 })).what).toContain('1m 30s ahead of');
    expect(only(found({ ...facts, atMs: facts.atMs - 3_600_000 })).what).toContain('1h behind');
    expect(found({ ...facts, atMs: facts.atMs + 5_000 })).toEqual([]);
  });

  it('that is a standby is judged by its primary', () => {
    const one = only(found(archiving({ archive_command: '/bin/true' }, { isStandby: true })));
    expect(one).toMatchObject({ level: 'note', what: expect.stringContaining('standby') });
  });

  it('that switches segments more slowly than the job allows would be called late when idle', () => {
    const strict = postgresPitrJob({ staleWarningMs: 4 * MINUTE_MS });
    expect(found(archiving({ archive_timeout: '60' }), {}, strict)).toEqual([]);
    const one = only(found(archiving({ archive_timeout: '120' }), {}, strict));
    expect(one.what).toContain('stale_after.warning is 4m and archive_timeout 2m');
    expect(one.next).toContain('at least 5m');
  });
});

describe('pgBackRest', () => {
  it('that is not there', () => {
    const mistakes = found(server('archiving'), { version: { problem: 'pgbackrest is not installed' } });
    expect(only(mistakes).next).toBe('install pgbackrest');
  });

  it('that is too old for this server', () => {
    const one = only(found(archiving({}, { major: 17 })));
    expect(one.what).toBe('pgBackRest 2.45 does not know PostgreSQL 17.');
    expect(one.next).toContain('2.53.1');
  });

  it('that refuses root, when this is root', () => {
    const one = only(found(server('archiving'), { isRoot: true, version: version('2.59') }));
    expect(one).toMatchObject({ level: 'warning', what: expect.stringContaining('2.59 refuses root') });
    expect(found(server('archiving'), { isRoot: true })).toEqual([]);
  });

  it('whose configuration, or whose repository, this user may not read', () => {
    const problem = `pgBackRest cannot look: ${recorded('archiving/15-2.45-info-conf-unreadable.txt')}`;
    const conf = only(found(server('archiving'), { stanza: { problem } }));
    expect(conf.what).toContain("unable to open file '/tmp/record-archiving/pgbackrest.conf'");
    expect(conf.next).toContain('sudo backproof-agent check');
    const answer = info('archiving/15-2.45-info-repository-unreadable.txt');
    const repository = only(found(server('archiving'), { stanza: { answer } }));
    expect(repository.what).toContain('Permission denied');
    expect(repository.next).toContain('group postgres');
  });

  it('without this stanza', () => {
    const one = only(
      found(server('archiving'), { stanza: { answer: info('pgbackrest/2.45-info-nothing.txt') } }),
    );
    expect(one.what).toContain('has no stanza shop');
  });

  it('with another cluster’s stanza', () => {
    const one = only(found(server('archiving'), { stanza: { answer: info('pgbackrest/2.45-info.txt') } }));
    expect(one.what).toMatch(/is of another cluster \(\d+\) than this server \(\d+\)/);
    expect(one.next).toContain('stanza-upgrade');
  });

  it('with a wrong passphrase', () => {
    const answer = info('pgbackrest/2.45-info-wrong-passphrase.txt');
    expect(only(found(server('archiving'), { stanza: { answer } })).what).toContain(
      'unable to load info file',
    );
  });

  it('whose repository is not encrypted, and holds no base backup yet', () => {
    const answer = info('archiving/15-2.45-info-unencrypted.txt');
    const mistakes = found(server('archiving'), { stanza: { answer } });
    expect(mistakes.map(({ level, what }) => [level, what])).toEqual([
      ['warning', expect.stringContaining('is NOT encrypted')],
      ['warning', expect.stringContaining('no base backup yet')],
    ]);
  });

  it('of which this agent cannot have base backups made', () => {
    const one = only(found(server('archiving'), { canBackUp: false }));
    expect(one.next).toContain('backproof-base-backup.socket');
  });

  it('that somebody ran as root: its files are not the server’s', () => {
    const one = only(found(server('archiving'), { foreignFile: '/var/lib/pgbackrest/archive/shop' }));
    expect(one.next).toContain('chown -R postgres:postgres');
  });
});

describe('an archive directory', () => {
  const own = archiveDirectoryJob();
  const { directory } = own.store;
  const foundThere = (facts: ArchivingFacts, folderProblem: string | null = null) =>
    pitrMistakes(own, { nowMs: facts.atMs, folderProblem, server: { answer: facts }, pgBackRest: null });
  const copies = archiving({ archive_command: `test ! -f ${directory}/%f && cp %p ${directory}/%f` });

  it('that is right', () => {
    expect(foundThere(copies)).toEqual([]);
  });

  it('that the command does not name, or that nothing fills', () => {
    expect(only(foundThere(archiving({})))).toMatchObject({
      level: 'warning',
      what: expect.stringContaining(`does not name ${directory}`),
    });
    expect(foundThere(server('fresh'))[0]!.what).toContain('archive_mode is off');
  });

  it('that pg_receivewal fills needs no archive_mode', () => {
    const one = only(foundThere(server('fresh', { receivers: 1 })));
    expect(one.what).toContain('archive_timeout is 0');
    expect(foundThere(server('waiting', { receivers: 1, waiting: [] }))).toEqual([]);
  });

  it('whose role may not make base backups, and that the agent may not empty', () => {
    const mistakes = foundThere({ ...copies, mayReplicate: false }, 'EACCES: permission denied');
    expect(mistakes.map(({ what }) => what)).toEqual([
      expect.stringContaining('lacks REPLICATION'),
      'EACCES: permission denied.',
    ]);
    for (const { next } of mistakes) expect(next).not.toBe('');
  });
});
