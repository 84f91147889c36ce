/**
 * Point-in-time recovery on a booted Debian, as its packages install it: PostgreSQL's cluster 15/main, pgBackRest as
 * `postgres`, and an agent that is neither. Nothing is prepared but what docs/operations.md says.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cannotMakeRoot, type DebianRoot, makeRoot } from '../support/debian-root.ts';
import { BootedRoot } from '../support/nspawn.ts';

const exec = promisify(execFile);

const INSTALL = join(import.meta.dirname, '../../scripts/install');
/** The first time, debootstrap and the build of dist/ are part of it. */
const PREPARE_MAX_MS = 10 * 60_000;
const STORY_MAX_MS = 120_000;
/** A sample is a minute's. */
const POLL = { timeout: 100_000, interval: 500 };

const COLLECTOR_DATA = '/var/lib/backproof-collector';
const COLLECTOR_YAML = `\
data: ${COLLECTOR_DATA}
listen: { agents: "127.0.0.1:7443", enrollment: "127.0.0.1:7444", web: "http://127.0.0.1:8443" }
`;
const AGENT_YAML = `\
collector: wss://localhost:7443
timezone: UTC
repositories:
  acme: { borg: /srv/borg, passphrase_file: /etc/backproof/keys/acme }
jobs:
  shop-pitr:
    kind: postgres-pitr
    stanza: shop
    schedule: { cron: "0 2 * * *", finish_within: 6h }
    connection: { host: /var/run/postgresql, user: backproof }
    keep: 7d
  files: { kind: files, repository: acme, paths: [/srv], schedule: { cron: "0 3 * * *", finish_within: 1h } }
`;

const why = cannotMakeRoot();
if (why) console.warn(`booted-pitr is skipped: ${why}`);

