/** The commands that show: status, hosts, jobs, runs, recovery-points, alerts, verifications. */
import type { Command } from 'commander';
import { formatDuration, formatSize } from '../../proto/duration.ts';
import { ask } from './client.ts';
import type { OperationName, ResultOf } from './operations.ts';
import {
  countArgument,
  nameArgument,
  type PlaceOptions,
  settingsOf,
  withJson,
  withPlace,
} from './options.ts';
import { print, printJson, printTable, shortTime } from './output.ts';

interface ShowOptions extends PlaceOptions {
  json?: boolean;
  host?: string;
  job?: string;
  customer?: string;
  state?: string;
  limit?: number;
  missing?: boolean;
}

/** Adds one list command; `show` prints what came for people. */
function list<N extends OperationName>(
  program: Command,
  name: N,
  about: string,
  show: (result: ResultOf<N>) => void,
): Command {
  const command = program
    .command(name)
    .description(about)
    .option('--host <host>', 'only this host', nameArgument)
    .option('--job <job>', 'only this job', nameArgument)
    .option('--customer <customer>', 'only this customer', nameArgument)
    .option('--limit <n>', 'at most so many (default 100)', countArgument);
  return withJson(withPlace(command)).action(async (options: ShowOptions) => {
    const { json, config, data, ...filter } = options;
    const result = await ask(await settingsOf({ config, data } as PlaceOptions), name, filter);
    if (json) printJson(result);
    else show(result);
  });
}

export function addShowCommands(program: Command): void {
  withJson(
    withPlace(program.command('status').description('how things stand; exits 1 when a promise is broken')),
  )
    .option('--customer <customer>', 'only this customer', nameArgument)
    .action(async ({ json, customer, ...place }: ShowOptions) => {
      const status = await ask(await settingsOf(place), 'status', customer === undefined ? {} : { customer });
      if (json) printJson(status);
      else showStatus(status);
      const { counts, problems } = status;
      if (counts.broken > 0 || counts.late > 0 || problems.length > 0) process.exitCode = 1;
    });

  list(program, 'hosts', 'every enrolled host', (hosts) =>
    printTable(
      ['HOST', 'CUSTOMER', 'STATE', 'CONNECTED', 'LAST SEEN (UTC)', 'AGENT'],
      hosts.map((host) => [
        host.host,
        host.customer,
        host.revokedAt === null ? host.state : 'revoked',
        host.hasAgent ? (host.connected ? 'yes' : 'no') : 'no agent',
        shortTime(host.lastSeenAt),
        host.agentVersion,
      ]),
      'No host is enrolled. Begin with: backproof-collector enroll HOST --customer NAME',
    ),
  );
  list(program, 'jobs', 'jobs, worst first, with the reason where one is needed', (jobs) =>
    printTable(
      ['HOST', 'JOB', 'CUSTOMER', 'STATE', 'LAST SUCCESS (UTC)', 'NEXT RUN (UTC)', 'REASON'],
      jobs.map((job) => [
        job.host,
        job.job,
        job.customer,
        job.running ? `${job.state}, running` : job.state,
        shortTime(job.lastSuccessAt),
        shortTime(job.nextRunAt),
        job.state === 'ok'
          ? ''
          : (Object.values(job.assurances).find((verdict) => verdict.state === job.state)?.reason ?? ''),
      ]),
      'No job matches.',
    ),
  ).option('--state <state>', 'broken, late, unknown, ok or not-applicable');
  list(program, 'runs', 'runs, newest first', (runs) =>
    printTable(
      ['ID', 'STARTED (UTC)', 'HOST', 'JOB', 'OUTCOME', 'TOOK', 'READ', 'NEW', 'WHAT HAPPENED'],
      runs.map((run) => [
        run.id,
        shortTime(run.startedAt),
        run.host,
        run.job,
        run.outcome ?? 'running',
        run.durationSeconds === null ? '-' : formatDuration(run.durationSeconds * 1000),
        formatSize(run.stats.originalBytes),
        formatSize(run.stats.deduplicatedBytes),
        run.reason,
      ]),
      'No run matches.',
    ),
  );
  list(program, 'recovery-points', 'what can be restored, newest first', (points) =>
    printTable(
      ['MADE (UTC)', 'HOST', 'JOB', 'OF', 'SIZE', 'REPOSITORY', 'ARCHIVE'],
      points.map((point) => [
        shortTime(point.createdAt),
        point.host,
        point.job,
        point.subject === '' ? 'files' : point.subject,
        formatSize(point.sizeBytes),
        point.repository,
        point.missingSince === null
          ? point.name
          : `${point.name}, missing since ${shortTime(point.missingSince)}`,
      ]),
      'No recovery point matches.',
    ),
  ).option('--missing', 'also what is no longer in its repository');
  list(program, 'alerts', 'alerts, newest first', (alerts) =>
    printTable(
      ['ID', 'STATE', 'SEVERITY', 'SINCE (UTC)', 'SUBJECT', 'RULE', 'REASON'],
      alerts.map((alert) => [
        alert.id,
        alert.acknowledgedBy === null || alert.state === 'resolved'
          ? alert.state
          : `taken by ${alert.acknowledgedBy}`,
        alert.severity,
        shortTime(alert.startedAt),
        alert.subject,
        alert.rule,
        alert.reason,
      ]),
      'No alert matches.',
    ),
  ).option('--state <state>', 'firing or resolved');
  list(program, 'verifications', 'restore tests; this version makes none', (verifications) =>
    printTable([], verifications, 'None yet: this version makes no restore tests.'),
  );
}

function showStatus(status: ResultOf<'status'>): void {
  const { counts, alerts } = status;
  print(
    `jobs: ${counts.broken} broken, ${counts.late} late, ${counts.unknown} unknown, ${counts.ok} ok, ${counts['not-applicable']} not applicable`,
  );
  print(`alerts firing: ${alerts.critical} critical, ${alerts.warning} warning, ${alerts.info} info`);
  print(`hosts: ${status.hosts} enrolled, ${status.sessions} connected`);
  for (const { receiver, pending, oldestAt } of status.outbox) {
    print(`${pending} notifications wait for ${receiver}, the oldest since ${shortTime(oldestAt)} UTC`);
  }
  for (const problem of status.problems) print(`problem: ${problem}`);
}
