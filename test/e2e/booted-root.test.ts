/**
 * The units as they are installed, on a booted Debian: the agent backs up a file that only root can read,
 * without being root; systemd restarts it when it hangs.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
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
const POLL = { timeout: 60_000, interval: 200 };
/** Shorter than the unit's minute, and long enough for the scheduler's tick every five seconds. */
const WATCHDOG = '15s';

/** systemd.exec(5), DynamicUser=. */
const DYNAMIC_UID_MIN = 61_184;
const DYNAMIC_UID_MAX = 65_519;

const ONLY_ROOT_READS = `a secret of root: ${randomBytes(16).toString('hex')}\n`;
const PASSPHRASE = randomBytes(16).toString('hex');

const COLLECTOR_YAML = `\
data: /var/lib/backproof-collector
listen: { agents: "127.0.0.1:7443", enrollment: "127.0.0.1:7444", web: "0.0.0.0:8443" }
`;

const AGENT_YAML = `\
collector: wss://localhost:7443
timezone: UTC
repositories:
  local: { borg: /srv/borg/web1, passphrase_file: /etc/backproof/keys/local }
jobs:
  files:
    kind: files
    repository: local
    schedule: { cron: "0 2 * * *", finish_within: 6h }
    paths: [/srv/private, /home]
    dump_crontabs: true
`;

/** Each user's crontab, with a mark of its own; the home of www-data belongs to root. */
const CRONTAB_OWNERS = { root: '/root', alice: '/home/alice', 'www-data': '/var/www' };
const crontabOf = (user: string) => `0 3 * * * /usr/local/bin/nightly-of-${user}\n`;

const why = cannotMakeRoot();
if (why) console.warn(`booted-root is skipped: ${why}`);

