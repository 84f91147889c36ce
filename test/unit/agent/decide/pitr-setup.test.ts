import { describe, expect, it } from 'vitest';
import {
  changesNothing,
  configurationWith,
  planSetup,
  type SetupSeen,
  stanzaIn,
  withoutSecrets,
} from '../../../../agent/decide/pitr-setup.ts';
import type { ArchivingFacts } from '../../../../agent/tools/postgres-archiving.ts';
import { archiveDirectoryJob, postgresPitrJob } from '../../../support/job-specs.ts';

const DAY_MS = 86_400_000;
const PASSPHRASE = 'a fresh one';
const job = postgresPitrJob({ keepMs: 7 * DAY_MS });

/** A server as Debian installs it, with the settings it shows then. */
function seen(change: Partial<SetupSeen> = {}, facts: Partial<ArchivingFacts> = {}): SetupSeen {
  return {
    facts: {
      atMs: 0,
      major: 15,
      isStandby: false,
      systemIdentifier: '7',
      settings: {
        archive_mode: 'off',
        archive_command: '(disabled)',
        archive_library: '',
        archive_timeout: '0',
        wal_level: 'replica',
        max_wal_senders: '10',
      },
      waiting: [],
      role: 'postgres',
      mayMonitor: true,
      mayReplicate: true,
      receivers: 0,
      dataDirectory: '/var/lib/postgresql/15/main',
      socketFolders: '/var/run/postgresql',
      port: 5432,
      ...facts,
    },
    written: { settings: {}, roleExists: false, roleMayMonitor: false, roleMayReplicate: false },
    configuration: { text: '', all: '' },
    stanza: { exists: false, isEncrypted: false },
    ...change,
  };
}

describe('what a fresh server lacks', () => {
  const plan = planSetup(job, 'backproof', seen(), PASSPHRASE);

  it('is archiving, with a segment at least once a minute', () => {
    expect(plan.settings.map(({ name, to }) => [name, to])).toEqual([
      ['archive_mode', 'on'],
      ['archive_command', 'pgbackrest --stanza=shop archive-push %p'],
      ['archive_timeout', '60s'],
    ]);
    expect(plan.waiting).toEqual(['archive_mode']);
  });

  it('is an encrypted stanza that keeps by time what the job promises', () => {
    expect(plan.options).toEqual({
      'pg1-path': '/var/lib/postgresql/15/main',
      'repo1-cipher-type': 'aes-256-cbc',
      'repo1-cipher-pass': PASSPHRASE,
      'repo1-retention-full-type': 'time',
      'repo1-retention-full': '7',
      'start-fast': 'y',
      'compress-type': 'zst',
    });
    expect(plan.createsStanza).toBe(true);
  });

  it('is a role that may watch', () => {
    expect(plan.roleSql).toEqual(['CREATE ROLE "backproof" LOGIN;', 'GRANT pg_monitor TO "backproof";']);
    const known = { settings: {}, roleExists: true, roleMayMonitor: false, roleMayReplicate: false };
    expect(planSetup(job, 'backproof', seen({ written: known }), PASSPHRASE).roleSql).toEqual([
      'GRANT pg_monitor TO "backproof";',
    ]);
    expect(planSetup(job, 'postgres', seen(), PASSPHRASE).roleSql).toEqual([]);
  });
});

