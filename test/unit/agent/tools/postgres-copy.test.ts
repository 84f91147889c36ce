import { describe, expect, it } from 'vitest';
import * as copy from '../../../../agent/tools/postgres-copy.ts';

/** pg_controldata 15.20, shortened. */
const CONTROL = `pg_control version number:            1300
Database system identifier:           7711222298249842435
Latest checkpoint's REDO WAL file:    000000010000000000000002
wal_level setting:                    replica
max_connections setting:              150
max_worker_processes setting:         8
max_wal_senders setting:              10
max_prepared_xacts setting:           3
max_locks_per_xact setting:           64
track_commit_timestamp setting:       off
Bytes per WAL segment:                16777216
`;
const control = copy.parseControl(CONTROL)!;
const settings = {
  socket: "/srv/o'clock/socket",
  control,
  restoreCommand: `get %f "%p"`,
  timeline: 3,
  target: { kind: 'time', atUs: Date.UTC(2026, 10, 21, 13, 3, 7, 250) * 1_000 + 48 } as const,
};

describe('pg_controldata', () => {
  it('says what the copy needs at least', () => {
    expect(control).toEqual({
      systemIdentifier: '7711222298249842435',
      segmentBytes: 16 * 1024 ** 2,
      atLeast: {
        max_connections: 150,
        max_worker_processes: 8,
        max_wal_senders: 10,
        max_prepared_transactions: 3,
        max_locks_per_transaction: 64,
      },
    });
  });

  it('is not guessed where it says something else', () => {
    expect(copy.parseControl('')).toBeNull();
    expect(copy.parseControl(CONTROL.replace('16777216', '3'))).toBeNull();
    expect(copy.parseControl(CONTROL.replace('max_wal_senders setting:              10', ''))).toBeNull();
  });

  it('asks for more when one setting rose, and not when one fell', () => {
    const of = (value: number) => ({ ...control, atLeast: { ...control.atLeast, max_connections: value } });
    expect(copy.isHigher(of(151), control)).toBe(true);
    expect(copy.isHigher(of(20), control)).toBe(false);
  });
});

describe('the settings of a copy', () => {
  const lines = (text: string) => text.split('\n');

  it('keep it apart: a socket alone, no archiving, no subscriptions, no libraries', () => {
    const conf = copy.copyConf(settings);
    expect(lines(conf)).toEqual(
      expect.arrayContaining([
        "listen_addresses = ''",
        "unix_socket_directories = '/srv/o''clock/socket'",
        "archive_mode = 'off'",
        "max_logical_replication_workers = '0'",
        "ssl = 'off'",
        "hot_standby = 'on'",
        "max_connections = '150'",
        `restore_command = 'get %f "%p"'`,
        "recovery_target_timeline = '3'",
        "recovery_target_time = '2026-11-21 13:03:07.250048+00'",
        "recovery_target_action = 'pause'",
      ]),
    );
    expect(conf).not.toContain('shared_preload_libraries');
  });

  it('leave room for two segments, however large they are', () => {
    const of = (mib: number) => ({ ...settings, control: { ...control, segmentBytes: mib * 1024 ** 2 } });
    expect(lines(copy.copyConf(of(16)))).toEqual(
      expect.arrayContaining(["min_wal_size = '80MB'", "max_wal_size = '1024MB'"]),
    );
    expect(lines(copy.copyConf(of(1_024)))).toEqual(
      expect.arrayContaining(["min_wal_size = '2048MB'", "max_wal_size = '2048MB'"]),
    );
  });

  it('mean what they say, backslashes and quotes and all', () => {
    expect(lines(copy.copyConf({ ...settings, restoreCommand: "cp 'a\\040b' %p" }))).toContain(
      "restore_command = 'cp ''a\\\\040b'' %p'",
    );
  });

  it('name no target when it goes to the end', () => {
    expect(copy.copyConf({ ...settings, target: null })).not.toMatch(/recovery_target_(time |action)/);
  });

  it('follow the base backup’s own timeline without its history, which may be nowhere', () => {
    expect(lines(copy.copyConf({ ...settings, timeline: 'current' }))).toContain(
      "recovery_target_timeline = 'current'",
    );
  });

  it('count the bytes of a socket’s path', () => {
    expect(copy.socketPathExcess(`/${'x'.repeat(92)}`)).toBeNull();
    expect(copy.socketPathExcess(`/${'x'.repeat(93)}`)).toBe(1);
    expect(copy.socketPathExcess(`/${'ü'.repeat(47)}`)).toBe(2);
  });
});

it('starts the server where nobody kills it together with the program that started it', () => {
  expect(copy.startArgv('/bin', '/srv/data', '/srv/log').slice(0, 3)).toEqual([
    'setsid',
    '--wait',
    '/bin/pg_ctl',
  ]);
});

describe('what a copy answers', () => {
  it('is read as it is: in recovery, paused, the last commit, how far', () => {
    expect(copy.parseReplay('t|t|1795409083304|0/5001F08\n')).toEqual({
      inRecovery: true,
      isPaused: true,
      lastCommitMs: 1_795_409_083_304,
      lsn: 0x5001f08,
    });
    expect(copy.parseReplay('f|f||\n')).toEqual({
      inRecovery: false,
      isPaused: false,
      lastCommitMs: null,
      lsn: null,
    });
    expect(copy.parseReplay('psql: error')).toBeNull();
  });
});

