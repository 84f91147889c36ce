import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandProblem, wantedCommand } from '../../../../agent/tools/archive-command.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { archiveDirectoryJob, postgresPitrJob } from '../../../support/job-specs.ts';

const { store } = postgresPitrJob();

describe('what is wrong with an archive_command', () => {
  it.each([
    ['pgbackrest --stanza=shop archive-push %p', null],
    [
      '/usr/bin/pgbackrest --config=/etc/x.conf --stanza shop --log-level-console=info archive-push "%p"',
      null,
    ],
    ['', 'none'],
    ['  ', 'none'],
    ['/bin/true', 'keeps-nothing'],
    ['true', 'keeps-nothing'],
    ['/usr/bin/true;', 'keeps-nothing'],
    [':', 'keeps-nothing'],
    ['exit 0', 'keeps-nothing'],
    ['echo %p', 'keeps-nothing'],
    ['pgbackrest --stanza=shopping archive-push %p', 'other-stanza'],
    ['pgbackrest --stanza=shop archive-get %f %p', 'not-a-push'],
    ['pgbackrest archive-push %p', 'unclear'],
    ['/usr/local/bin/archive.sh %p', 'unclear'],
    ['barman-wal-archive backup shop %p', 'unclear'],
  ])('%j: %s', (command, kind) => {
    expect(commandProblem(command, store)?.kind ?? null).toBe(kind);
  });
});

describe('what is wrong with an archive_command into a folder', () => {
  const inFolder = (directory: string) => ({ ...archiveDirectoryJob().store, directory });
  it.each([
    ['cp %p /srv/wal/shop/%f', null],
    ['test ! -f "/srv/wal/shop/%f" && cp %p "/srv/wal/shop"', null],
    ['/usr/local/bin/archive.sh --into=/srv/wal/shop %p', null],
    ['cd /srv/wal/shop; cat >%f', null],
    ['cp %p /srv/wal/shop', null],
    ['cp %p /srv/wal/shop-old/%f', 'unclear'],
    ['cp %p /srv/wal/shop.old/%f', 'unclear'],
    ['cp %p /srv/wal/shop%f', 'unclear'],
    ['cp %p /srv/wal/shopping && ls /srv/wal/shop2', 'unclear'],
    ['cp %p /mnt/srv/wal/shop/%f', 'unclear'],
    ['rsync %p elsewhere:/srv/wal/shop/%f', 'unclear'],
    ['cp %p /srv/wal/%f', 'unclear'],
    ['echo /srv/wal/shop', 'keeps-nothing'],
  ])('%j: %s', (command, kind) => {
    expect(commandProblem(command, inFolder('/srv/wal/shop'))?.kind ?? null).toBe(kind);
    expect(commandProblem(command, inFolder('/srv/wal/shop/'))?.kind ?? null).toBe(kind);
  });

  it("finds the folder's own command right whatever its name is, and takes no name for a pattern", () => {
    for (const directory of ['/srv/wal/shop+', '/srv/w.l/shop', "/a b'100%/(shop)"])
      expect(commandProblem(wantedCommand(inFolder(directory)), inFolder(directory))).toBeNull();
    expect(commandProblem('cp %p /srv/wal/shop/%f', inFolder('/srv/w.l/shop'))).toEqual({ kind: 'unclear' });
  });
});

describe('the archive_command that is wanted', () => {
  it('names program, configuration and stanza, and bears odd paths', () => {
    const odd = {
      engine: 'pgbackrest',
      stanza: 'shop',
      program: 'pgbackrest',
      configFile: "/a b'100%.conf",
    } as const;
    expect(wantedCommand(odd)).toBe(
      "pgbackrest --config='/a b'\\''100%%.conf' --stanza=shop archive-push %p",
    );
    expect(commandProblem(wantedCommand(odd), odd)).toBeNull();
  });

  it('for a folder copies whole, says success twice, and never replaces another content', () => {
    const directory = temporaryFolder();
    const own = {
      ...postgresPitrJob().store,
      engine: 'archive-directory',
      directory,
    } as unknown as typeof store;
    const segment = join(temporaryFolder(), 'segment');
    const archive = () =>
      execFileSync('sh', ['-c', wantedCommand(own).replaceAll('%p', segment).replaceAll('%f', '0001')]);
    writeFileSync(segment, 'one');
    archive();
    archive();
    expect(readFileSync(join(directory, '0001'), 'utf8')).toBe('one');
    expect(existsSync(join(directory, '0001.tmp'))).toBe(false);
    writeFileSync(segment, 'another');
    expect(archive).toThrow();
    expect(readFileSync(join(directory, '0001'), 'utf8')).toBe('one');
    expect(commandProblem(wantedCommand(own), own)).toBeNull();
  });
});