describe('what is there already', () => {
  const plan = planSetup(job, 'backproof', seen(), PASSPHRASE);
  const text = configurationWith({ text: '', all: '' }, 'shop', plan);
  const done = (facts: Partial<ArchivingFacts> = {}): SetupSeen =>
    seen(
      {
        written: {
          settings: Object.fromEntries(plan.settings.map(({ name, to }) => [name, to])),
          roleExists: true,
          roleMayMonitor: true,
          roleMayReplicate: false,
        },
        configuration: { text, all: text },
        stanza: { exists: true, isEncrypted: true },
      },
      facts,
    );
  const settings = {
    archive_mode: 'off',
    archive_command: '(disabled)',
    archive_timeout: '60',
    wal_level: 'replica',
  };

  it('stays: a second time there is nothing to do, also before the restart', () => {
    const again = planSetup(job, 'backproof', done({ settings, waiting: ['archive_mode'] }), 'another');
    expect(changesNothing(again)).toBe(true);
    expect(again.waiting).toEqual(['archive_mode']);
  });

  it('is in force only after a reload: one that was interrupted before it is finished', () => {
    const before = planSetup(job, 'backproof', done({ settings }), 'another');
    expect(changesNothing(before)).toBe(false);
    expect(before.reloads).toBe(true);

    const inForce = { ...settings, archive_mode: 'on', archive_command: '/bin/true' };
    const onlyCommand = planSetup(job, 'backproof', done({ settings: inForce }), 'another');
    expect(onlyCommand.settings).toEqual([]);
    expect(onlyCommand.reloads).toBe(true);
    const command = 'pgbackrest --stanza=shop archive-push %p';
    const all = { ...inForce, archive_command: command };
    expect(changesNothing(planSetup(job, 'backproof', done({ settings: all }), 'another'))).toBe(true);
  });

  it('stays: somebody’s own cipher, their shorter archive_timeout, their script around archive-push', () => {
    const own = '[global]\nrepo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass=theirs\n';
    const again = planSetup(
      job,
      'backproof',
      seen(
        { configuration: { text: own, all: own } },
        {
          settings: {
            ...settings,
            archive_timeout: '30',
            archive_command: 'x; pgbackrest --stanza=shop archive-push %p',
          },
        },
      ),
      PASSPHRASE,
    );
    expect(again.options).not.toHaveProperty('repo1-cipher-pass');
    expect(again.settings.map(({ name }) => name)).toEqual(['archive_mode']);
  });

  it('gets no cipher when it is unencrypted: that would make it unreadable', () => {
    const plain = planSetup(
      job,
      'backproof',
      seen({ stanza: { exists: true, isEncrypted: false } }),
      PASSPHRASE,
    );
    expect(plain.options).not.toHaveProperty('repo1-cipher-type');
    expect(plain.notes.join()).toMatch(/cannot become so/);
  });

  it('is put right where it is of another data folder', () => {
    const own =
      '[shop]\npg1-path=/old\nrepo1-retention-full=2\nrepo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass=theirs\nstart-fast=n\ncompress-type=lz4\n';
    const kept = planSetup(
      postgresPitrJob({ keepMs: 0 }),
      'backproof',
      seen({ configuration: { text: own, all: own }, stanza: { exists: true, isEncrypted: true } }),
      PASSPHRASE,
    );
    expect(kept.options).toEqual({ 'pg1-path': '/var/lib/postgresql/15/main' });
    expect(kept.byHand).toEqual([]);
  });

  it('is raised from what allows no archive: wal_level minimal, no senders', () => {
    const { settings: changed, waiting } = planSetup(
      job,
      'backproof',
      seen(
        {},
        {
          settings: {
            ...settings,
            wal_level: 'minimal',
            max_wal_senders: '0',
          },
        },
      ),
      PASSPHRASE,
    );
    expect(changed.map(({ name, to }) => `${name}=${to}`)).toEqual([
      'archive_mode=on',
      'wal_level=replica',
      'max_wal_senders=10',
      'archive_command=pgbackrest --stanza=shop archive-push %p',
    ]);
    expect(waiting).toEqual(['archive_mode', 'wal_level', 'max_wal_senders']);
  });
});

describe('archiving that setup does not understand', () => {
  const planFor = (settings: ArchivingFacts['settings']) =>
    planSetup(
      job,
      'backproof',
      seen({}, { settings: { archive_mode: 'on', archive_timeout: '60', ...settings } }),
      PASSPHRASE,
    );

  it.each([
    ['barman-wal-archive backup shop %p'],
    ['/usr/local/bin/archive %p'],
    ['/usr/local/bin/pgbackrest-push %p'],
    ['pgbackrest --stanza=other archive-push %p'],
  ])('stays, with the statement to run by hand: %s', (command) => {
    const plan = planFor({ archive_command: command });
    expect(plan.settings).toEqual([]);
    expect(plan.byHand.join()).toContain(`archive_command is "${command}"`);
    expect(plan.byHand.join()).toMatch(
      /\n {2}ALTER SYSTEM SET archive_command = 'pgbackrest --stanza=shop archive-push %p';\n {2}SELECT pg_reload_conf\(\);$/,
    );
  });

  it('is not switched on either', () => {
    const plan = planSetup(
      job,
      'backproof',
      seen({
        written: { ...seen().written, settings: { archive_command: '/usr/local/bin/archive %p' } },
      }),
      PASSPHRASE,
    );
    expect(plan.settings.map(({ name }) => name)).toEqual(['archive_timeout']);
    expect(plan.waiting).toEqual([]);
    expect(plan.byHand.join()).toContain("ALTER SYSTEM SET archive_mode = 'on';");
  });

  it('is an archive_library, beside which no command is set', () => {
    const plan = planFor({ archive_library: 'basic_archive', archive_command: '' });
    expect(plan.settings).toEqual([]);
    expect(plan.byHand.join()).toMatch(
      /archive_library is "basic_archive".*\n {2}ALTER SYSTEM SET archive_library = '';\n {2}ALTER SYSTEM SET archive_command/,
    );
  });

  it('is not a command that keeps nothing: that is replaced', () => {
    const plan = planFor({ archive_command: '/bin/true' });
    expect(plan.settings.map(({ name }) => name)).toEqual(['archive_command']);
    expect(plan.byHand).toEqual([]);
  });
});

