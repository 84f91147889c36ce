import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type AdoptCommand, adoptBorgmatic } from '../../../../agent/commands/adopt.ts';
import { loadConfig } from '../../../../agent/config.ts';
import { checkJob } from '../../../../agent/engines/index.ts';
import { temporaryFolder } from '../../../support/folder.ts';

/** As Debian 12's borgmatic 1.7 writes it. */
const SECTIONED = `
location:
    source_directories: [/etc, /home, /var/log/syslog*]
    repositories:
        - ssh://acme@storage.example.net/./web1
        - /srv/borg/{hostname}
    exclude_patterns: ['*/cache/*', 'sh:/home/*/.cache']
    exclude_from: [/etc/borgmatic/excludes]
storage:
    encryption_passcommand: cat "/etc/borg key"
    ssh_command: ssh -i /etc/ssh/borg
    upload_rate_limit: 500
    lock_wait: 30
    archive_name_format: '{hostname}-home-{now}'
retention:
    keep_daily: 7
    keep_monthly: 6
consistency:
    checks: [repository]
hooks:
    before_backup: [echo hello]
    healthchecks: https://hc-ping.com/your-uuid-here
    postgresql_databases:
        - name: all
          hostname: db1
          username: postgres
          password: secret
    mysql_databases:
        - name: cms
`;

/** As borgmatic 1.8 and 2.0 have it. */
const FLAT = `
constants: {user: foo}
repositories:
    - {path: 'ssh://acme@storage.example.net/./web1', label: storage}
source_directories: [/srv]
encryption_passphrase: "its secret"
archive_name_format: 'srv[1]-{now:%Y}-{hostname}'
keep_within: 2w
patterns: ['R /srv', '- /srv/tmp']
commands:
    - {before: everything, run: [echo]}
sqlite_databases: [{name: x, path: /x.db}]
exclude_patterns: !include excludes.yaml
`;

function adopted(text: string, change: Partial<AdoptCommand> = {}) {
  const root = temporaryFolder();
  const file = join(root, 'config.yaml');
  writeFileSync(file, text);
  const command = {
    files: [file],
    takeOver: false,
    keys: join(root, 'keys'),
    writeKeys: false,
    host: 'web1',
    root,
  };
  const printed = adoptBorgmatic({ ...command, ...change });
  return { root, file, printed, read: parse(printed) };
}

/** What our own agent makes of it. */
async function accepted(root: string, printed: string) {
  const file = join(root, 'agent.yaml');
  writeFileSync(file, `collector: wss://backup.example.net:7443\n${printed}`);
  return loadConfig(file, checkJob);
}

describe('watching', () => {
  test('each repository gets a job that misses the archives borgmatic makes there', async () => {
    const { root, read, printed } = adopted(SECTIONED);
    expect(read.jobs.web1).toEqual({
      kind: 'observed',
      repository: 'web1',
      archive_prefix: 'web1-home-',
      longest_silence: '26h',
      keep: '7d',
    });
    expect(read.repositories.web1).toEqual({
      borg: 'ssh://acme@storage.example.net/./web1',
      passphrase_command: ['cat', '/etc/borg key'],
      lock_wait: '30s',
      upload_limit: '500KiB',
      ssh_command: 'ssh -i /etc/ssh/borg',
    });
    expect(read.repositories['web1-2'].borg).toBe('/srv/borg/web1');
    const config = await accepted(root, printed);
    expect(config.jobs.map(({ kind }) => kind)).toEqual(['observed', 'observed']);
  });

  test('what it cannot carry over it names, file by file', () => {
    const { printed, file } = adopted(SECTIONED);
    for (const key of ['exclude_from', 'keep_monthly', 'checks', 'before_backup', 'password of all'])
      expect(printed).toContain(`#   ${file}: ${key}: `);
    expect(printed).not.toContain('secret');
    expect(printed).not.toContain(`${file}: healthchecks`);
  });

  test('borgmatic’s own hook is shown as the other way, in its own form', () => {
    expect(adopted(SECTIONED).printed).toContain('#   hooks:\n#       healthchecks:\n#           ping_url: ');
    expect(adopted(FLAT).printed).toContain('#   healthchecks:\n#       ping_url: ');
  });

  test('the flat form is read as well, and its passphrase stays out of the output', async () => {
    const { root, read, printed, file } = adopted(FLAT, { writeKeys: true });
    const key = join(root, 'keys/storage');
    expect(read.repositories.storage).toEqual({
      borg: 'ssh://acme@storage.example.net/./web1',
      passphrase_file: key,
    });
    expect(read.jobs.storage).toMatchObject({ archive_glob: 'srv[[]1]-*-web1', keep: '14d' });
    expect(printed).not.toContain('its secret');
    expect([readFileSync(key, 'utf8'), statSync(key).mode & 0o777]).toEqual(['its secret\n', 0o600]);
    for (const what of ['constants', 'patterns', 'commands', 'sqlite_databases', '!include excludes.yaml'])
      expect(printed).toContain(`${file}: ${what}: `);
    await accepted(root, printed);
  });

  test('two files that share a repository share its entry, and a secret is never written over another', () => {
    const { root, file } = adopted(FLAT);
    const other = join(root, 'other.yaml');
    writeFileSync(other, FLAT.replace('srv[1]', 'other'));
    const command = {
      files: [file, other],
      takeOver: false,
      keys: join(root, 'k'),
      writeKeys: true,
      host: 'web1',
      root,
    };
    const read = parse(adoptBorgmatic(command));
    expect(Object.keys(read.repositories)).toEqual(['storage']);
    expect(Object.keys(read.jobs)).toEqual(['storage', 'storage-2']);
    expect(() => adoptBorgmatic(command)).toThrow(/cannot be written: EEXIST/);
  });

  test('what is no configuration of borgmatic is refused in words', () => {
    for (const text of ['', 'a: 1', '- x', 'repositories: 7', 'a: [', '\u0000'])
      expect(() => adopted(text), JSON.stringify(text)).toThrow(/names no repository|config\.yaml: /);
    const read = { files: ['/none.yaml'], takeOver: false, keys: '/k', writeKeys: false, host: 'h' };
    expect(() => adoptBorgmatic(read)).toThrow(/cannot be read/);
  });
});