// Needs root, debootstrap and systemd-nspawn; scripts/test installs the latter two.
describe.skipIf(why !== null)('on a booted Debian', () => {
  let root: DebianRoot;
  let machine: BootedRoot;

  beforeAll(async () => {
    root = await makeRoot();
    await exec(INSTALL, ['--root', root.folder]);
    root.put('etc/backproof/collector.yaml', COLLECTOR_YAML, 0o644);
    root.put('etc/backproof/agent.yaml', AGENT_YAML, 0o644);
    root.put('etc/backproof/keys/local', `${PASSPHRASE}\n`, 0o600);
    root.put('srv/private/only-root.txt', ONLY_ROOT_READS, 0o600);
    root.put('home/lost+found/file', 'a home that belongs to nobody\n', 0o600);
    chmodSync(join(root.folder, 'srv/private'), 0o700);
    const dropIns = 'etc/systemd/system/backproof-agent.service.d';
    root.put(
      `${dropIns}/test.conf`,
      `[Service]\nReadWritePaths=/srv/borg\nWatchdogSec=${WATCHDOG}\nRestartSec=1s\n`,
      0o644,
    );
    machine = await BootedRoot.boot(root.folder);
  }, PREPARE_MAX_MS);

  afterAll(async () => {
    await machine?.stop();
    root?.remove();
  });

  async function shown(unit: string, property: string): Promise<string> {
    return (
      await machine.run(['systemctl', 'show', '--value', `--property=${property}`, unit])
    ).stdout.trim();
  }

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

  it(
    'the collector comes up as a user that exists only while it runs',
    () =>
      journalOnFailure(async () => {
        await machine.run([
          ...['backproof-collector', 'init', '--data', '/var/lib/backproof-collector', '--host', 'localhost'],
        ]);
        await machine.run(['systemctl', 'start', 'backproof-collector']);
        expect(await shown('backproof-collector', 'ActiveState')).toBe('active');
        expect(await shown('backproof-collector', 'WatchdogUSec')).toBe('1min');
        const uid = Number(
          await machine.shell(`stat -c %u /proc/${await shown('backproof-collector', 'MainPID')}`),
        );
        expect(uid).toBeGreaterThanOrEqual(DYNAMIC_UID_MIN);
        expect(uid).toBeLessThanOrEqual(DYNAMIC_UID_MAX);
        // The collector's own look at its folder, addresses and database, while it runs.
        const doctor = await machine.run(['backproof-collector', 'check', '--json'], { anyExit: true });
        const problems = (JSON.parse(doctor.stdout) as { about: string; ok: boolean }[]).filter(
          (one) => !one.ok,
        );
        expect(problems.map(({ about }) => about)).toEqual(['receivers']);
      }),
    STORY_MAX_MS,
  );

  it(
    'the agent, enrolled by the printed line, backs up what only root can read, and the collector knows',
    () =>
      journalOnFailure(async () => {
        const line = await machine.shell(
          'backproof-collector enroll web1 --customer acme --data /var/lib/backproof-collector',
        );
        await machine.shell(line.trim());
        await machine.shell(
          'install -d -o backproof -g backproof /srv/borg && ' +
            `setpriv --reuid=backproof --regid=backproof --clear-groups env HOME=/tmp BORG_PASSPHRASE=${PASSPHRASE} ` +
            'borg init --encryption=repokey /srv/borg/web1',
        );
        await machine.run(['systemctl', 'start', 'backproof-agent']);
        expect(await shown('backproof-agent', 'ActiveState')).toBe('active');
        expect(await shown('backproof-agent', 'WatchdogUSec')).toBe(WATCHDOG);
        expect(await shown('backproof-agent', 'User')).toBe('backproof');

        await machine.run(['backproof-agent', 'start', 'files', '--wait']);
        const restored = await machine.shell(
          `export BORG_PASSPHRASE=${PASSPHRASE} HOME=/tmp/root BORG_RELOCATED_REPO_ACCESS_IS_OK=yes\n` +
            'name=$(borg list --short --last 1 /srv/borg/web1)\n' +
            'borg extract --stdout "/srv/borg/web1::$name" srv/private/only-root.txt',
        );
        expect(restored).toBe(ONLY_ROOT_READS);

        const ask = ['--host', 'web1', '--json', '--data', '/var/lib/backproof-collector'];
        await vi.waitFor(async () => {
          const runs = await machine.run(['backproof-collector', 'runs', ...ask]);
          expect(JSON.parse(runs.stdout)).toMatchObject([
            { host: 'web1', job: 'files', outcome: 'succeeded' },
          ]);
          const jobs = await machine.run(['backproof-collector', 'jobs', ...ask]);
          expect(JSON.parse(jobs.stdout)).toMatchObject([
            { host: 'web1', customer: 'acme', job: 'files', assurances: { onTime: { state: 'ok' } } },
          ]);
        }, POLL);
      }),
    STORY_MAX_MS,
  );

  it(
    'every crontab is in its home, its user’s alone, and in the archive, also from homes outside the paths',
    () =>
      journalOnFailure(async () => {
        await machine.shell(
          'useradd --create-home alice && mkdir -p /var/www && printf "" >/srv/private/empty && ' +
            Object.keys(CRONTAB_OWNERS)
              .map((user) => `printf '%s' '${crontabOf(user)}' | crontab -u ${user} -`)
              .join(' && '),
        );
        // A link that was laid where root, were it to write, would overwrite what nobody may.
        await machine.shell(
          'ln -s /etc/shadow /home/alice/.crontab-dump && chown -h alice: /home/alice/.crontab-dump',
        );
        const before = await machine.shell('sha256sum /etc/shadow');
        await machine.run(['backproof-agent', 'start', 'files', '--wait']);
        expect(await machine.shell('sha256sum /etc/shadow')).toBe(before);
        for (const [user, home] of Object.entries(CRONTAB_OWNERS)) {
          expect(await machine.shell(`stat -c '%U %a %F' ${home}/.crontab-dump`)).toBe(
            `${user} 600 regular file\n`,
          );
          const archived = await machine.shell(
            `export BORG_PASSPHRASE=${PASSPHRASE} HOME=/tmp/root BORG_RELOCATED_REPO_ACCESS_IS_OK=yes\n` +
              'name=$(borg list --short --last 1 /srv/borg/web1)\n' +
              `borg extract --stdout "/srv/borg/web1::$name" ${home.slice(1)}/.crontab-dump`,
          );
          expect(archived).toContain(crontabOf(user));
        }
        await machine.shell('crontab -u alice -r');
        await machine.run(['backproof-agent', 'start', 'files', '--wait']);
        expect(await machine.shell('ls -A /home/alice | grep crontab || true')).toBe('');
      }),
    STORY_MAX_MS,
  );

  it(
    'a crontab that cannot be dumped is a warning that names its user; so is a dump that nobody makes',
    () =>
      journalOnFailure(async () => {
        await machine.shell(
          `useradd --no-create-home --home-dir /nowhere bob && printf '%s' '${crontabOf('bob')}' | crontab -u bob -`,
        );
        const run = async () =>
          JSON.parse((await machine.run(['backproof-agent', 'start', 'files', '--wait', '--json'])).stdout);
        expect(await run()).toMatchObject({
          outcome: 'warning',
          reason: expect.stringContaining('the crontab of bob: the home /nowhere does not exist'),
          recoveryPoints: [{ subject: '' }],
        });
        await machine.run(['systemctl', 'stop', 'backproof-crontabs.socket']);
        // As whoever made the key by hand should have left it.
        await machine.shell('chown backproof: /etc/backproof/keys/local');
        const doctor = [
          'setpriv',
          '--reuid=backproof',
          '--regid=backproof',
          '--clear-groups',
          'backproof-agent',
          'check',
        ];
        expect((await machine.run(doctor, { anyExit: true })).stdout).toContain('crontabs cannot be dumped');
        expect(await run()).toMatchObject({
          outcome: 'warning',
          reason: expect.stringContaining('the crontabs were not dumped: /run/backproof-crontabs.sock'),
          recoveryPoints: [{ subject: '' }],
        });
        await machine.run(['systemctl', 'start', 'backproof-crontabs.socket']);
        await machine.shell('crontab -u bob -r');
        expect(await run()).toMatchObject({ outcome: 'succeeded' });
      }),
    STORY_MAX_MS,
  );

  it(
    'who is in no group of the agent may not have crontabs dumped',
    async () => {
      const stranger = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'];
      const asked = await machine.run([...stranger, 'backproof-agent', 'dump-crontabs'], { anyExit: true });
      expect(asked.stdout).toBe('');
      expect(asked.stderr).toMatch(/cannot be asked: .*EACCES/);
    },
    STORY_MAX_MS,
  );

  it(
    'who is in the group of the agent may speak to it, others cannot even reach its socket',
    () =>
      journalOnFailure(async () => {
        const nobody = ['setpriv', '--reuid=nobody', '--regid=nogroup'];
        const status = ['backproof-agent', 'status', '--json'];
        const member = await machine.run([...nobody, '--groups=backproof', ...status]);
        expect(JSON.parse(member.stdout)).toMatchObject({ host: 'web1' });
        const stranger = await machine.run([...nobody, '--clear-groups', ...status], { anyExit: true });
        expect(stranger.stdout).toBe('');
        expect(stranger.stderr).toMatch(/may not be opened/);
      }),
    STORY_MAX_MS,
  );

  it(
    'systemd restarts an agent that hangs',
    () =>
      journalOnFailure(async () => {
        const before = await shown('backproof-agent', 'MainPID');
        await machine.run(['systemctl', 'kill', '--signal=SIGSTOP', '--kill-who=main', 'backproof-agent']);
        await vi.waitFor(async () => {
          expect(await shown('backproof-agent', 'NRestarts')).toBe('1');
          expect(await shown('backproof-agent', 'ActiveState')).toBe('active');
        }, POLL);
        expect(await shown('backproof-agent', 'MainPID')).not.toBe(before);
        const { stdout } = await machine.run(['journalctl', '--no-pager', '--unit=backproof-agent']);
        expect(stdout).toMatch(/Watchdog timeout/);
      }),
    STORY_MAX_MS,
  );
});
