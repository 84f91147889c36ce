/** `backproof-collector ping create|list|revoke`: URLs for hosts without an agent. */
import { type Command, Option } from 'commander';
import { ask } from './client.ts';
import {
  countArgument,
  durationArgument,
  nameArgument,
  type PlaceOptions,
  settingsOf,
  withJson,
  withPlace,
} from './options.ts';
import { print, printJson, printTable, remark, shortTime } from './output.ts';

type Given<T = object> = PlaceOptions & { json?: boolean } & T;
type Create = { customer: string; every?: number; cron?: string; zone: string; grace: number };

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export function addPingCommands(program: Command): void {
  const ping = program.command('ping').description('URLs that report runs without an agent');
  withJson(
    withPlace(
      ping
        .command('create')
        .description('make a URL in healthchecks.io’s form; it is shown this once')
        .argument('<host>', 'the host’s name', nameArgument)
        .argument('<job>', 'what is to be reported there', nameArgument)
        .requiredOption('--customer <name>', 'whose data it is', nameArgument)
        .addOption(
          new Option('--every <duration>', 'a success is due this often (default: 1d)')
            .argParser(durationArgument)
            .conflicts('cron'),
        )
        .option('--cron <expression>', 'when it is due: five fields')
        .option('--zone <zone>', 'of --cron', 'UTC')
        .option('--grace <duration>', 'how late it may be', durationArgument, HOUR_MS)
        .addHelpText(
          'after',
          '\nExamples:\n  backproof-collector ping create web1 borgmatic --customer acme --every 1d\n' +
            '  backproof-collector ping create web1 nightly --customer acme --cron "30 2 * * *" --zone Europe/Berlin',
        ),
    ),
  ).action(async (host: string, job: string, options: Given<Create>) => {
    const { customer, every, cron = null, zone, grace, json, ...place } = options;
    const everyMs = cron === null ? (every ?? DAY_MS) : null;
    const order = { host, job, customer, everyMs, cron, zone, graceMs: grace };
    const made = await ask(await settingsOf(place), 'ping-create', order);
    if (json) return printJson(made);
    print(made.url);
    remark('Keep it: it is not shown again. Whoever knows it can report for this job, and nothing else.');
  });
  withJson(withPlace(ping.command('list').description('every URL, without its secret'))).action(
    async ({ json, ...place }: Given) => {
      const pings = await ask(await settingsOf(place), 'ping-list', {});
      if (json) return printJson(pings);
      printTable(
        ['PING', 'HOST', 'JOB', 'CUSTOMER', 'CREATED (UTC)', 'LAST USED (UTC)', 'REVOKED (UTC)'],
        pings.map((one) => [
          String(one.id),
          one.host,
          one.job,
          one.customer,
          shortTime(one.createdAt),
          shortTime(one.lastUsedAt),
          shortTime(one.revokedAt),
        ]),
        'There is none.',
      );
    },
  );
  withJson(
    withPlace(
      ping
        .command('revoke')
        .description('end a URL; a job without any is no longer expected')
        .argument('<ping>', 'its number, from ping list', countArgument),
    ),
  ).action(async (id: number, { json, ...place }: Given) => {
    const revoked = await ask(await settingsOf(place), 'ping-revoke', { id });
    if (json) return printJson(revoked);
    remark(`Ping ${id} of ${revoked.host}/${revoked.job} is revoked.`);
  });
}
