/**
 * Point-in-time recovery on a booted Debian, as its packages install it: PostgreSQL's cluster 15/main, pgBackRest as
 * `postgres`, and an agent that is neither. Nothing is prepared but what docs/operations.md says.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
    const put = (path: string, content: string, mode: number) => {
      const file = join(root.folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      chmodSync(file, mode);
    };
    put('etc/backproof/collector.yaml', COLLECTOR_YAML, 0o644);
    put('etc/backproof/agent.yaml', AGENT_YAML, 0o644);
    // Only the agent may read it: the unit that is postgres has to do without.
    put('etc/backproof/keys/acme', `${randomBytes(16).toString('hex')}\n`, 0o600);
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

  it(
    'is set up by one command and a restart, and the doctor agrees',
    () =>
      journalOnFailure(async () => {
        await machine.shell(
          [
            "printf '[global]\\nrepo1-path=/var/lib/pgbackrest\\nstart-fast=y\\n[shop]\\npg1-path=/var/lib/postgresql/15/main\\nrepo1-cipher-type=aes-256-cbc\\nrepo1-cipher-pass=abc\\nrepo1-retention-full=2\\n' > /etc/pgbackrest.conf",
            'chown root:postgres /etc/pgbackrest.conf; chmod 640 /etc/pgbackrest.conf',
          ].join('\n'),
        );
        await sql('create role backproof login; grant pg_monitor to backproof');
        await sql("alter system set archive_mode = 'on'");
        await sql("alter system set archive_command = 'pgbackrest --stanza=shop archive-push %p'");
        await sql("alter system set archive_timeout = '60s'");
        await asPostgres('pgbackrest --stanza=shop stanza-create');
        await machine.run(['pg_ctlcluster', '15', 'main', 'restart']);
      }),
    STORY_MAX_MS,
  );

  it(
    'a base backup is made as postgres for an agent that is not, and seen in the repository',
    () =>
      journalOnFailure(async () => {
        await machine.run(['systemctl', 'start', 'backproof-agent']);
        const run = async () =>
          JSON.parse(
            (
              await machine.run(['backproof-agent', 'start', 'shop-pitr', '--wait', '--json'], {
                anyExit: true,
              })
            ).stdout,
          );
        expect(await run()).toMatchObject({
          outcome: 'succeeded',
          reason: expect.stringMatching(/^full backup .* of stanza shop, seen in the repository/),
        });
        expect(await machine.shell('stat -c %U /var/lib/pgbackrest/backup/shop/latest')).toBe('postgres\n');
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
            assurances: { receiving: { state: 'ok' }, onTime: { state: 'ok' } },
          });
        }, POLL);
      }),
    STORY_MAX_MS,
  );
});
