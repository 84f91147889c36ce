/** Faults of backups that somebody else runs: a cron line that is gone, a borgmatic that reports no more. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { run } from '../program.ts';
import { until } from '../until.ts';
import { borgmaticNeeds } from './borgmatic.ts';
import { CUSTOMER, growTree, type Host, type Lab, NOT_TODAY } from './lab.ts';
import { LEAD_MS, momentOf } from './runs.ts';
import { dueMinute, finishedRun, healthy, outcomeProblems, pagedOrNot, startRun } from './steps.ts';
import type { Fault, Injected } from './types.ts';

const SILENCE_MS = 45_000;
/** The twin's cron line runs this long before the silence would be one. */
const IN_TIME_MS = 20_000;

let made = 0;

/** What somebody's cron line runs: borg, of which the agent knows nothing. */
async function foreignBackup(host: Host): Promise<void> {
  const { url, sshCommand, passphrase } = host.repository!;
  made += 1;
  const env = { BORG_PASSPHRASE: passphrase, BORG_BASE_DIR: `${host.agent.borgBase}/foreign` };
  await run(['borg', 'create', '--rsh', sshCommand, `${url}::offsite-${made}`, host.tree], { env });
}

const cronRemoved: Fault = {
  name: 'foreign-cron-removed',
  done: 'a borg that the agent only watches (`observed`) is run no more: somebody has removed its cron line',
  rule: 'sync_silent',
  severity: 'critical',
  allowedSeconds: 2,
  from: 'the first look after the newest archive had become older than allowed',
  twin: 'its cron line goes on',
  takesSeconds: 80,
  async inject(lab) {
    // Its own collector, ended with the row: nobody goes on to make archives for the twin.
    const installation = await lab.installation(this.name);
    await installation.collector.start();
    const jobs = () => ({
      offsite: {
        kind: 'observed',
        repository: 'main',
        schedule: NOT_TODAY,
        archive_prefix: 'offsite-',
        longest_silence: `${SILENCE_MS / 1_000}s`,
      },
    });
    const { host, twin } = await lab.hosts(this.name, { installation, jobs });
    await Promise.all([foreignBackup(host), foreignBackup(twin)]);
    const newestMs = Date.now();
    const before = await Promise.all([healthy(host, 'offsite'), healthy(twin, 'offsite')]);
    await momentOf(newestMs + SILENCE_MS - IN_TIME_MS);
    await foreignBackup(twin);
    await momentOf(newestMs + SILENCE_MS + 1_000);
    await Promise.all([startRun(host, 'offsite'), startRun(twin, 'offsite')]);
    const looks = await Promise.all([
      finishedRun(host, 'offsite', before[0].id),
      finishedRun(twin, 'offsite', before[1].id),
    ]);
    const knownAtMs = Date.parse(looks[0].finishedAt!);
    const subject = `job:${host.agent.host}/offsite`;
    await pagedOrNot(host, this.rule!, subject, knownAtMs + this.allowedSeconds * 1_000);
    await installation.collector.program?.stop();
    return {
      pages: installation.pager.pages,
      host: host.agent.host,
      subject,
      twins: [twin.agent.host],
      earliestMs: newestMs + SILENCE_MS,
      knownAtMs,
      problems: [
        ...outcomeProblems(host, 'offsite', looks[0]),
        ...outcomeProblems(twin, 'offsite', looks[1]),
      ],
      wholeInstallation: true,
    };
  },
};

const PING_GRACE_SECONDS = 60;
const CLOCKS_APART_MS = 60_000;

/** The URL by which a host without an agent reports; asked again, the job is due by another schedule. */
async function pingUrl(lab: Lab, host: string, cron: string): Promise<string> {
  const { stdout } = await lab.collector.command(
    ...['ping', 'create', host, 'borgmatic', '--customer', CUSTOMER, '--config', lab.collector.configFile],
    ...['--cron', cron, '--grace', `${PING_GRACE_SECONDS}s`],
  );
  return stdout.trim();
}

/** A borgmatic that reports by its own healthchecks hook; returns what its cron line does. */
async function borgmaticHost(lab: Lab, name: string): Promise<() => Promise<void>> {
  const repository = await lab.storage.createRepository(CUSTOMER, name);
  const folder = join(lab.folder, `${name}-borgmatic`);
  const tree = join(folder, 'tree');
  growTree(tree, name);
  const config = {
    location: { source_directories: [tree], repositories: [repository.url] },
    storage: {
      encryption_passphrase: repository.passphrase,
      ssh_command: repository.sshCommand,
      borg_base_directory: folder,
    },
    retention: { keep_daily: 7 },
    hooks: { healthchecks: { ping_url: await pingUrl(lab, name, NOT_TODAY.cron) } },
  };
  const file = `${folder}.yaml`;
  writeFileSync(file, stringify(config), { mode: 0o600 });
  return async () => {
    await run(['/usr/bin/borgmatic', '--config', file, 'create']);
  };
}

const hookSilent: Fault = {
  name: 'borgmatic-hook-silent',
  done: 'a borgmatic without an agent, which reports by its `healthchecks` hook, is run no more',
  rule: 'sync_not_started',
  severity: 'critical',
  allowedSeconds: 1,
  from: `the ping was due and its grace of ${PING_GRACE_SECONDS} s had passed`,
  twin: 'its borgmatic runs in time',
  takesSeconds: 190,
  needs: borgmaticNeeds,
  async inject(lab): Promise<Injected> {
    const names = [this.name, `${this.name}-twin`];
    const [hostRuns, twinRuns] = await Promise.all(names.map((name) => borgmaticHost(lab, name)));
    await Promise.all([hostRuns!(), twinRuns!()]);
    // A ping within the minute before it is due would answer: clocks may be that far apart.
    const { dueAtMs, cron } = dueMinute(CLOCKS_APART_MS + LEAD_MS);
    await Promise.all(names.map((name) => pingUrl(lab, name, cron)));
    await momentOf(dueAtMs);
    await twinRuns!();
    const problems: string[] = [];
    const said = await lab.collector.api<{ outcome: string; startedAt: string }[]>(
      `/runs?host=${this.name}-twin&job=borgmatic&limit=1`,
    );
    if (said[0]?.outcome !== 'succeeded' || Date.parse(said[0].startedAt) < dueAtMs)
      problems.push('the twin’s borgmatic did not report a success');
    const deadlineMs = dueAtMs + PING_GRACE_SECONDS * 1_000;
    const subject = `job:${this.name}/borgmatic`;
    await until(`${this.rule} about ${subject}`, deadlineMs - Date.now() + 20_000, () =>
      lab.pager.about(subject).some((page) => page.rule === this.rule && page.event === 'trigger'),
    ).catch(() => {});
    return {
      pages: lab.pager.pages,
      host: this.name,
      subject,
      twins: [`${this.name}-twin`],
      earliestMs: deadlineMs,
      knownAtMs: deadlineMs,
      problems,
    };
  },
};

export const otherFaults: Fault[] = [cronRemoved, hookSilent];