describe('a repository that does not show the stanza', () => {
  const info = {
    message: '',
    backups: [],
    archives: [],
    systemIdentifier: null,
    version: '',
    isEncrypted: false,
  };
  const described = '[shop]\npg1-path=/var/lib/postgresql/15/main\n';
  const unseen = seen({ configuration: { text: described, all: described } });

  it('holds none only where pgBackRest could look and says so', () => {
    expect(stanzaIn({ ...info, code: 1 })).toEqual({ exists: false, isEncrypted: false });
    for (const code of [0, 2])
      expect(stanzaIn({ ...info, code, isEncrypted: true })).toEqual({ exists: true, isEncrypted: true });
    for (const code of [3, 4, 5, 99]) expect(stanzaIn({ ...info, code })).toBeNull();
  });

  it('may be one that is not mounted, where the stanza was described before: nothing is encrypted or made', () => {
    const plan = planSetup(job, 'backproof', unseen, PASSPHRASE);
    expect(Object.keys(plan.options).filter((key) => key.startsWith('repo1'))).toEqual([]);
    expect(plan.createsStanza).toBe(false);
    expect(plan.byHand.join()).toMatch(
      /mounted\?.*\n {2}runuser -u postgres -- pgbackrest --stanza=shop .*stanza-create/,
    );
  });
});

describe('a retention that is there', () => {
  const planFor = (lines: string, exists = true) => {
    const text = `[shop]\n${lines}\n`;
    const stanza = { exists, isEncrypted: true };
    return planSetup(job, 'backproof', seen({ configuration: { text, all: text }, stanza }), PASSPHRASE);
  };
  const retentionOf = ({ options }: { options: Record<string, string> }) =>
    Object.entries(options).filter(([key]) => key.startsWith('repo1-retention'));

  it('by time is raised to the promise, and never made shorter', () => {
    const days = (count: number) => `repo1-retention-full-type=time\nrepo1-retention-full=${count}`;
    expect(retentionOf(planFor(days(6)))).toContainEqual(['repo1-retention-full', '7']);
    for (const count of [7, 30]) {
      const plan = planFor(days(count));
      expect(retentionOf(plan)).toEqual([]);
      expect(plan.byHand).toEqual([]);
    }
  });

  it('by number stays, since nobody knows how many days that is: what to write is said', () => {
    const plan = planFor('repo1-retention-full=8');
    expect(retentionOf(plan)).toEqual([]);
    expect(plan.byHand.join()).toMatch(
      /keeps 8 full backups.*\n {2}repo1-retention-full-type=time\n {2}repo1-retention-full=7$/,
    );
  });

  it('for ever is not ended for base backups that are there already', () => {
    const plan = planFor('start-fast=y');
    expect(retentionOf(plan)).toEqual([]);
    expect(plan.byHand.join()).toMatch(/keeps every base backup/);
    expect(retentionOf(planFor('start-fast=y', false))).toHaveLength(2);
  });
});

it('a cluster beside the first one is found by its port and its socket', () => {
  const { options } = planSetup(
    job,
    'backproof',
    seen({}, { port: 5433, socketFolders: '/run/second, /tmp' }),
    PASSPHRASE,
  );
  expect(options).toMatchObject({ 'pg1-port': '5433', 'pg1-socket-path': '/run/second' });
});

it('nothing secret is shown of a configuration', () => {
  const shown = withoutSecrets('[shop]\nrepo1-cipher-pass=abc\n repo1-s3-key-secret = def\npg1-path=/x\n');
  expect(shown).toBe('[shop]\nrepo1-cipher-pass=…\n repo1-s3-key-secret = …\npg1-path=/x\n');
});

describe('a plain archive directory', () => {
  const own = archiveDirectoryJob();

  it('takes a command that copies there, and a role that may make base backups', () => {
    const plan = planSetup(own, 'backproof', seen(), PASSPHRASE);
    const command = plan.settings.find(({ name }) => name === 'archive_command')!.to;
    expect(command).toContain(`cp %p ${own.store.directory}/%f.tmp`);
    expect(plan.roleSql.at(-1)).toBe('ALTER ROLE "backproof" REPLICATION;');
    expect(plan).toMatchObject({ options: {}, createsStanza: false });
    expect(plan.notes.join()).toContain(`ReadWritePaths=${own.store.directory}`);
  });

  it('that pg_receivewal fills needs nothing from the server but its log', () => {
    const plan = planSetup(own, 'backproof', seen({}, { receivers: 1 }), PASSPHRASE);
    expect(plan.settings.map(({ name }) => name)).toEqual(['archive_timeout']);
    const minimal = {
      archive_mode: 'off',
      wal_level: 'minimal',
      max_wal_senders: '0',
      archive_timeout: '60',
    };
    const { settings } = planSetup(
      own,
      'backproof',
      seen({}, { receivers: 1, settings: minimal }),
      PASSPHRASE,
    );
    expect(settings.map(({ name }) => name)).toEqual(['wal_level', 'max_wal_senders']);
  });
});