// Needs root, debootstrap and systemd-nspawn; scripts/test installs the latter two.
describe.skipIf(why !== null)('point-in-time recovery on a booted Debian', () => {
  let root: DebianRoot;
  let machine: BootedRoot;

  beforeAll(async () => {
    root = await makeRoot();
    await exec(INSTALL, ['--root', root.folder]);
    root.put('etc/backproof/collector.yaml', COLLECTOR_YAML, 0o644);
    root.put('etc/backproof/agent.yaml', AGENT_YAML, 0o644);
    // Only the agent may read it: the unit that is postgres has to do without.
    root.put('etc/backproof/keys/acme', `${randomBytes(16).toString('hex')}\n`, 0o600);
    machine = await BootedRoot.boot(root.folder);
    await machine.run(['pg_createcluster', '15', 'main', '--start']);
    await machine.shell('chown backproof: /etc/backproof/keys /etc/backproof/keys/acme');
    await machine.run(['backproof-collector', 'init', '--data', COLLECTOR_DATA, '--host', 'localhost']);
    await machine.run(['systemctl', 'start', 'backproof-collector']);
    const enroll = `backproof-collector enroll web1 --customer acme --data ${COLLECTOR_DATA}`;
    await machine.shell((await machine.shell(enroll)).trim());
  }, PREPARE_MAX_MS);

  afterAll(async () => {
    await machine?.stop();
    root?.remove();
  });

  async function journalOnFailure<T>(story: () => Promise<T>): Promise<T> {
    try {
      return await story();
    } catch (error) {
      const journal = await machine.run(['journalctl', '--no-pager', '--unit=backproof-*'], {
        anyExit: true,
      });
      throw new Error(`${(error as Error).message}\n\nthe journal:\n${journal.stdout}`);
    }
  }

  const asPostgres = (script: string) =>
    machine.run(['runuser', '-u', 'postgres', '--', 'sh', '-euc', script]);
  const sql = async (text: string) => (await asPostgres(`psql -XAtqc "${text}"`)).stdout.trim();

  const check = async (argv: string[] = []) => {
    const said = await machine.run([...argv, 'backproof-agent', 'check', '--json'], { anyExit: true });
    const all: { level: string; subject: string; what: string }[] = JSON.parse(said.stdout);
    const own = all.filter(({ subject, what }) => subject === 'job shop-pitr' && !what.startsWith('due '));
    return own.map(({ level, what }) => [level, what]);
  };

  it(
    'is set up by one command and a restart, and the doctor looks with the eyes of the agent',
    () =>
      journalOnFailure(async () => {
        const before = await check();
        expect(before.map(([, what]) => what)).toEqual([
          expect.stringMatching(/PostgreSQL at .* does not let this user in|role "backproof" does not exist/),
          expect.stringContaining('has no stanza shop'),
        ]);
        const setup = await machine.run(['backproof-agent', 'pitr', 'setup', 'shop-pitr', '--apply']);
        expect(setup.stdout).toContain('systemctl restart postgresql@15-main');
        await machine.run(['systemctl', 'restart', 'postgresql@15-main']);
        const again = await machine.run(['backproof-agent', 'pitr', 'setup', 'shop-pitr', '--apply']);
        expect(again.stdout.trim()).toBe('Nothing is missing for job shop-pitr.');
        await machine.run(['systemctl', 'start', 'backproof-agent']);
        expect(await check()).toEqual([['warning', expect.stringContaining('no base backup yet')]]);
        // Without the capability of the unit the configuration, with its passphrase, is closed to the agent's user.
        const bare = ['setpriv', '--reuid=backproof', '--regid=backproof', '--clear-groups'];
        expect(await check(bare)).toEqual([['failure', expect.stringContaining('Permission denied')]]);
      }),
    STORY_MAX_MS,
  );

  it(
    'a base backup is made as postgres for an agent that is not, and seen in the repository',
    () =>
      journalOnFailure(async () => {
        const run = await machine.run(['backproof-agent', 'start', 'shop-pitr', '--wait', '--json']);
        expect(JSON.parse(run.stdout)).toMatchObject({
          outcome: 'succeeded',
          reason: expect.stringMatching(/^full backup .* of stanza shop, seen in the repository/),
        });
        expect(await machine.shell('stat -c %U /var/lib/pgbackrest/backup/shop/latest')).toBe('postgres\n');
        expect(await check()).toEqual([['ok', expect.stringContaining('archives into stanza shop')]]);
      }),
    STORY_MAX_MS,
  );

  it(
    'the watch sees both witnesses, and exposure is judged',
    () =>
      journalOnFailure(async () => {
        await sql('create table t as select 1; select pg_switch_wal()');
        const ask = ['--host', 'web1', '--json', '--data', COLLECTOR_DATA];
        await vi.waitFor(async () => {
          const jobs = await machine.run(['backproof-collector', 'jobs', ...ask]);
          expect(
            JSON.parse(jobs.stdout).find(({ job }: { job: string }) => job === 'shop-pitr'),
          ).toMatchObject({
            assurances: {
              receiving: {
                state: 'ok',
                reason: expect.stringContaining('Every change is in the repository'),
              },
              onTime: { state: 'ok' },
            },
          });
        }, POLL);
      }),
    STORY_MAX_MS,
  );

  it(
    'the unit makes no other backup than that of a PITR job, and answers nobody outside the agent’s group',
    () =>
      journalOnFailure(async () => {
        const nobody = ['setpriv', '--reuid=nobody', '--regid=nogroup'];
        const asked = async (groups: string, job: string) =>
          (await machine.run([...nobody, groups, 'backproof-agent', 'base-backup', job], { anyExit: true }))
            .stderr;
        expect(await asked('--clear-groups', 'shop-pitr')).toMatch(/can be asked for: .*EACCES/);
        expect(await asked('--groups=backproof', 'files')).toContain('has no job files whose base backups');
        expect(await asked('--groups=backproof', 'shop-pitr --repo1-path=/tmp/mine')).toContain(
          'was refused',
        );
      }),
    STORY_MAX_MS,
  );

  it(
    'a base backup ends with the agent that asked for it',
    () =>
      journalOnFailure(async () => {
        // pgBackRest waits for the last segment of its backup.
        await sql("alter system set archive_command = 'sleep 1000 # in place of pgbackrest'");
        await sql('select pg_reload_conf()');
        // The brackets keep what searches from finding itself.
        const backups = () => machine.shell("grep -lsa 'type=[i]ncr' /proc/[0-9]*/cmdline || true");
        await machine.run(['backproof-agent', 'start', 'shop-pitr']);
        await vi.waitFor(async () => expect(await backups()).not.toBe(''), POLL);
        await machine.run(['systemctl', 'stop', 'backproof-agent']);
        await vi.waitFor(async () => expect(await backups()).toBe(''), POLL);
        const units = await machine.run([
          'systemctl',
          'list-units',
          '--plain',
          '--no-legend',
          'backproof-base-backup@*',
        ]);
        expect(units.stdout).toBe('');
      }),
    STORY_MAX_MS,
  );
});
