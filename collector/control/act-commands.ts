/** The commands that do: enroll, revoke, acknowledge, pager test, api-token, sign-in-link, backup, restore. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { ENROLLMENT_TOKEN_TTL_MAX_MS } from '../../proto/limits.ts';
import type { Role } from '../store/types.ts';
import { deliverBackup, restoreBackup } from './backup.ts';
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

export function addActCommands(program: Command): void {
  withJson(
    withPlace(
      program
        .command('enroll')
        .description('print the one line to paste on a host; its token works once')
        .argument('<host>', "the host's name", nameArgument)
        .requiredOption('--customer <name>', 'whose data it is', nameArgument)
        .option(
          '--ttl <duration>',
          'how long the token works, at most 1h',
          ttlArgument,
          ENROLLMENT_TOKEN_TTL_MAX_MS,
        ),
    ),
  ).action(
    async (host: string, { customer, ttl, json, ...place }: Given<{ customer: string; ttl: number }>) => {
      const order = await ask(await settingsOf(place), 'enroll', { host, customer, ttlMs: ttl });
      if (json) return printJson(order);
      print(order.line);
      remark(`Paste it on ${host} before ${shortTime(order.expiresAt)} UTC; it works once.`);
    },
  );

  withPlace(
    program
      .command('revoke')
      .description('end a host’s trust at once; its jobs and runs stay visible')
      .argument('<host>', "the host's name", nameArgument)
      .requiredOption('--reason <text>', 'why; shown on the page'),
  ).action(async (host: string, { reason, ...place }: Given<{ reason: string }>) => {
    await ask(await settingsOf(place), 'revoke', { host, reason });
    remark(`${host} is revoked. To take it back: backproof-collector enroll ${host} --customer NAME`);
  });

  withJson(
    withPlace(
      program
        .command('acknowledge')
        .description('take an alert on; its receivers are told')
        .argument('<alert>', "the alert's number", countArgument)
        .requiredOption('--by <name>', 'who takes it on')
        .option('--note <text>', 'for the others', ''),
    ),
  ).action(async (id: number, { by, note, json, ...place }: Given<{ by: string; note: string }>) => {
    const alert = await ask(await settingsOf(place), 'acknowledge', { id, by, note });
    if (json) printJson(alert);
    else
      remark(
        `Alert ${id} is ${alert.state === 'resolved' ? 'agreed to and resolved' : `taken on by ${by}`}.`,
      );
  });

  const pager = program.command('pager').description('the way to the people');
  withJson(
    withPlace(
      pager
        .command('test')
        .description('send a test to one receiver, or to all; exits 1 when one is not reached')
        .argument('[receiver]', 'its name in collector.yaml', nameArgument),
    ),
  ).action(async (receiver: string | undefined, { json, ...place }: Given) => {
    const tested = await ask(
      await settingsOf(place),
      'pager-test',
      receiver === undefined ? {} : { receiver },
    );
    if (json) printJson(tested);
    else {
      printTable(
        ['RECEIVER', 'KIND', 'RESULT'],
        tested.map((one) => [one.receiver, one.kind, one.delivered ? 'delivered' : one.reason]),
        '',
      );
    }
    if (tested.some((one) => !one.delivered)) process.exitCode = 1;
  });

  addTokenCommands(program);

  withPlace(
    program
      .command('backup')
      .description('write database and authority into one file; keep it secret, it holds the CA’s key')
      .argument('<file>', 'where to'),
  ).action(async (file: string, place: Given) => {
    const made = await ask(await settingsOf(place), 'backup', {});
    deliverBackup(made.file, resolve(file));
    remark(`${file} holds the whole collector, its CA’s key included.`);
  });

  program
    .command('restore')
    .description('bring a collector back from a backup, into an empty folder')
    .argument('<file>', 'made by backproof-collector backup')
    .requiredOption('--data <dir>', 'the new data folder')
    .action((file: string, { data }: { data: string }) => {
      restoreBackup(resolve(file), resolve(data));
      remark(`${data} holds the collector again. Start it: agents send what has happened since.`);
    });
}

function addTokenCommands(program: Command): void {
  const token = program.command('api-token').description('who may read the page and the API');
  withJson(
    withPlace(
      token
        .command('create')
        .description('make a token; it is shown this once')
        .argument('<name>', 'a name for it', nameArgument)
        .addOption(
          new Option('--role <role>', 'viewer sees, operator acknowledges and runs, admin does everything')
            .choices(['viewer', 'operator', 'admin'])
            .makeOptionMandatory(),
        )
        .option('--customer <name>', 'sees this customer only', nameArgument),
    ),
  ).action(async (name: string, options: Given<{ role: Role; customer?: string }>) => {
    const { role, customer = null, json, ...place } = options;
    const made = await ask(await settingsOf(place), 'token-create', { name, role, customer });
    if (json) return printJson(made);
    print(made.token);
    remark('Keep it: it is not shown again.');
  });
  withJson(withPlace(token.command('list').description('every token, without its secret'))).action(
    async ({ json, ...place }: Given) => {
      const tokens = await ask(await settingsOf(place), 'token-list', {});
      if (json) return printJson(tokens);
      printTable(
        ['NAME', 'ROLE', 'CUSTOMER', 'CREATED (UTC)', 'REVOKED (UTC)'],
        tokens.map((one) => [
          one.name,
          one.role,
          one.customer ?? 'every',
          shortTime(one.createdAt),
          shortTime(one.revokedAt),
        ]),
        'There is none.',
      );
    },
  );
  withPlace(
    token
      .command('revoke')
      .description('end a token and everybody who signed in with it')
      .argument('<name>', 'its name', nameArgument),
  ).action(async (name: string, place: Given) => {
    await ask(await settingsOf(place), 'token-revoke', { name });
    remark(`The token ${name} is revoked.`);
  });

  withJson(
    withPlace(
      program
        .command('sign-in-link')
        .description('print a link that signs a browser in; it works once, for 10 minutes')
        .argument('<token>', 'the name of the API token to sign in as', nameArgument),
    ),
  ).action(async (name: string, { json, ...place }: Given) => {
    const link = await ask(await settingsOf(place), 'sign-in-link', { name });
    if (json) printJson(link);
    else print(link.url);
  });
}

function ttlArgument(value: string): number {
  const ttlMs = durationArgument(value);
  if (ttlMs > ENROLLMENT_TOKEN_TTL_MAX_MS) throw new InvalidArgumentError('At most 1h.');
  return ttlMs;
}