describe('taking over', () => {
  test('makes files and dump jobs, and leaves wildcards to a person', async () => {
    const { root, read, printed, file } = adopted(SECTIONED.replace('        - /srv/borg/{hostname}\n', ''), {
      takeOver: true,
    });
    expect(read.jobs.files).toMatchObject({
      kind: 'files',
      paths: ['/etc', '/home'],
      exclude: ['*/cache/*', 'sh:/home/*/.cache'],
      keep: '7d',
    });
    expect(read.jobs.postgres).toMatchObject({
      kind: 'postgres-dump',
      databases: 'all',
      connection: { host: 'db1', user: 'postgres' },
    });
    expect(read.jobs.mysql).toMatchObject({ kind: 'mysql-dump', databases: ['cms'] });
    expect(printed).toContain(`${file}: source /var/log/syslog*: write it out`);
    const config = await accepted(root, printed);
    expect(config.jobs).toHaveLength(3);
  });
});

describe('the silence it allows', () => {
  test('is a day, the time of a run and the hour of a clock change for what runs daily', () => {
    const root = temporaryFolder();
    const config = join(root, 'my.yaml');
    writeFileSync(config, FLAT);
    mkdirSync(join(root, 'etc/cron.d'), { recursive: true });
    const table = join(root, 'etc/cron.d/borgmatic');
    const jobs = () => {
      const command = { files: [config], takeOver: false, keys: '/k', writeKeys: false, host: 'h', root };
      return parse(adoptBorgmatic(command)).jobs.storage.longest_silence;
    };
    writeFileSync(table, `0 3 * * * root borgmatic -c ${config} --verbosity 0\n`);
    expect(jobs()).toBe('1d3h');
    writeFileSync(table, `@weekly root /usr/bin/borgmatic --config=${config}\n`);
    expect(jobs()).toBe('7d3h');
  });

  test('comes from an enabled timer, its random delay included', () => {
    const timer = '[Timer]\nOnCalendar=daily\nPersistent=true\nRandomizedDelaySec=3h\n';
    const root = temporaryFolder();
    const config = join(root, 'my.yaml');
    writeFileSync(config, FLAT);
    const units = join(root, 'usr/lib/systemd/system');
    mkdirSync(units, { recursive: true });
    writeFileSync(join(units, 'borgmatic.timer'), timer);
    writeFileSync(
      join(units, 'borgmatic.service'),
      `[Service]\nExecStart=systemd-inhibit --why=x /usr/bin/borgmatic -c ${config}\n`,
    );
    const command = { files: [config], takeOver: false, keys: '/k', writeKeys: false, host: 'h', root };
    const said = () => parse(adoptBorgmatic(command)).jobs.storage.longest_silence;
    expect(said()).toBe('26h');
    const wants = join(root, 'etc/systemd/system/timers.target.wants');
    mkdirSync(wants, { recursive: true });
    symlinkSync('/lib/systemd/system/borgmatic.timer', join(wants, 'borgmatic.timer'));
    expect(said()).toBe('1d6h');
  });
});
