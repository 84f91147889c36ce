/** Faults of keys, and of repositories that are not what they were. borg itself objects to none but the first. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { shortId } from '../../../proto/repository.ts';
import { CUSTOMER, type Host, type HostSettings, type Lab, NOT_TODAY } from './lab.ts';
import { promised } from './sources.ts';
import { brokenRun, healthy, outcomeProblems, pagedOrNot, runNow, twinProblems } from './steps.ts';
import type { Fault, Injected } from './types.ts';

const RUN_ENDED = 'the run ended, by the agent’s record';
const ALLOWED_SECONDS = 2;
const OTHER_CUSTOMER = 'globex';

const filesJob: HostSettings = {
  jobs: (host) => ({
    files: { kind: 'files', repository: 'main', schedule: NOT_TODAY, paths: [host.tree] },
  }),
};

/** borg, as an administrator of the storage host uses it. */
function borgOfStorage(lab: Lab, passphrase: string, ...args: string[]): void {
  execFileSync('borg', args, {
    env: {
      ...process.env,
      BORG_BASE_DIR: join(lab.storage.folder, 'borg-of-storage'),
      BORG_PASSPHRASE: passphrase,
    },
    stdio: 'ignore',
  });
}

function borgIdOf(path: string): string {
  return /^id = ([0-9a-f]{64})$/m.exec(readFileSync(join(path, 'config'), 'utf8'))![1]!;
}

const keyOfAnother: Fault = {
  name: 'key-of-another-customer',
  done: 'the passphrase of another customer is put in the place of the host’s own',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'its passphrase is its own customer’s',
  takesSeconds: 15,
  async inject(lab) {
    const pair = await lab.hosts(this.name, filesJob);
    const other = await lab.storage.createRepository(OTHER_CUSTOMER, this.name);
    const breaks = () => copyFileSync(other.passphraseFile, pair.host.repository!.passphraseFile);
    return brokenRun(lab, { ...pair, ...promised(this), paths: [pair.host.tree], breaks });
  },
};

const passphraseReadable: Fault = {
  name: 'passphrase-readable',
  done: 'the passphrase file becomes readable by everybody (0644) while the agent runs',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'its passphrase file stays at 0600',
  takesSeconds: 15,
  async inject(lab) {
    const pair = await lab.hosts(this.name, filesJob);
    const breaks = () => chmodSync(pair.host.repository!.passphraseFile, 0o644);
    return brokenRun(lab, { ...pair, ...promised(this), paths: [pair.host.tree], breaks });
  },
};

const repositoryReplaced: Fault = {
  name: 'repository-replaced',
  done: 'an empty repository with the same passphrase takes the place of the old one on the storage host',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'its repository is the one it was',
  takesSeconds: 18,
  async inject(lab) {
    const pair = await lab.hosts(this.name, filesJob);
    const { path, passphrase } = pair.host.repository!;
    const breaks = () => {
      renameSync(path, `${path}.away`);
      borgOfStorage(lab, passphrase, 'init', '--encryption', 'repokey-blake2', path);
    };
    return brokenRun(lab, { ...pair, ...promised(this), paths: [pair.host.tree], breaks });
  },
};

/** A run that succeeds, and a page about the repository it went to; the twin runs as well. */
async function unsafeKey(
  fault: Fault,
  host: Host,
  twin: Host,
  subject: string,
  breaks: () => Promise<void>,
): Promise<Injected> {
  await healthy(host);
  const earliestMs = Date.now();
  await breaks();
  const run = await runNow(host);
  const knownAtMs = Date.parse(run.finishedAt!);
  await pagedOrNot(host, fault.rule!, subject, knownAtMs + fault.allowedSeconds * 1_000);
  return {
    pages: host.installation.pager.pages,
    host: host.agent.host,
    subject,
    twins: [twin.agent.host],
    earliestMs,
    knownAtMs,
    problems: [...outcomeProblems(host, 'files', run), ...(await twinProblems(twin))],
  };
}

/** Other repositories in the host's agent.yaml, taken by a restart of its agent. */
async function useRepository(lab: Lab, host: Host, main: Record<string, unknown>): Promise<void> {
  host.agent.settings.config.repositories = { main };
  await lab.reconfigure(host, filesJob.jobs);
}

const repositoryUnencrypted: Fault = {
  name: 'repository-unencrypted',
  done: 'a host moves to a repository without encryption, and its configuration says so; runs succeed',
  rule: 'key_unsafe',
  severity: 'warning',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'its repository is encrypted',
  takesSeconds: 25,
  async inject(lab) {
    const { host, twin } = await lab.hosts(this.name, filesJob);
    const { url, path, sshCommand } = host.repository!;
    borgOfStorage(lab, '', 'init', '--encryption', 'none', `${path}.open`);
    const subject = `repository:${CUSTOMER}/${shortId(borgIdOf(`${path}.open`))}`;
    return unsafeKey(this, host, twin, subject, () =>
      useRepository(lab, host, { borg: `${url}.open`, ssh_command: sshCommand, unencrypted: true }),
    );
  },
};

const repositoryShared: Fault = {
  name: 'repository-of-two-customers',
  done: 'a host of another customer is given a customer’s repository, ssh key and passphrase; runs succeed',
  rule: 'key_unsafe',
  severity: 'warning',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'of the same other customer, with a repository of its own',
  takesSeconds: 30,
  async inject(lab) {
    const { host, twin } = await lab.hosts(this.name, { ...filesJob, customer: OTHER_CUSTOMER });
    const owner = await lab.host(`${this.name}-owner`, filesJob);
    await lab.start(owner);
    await healthy(owner);
    const { url, path, sshCommand, passphraseFile } = owner.repository!;
    const main = { borg: url, ssh_command: sshCommand, passphrase_file: passphraseFile };
    const subject = `repository:${shortId(borgIdOf(path))}`;
    return unsafeKey(this, host, twin, subject, () => useRepository(lab, host, main));
  },
};

export const keyFaults: Fault[] = [
  keyOfAnother,
  passphraseReadable,
  repositoryReplaced,
  repositoryUnencrypted,
  repositoryShared,
];