describe('the log of a copy', () => {
  // PostgreSQL 15.20.
  const LOG = `2026-11-23 04:45:35.958 GMT [24974] LOG:  restored log file "000000010000000000000004" from archive
2026-11-23 04:45:36.296 GMT [24974] LOG:  restored log file "000000010000000000000005" from archive
2026-11-23 04:45:36.300 GMT [24990] FATAL:  the database system is starting up
2026-11-23 04:45:36.430 GMT [24974] FATAL:  recovery ended before configured recovery target was reached
2026-11-23 04:45:36.490 GMT [24968] LOG:  database system is shut down
`;

  it('tells how far replay is, and that the WAL ended before the target', () => {
    expect(copy.lastRestored(LOG)).toBe('000000010000000000000005');
    expect(copy.lastRestored('')).toBeNull();
    expect(copy.endedBeforeTarget(LOG)).toBe(true);
    expect(copy.hasShutDown(LOG)).toBe(true);
    expect(copy.endedBeforeTarget('FATAL:  the database system is starting up')).toBe(false);
  });

  it.each([
    ['FATAL:  could not access file "timescaledb": No such file or directory', 'a library of an extension'],
    ['FATAL:  resource manager with ID 128 not registered', 'records of an extension'],
    [
      'FATAL:  requested recovery stop point is before consistent recovery point',
      'before the end of the base backup',
    ],
    ['PANIC:  could not write to file "pg_wal/xlogtemp.9": No space left on device', 'the disk is full'],
    ['FATAL:  WAL was generated with wal_level=minimal, cannot continue recovering', 'wal_level = minimal'],
    ['PANIC:  WAL contains references to invalid pages', 'lacks pages'],
  ])('explains %s', (line, words) => {
    const { reason, next } = copy.explainCopyFailure(`${line}\nFATAL:  the database system is starting up\n`);
    expect(reason).toContain(words);
    expect(reason).toContain(line.replace(/^\w+: +/, ''));
    expect(next).not.toBe('');
  });

  it('quotes what nobody knows, and never its answers to those who ask too early', () => {
    expect(
      copy.explainCopyFailure('FATAL:  something new\nFATAL:  the database system is starting up').reason,
    ).toBe('the server of the copy stopped before its recovery was through (it said: something new)');
    expect(copy.explainCopyFailure('').reason).toBe(
      'the server of the copy stopped before its recovery was through',
    );
  });

  it('says of WAL that could not be fetched what pgBackRest said of it', () => {
    // pgBackRest 2.45.
    const said = `ERROR: [042]: unable to get 000000010000000000000004:
       repo1: 15-1/0000000100000000/000000010000000000000004-de9c.gz [CryptoError] cipher header invalid
LOG:  invalid checkpoint record
FATAL:  could not locate required checkpoint record
`;
    expect(copy.explainCopyFailure(said).reason).toBe(
      'the WAL could not be fetched (pgBackRest said: unable to get 000000010000000000000004: repo1: 15-1/0000000100000000/000000010000000000000004-de9c.gz [CryptoError] cipher header invalid)',
    );
    const full = said.replace('[CryptoError] cipher header invalid', '[FileWriteError] unable to write');
    expect(copy.explainCopyFailure(full).reason).toContain('the disk is full');
  });

  it('says why replay ended, of what stood in front of its end', () => {
    const log = `LOG:  restored log file "000000010000000000000005" from archive
LOG:  incorrect resource manager data checksum in record at 0/5000060
LOG:  redo done at 0/5000028 system usage: CPU: user: 0.00 s, system: 0.00 s, elapsed: 0.03 s
LOG:  could not open usermap file
`;
    expect(copy.whyReplayEnded(log)).toBe('incorrect resource manager data checksum in record at 0/5000060');
    expect(copy.whyReplayEnded('LOG:  redo done at 0/5000028')).toBeNull();
  });

  it('tells a stop at the target, and when the transaction behind it was ended', () => {
    const log =
      'LOG:  recovery stopping before commit of transaction 739, time 2026-11-23 09:51:31.343848+00\n';
    expect(copy.stoppedAtTarget(log)).toBe(true);
    expect(copy.stoppedBefore(log)).toBe(Date.UTC(2026, 10, 23, 9, 51, 31, 343));
    expect(copy.stoppedBefore('LOG:  recovery stopping before WAL location (LSN) "0/5008A28"')).toBeNull();
  });
});

describe('who may look at a copy', () => {
  const refused = (said: string) =>
    copy.refusalIn(`psql: error: connection to server failed: FATAL:  ${said}`);

  it('is waited for where the refusal passes, and not where it stays', () => {
    expect(refused('the database system is starting up')).toBeNull();
    expect(refused('sorry, too many clients already')).toBeNull();
    expect(copy.refusalIn('could not connect to server: No such file or directory')).toBeNull();
    expect(refused('role "postgres" does not exist')).toBe('role "postgres" does not exist');
  });

  it('is told what to do', () => {
    expect(copy.explainRefusal('role "postgres" is not permitted to log in').next).toContain('--db-user');
    expect(copy.explainRefusal('database locale is incompatible with operating system').next).toContain(
      'locale-gen',
    );
  });
});

it('reads what is left in a copy', () => {
  expect(copy.parseWhatIsLeft('2|shop, template1\n')).toEqual({
    preparedTransactions: 2,
    otherOrder: 'shop, template1',
  });
  expect(copy.parseWhatIsLeft('psql: error')).toBeNull();
  const asked = (major: number) =>
    copy.whatIsLeftArgv('/bin', { host: null, port: null, user: null }, 'x', major);
  expect(asked(15).join(' ')).toContain('datcollversion');
  expect(asked(14).join(' ')).not.toContain('datcollversion');
});
