/** `restores`: what was restored by whom and why; `restores approve` and `refuse`: a second person decides. */
import type { Command } from 'commander';
import { termsOf } from '../decide/restores.ts';
import { ask } from './client.ts';
import {
  countArgument,
  nameArgument,
  type PlaceOptions,
  settingsOf,
  withJson,
  withPlace,
} from './options.ts';
import { printJson, printTable, remark, shortTime } from './output.ts';

interface ListOptions extends PlaceOptions {
  json?: boolean;
  host?: string;
  job?: string;
  customer?: string;
  limit?: number;
}

interface DecideOptions extends PlaceOptions {
  json?: boolean;
  by: string;
  note: string;
}

export function addRestoreCommands(program: Command): void {
  const restores = program
    .command('restores')
    .description('what was restored, by whom and why; newest first');
  withJson(
    withPlace(
      restores
        .command('list', { isDefault: true })
        .description('the list')
        .option('--host <host>', 'only this host', nameArgument)
        .option('--job <job>', 'only this job', nameArgument)
        .option('--customer <customer>', 'only this customer', nameArgument)
        .option('--limit <n>', 'at most so many (default 100)', countArgument),
    ),
  ).action(async ({ json, config, data, ...filter }: ListOptions) => {
    const rows = await ask(await settingsOf({ config, data } as PlaceOptions), 'restores', filter);
    if (json) return printJson(rows);
    printTable(
      ['ID', 'STATE', 'HOST', 'JOB', 'BY', 'WHEN (UTC)', 'WHAT', 'TO', 'WHY', 'WHAT HAPPENED'],
      rows.map((row) => [
        row.id,
        row.approval === 'bypassed' ? `${row.state}, without approval` : row.state,
        row.host,
        row.job,
        row.by,
        shortTime(row.startedAt ?? row.requestedAt ?? row.finishedAt),
        [...row.subjects, ...row.paths].join(', ') || 'everything',
        [row.destination, ...termsOf(row)].join(', '),
        row.reason,
        row.result,
      ]),
      'Nothing was restored yet. On a host: backproof-agent restore JOB --at latest --to DIR',
    );
  });

  for (const [word, approved, about] of [
    ['approve', true, 'agree, as a second person, to a restore that waits; once, and for an hour'],
    ['refuse', false, 'refuse a restore that waits for a second person'],
  ] as const)
    withJson(
      withPlace(
        restores
          .command(word)
          .description(about)
          .argument('<id>', 'its number in the list', countArgument)
          .requiredOption('--by <name>', 'who decides')
          .option('--note <text>', 'for the one who asked', ''),
      ),
    ).action(async (id: number, { by, note, json, ...place }: DecideOptions) => {
      const decided = await ask(await settingsOf(place), 'restore-decide', { id, approved, by, note });
      if (json) return printJson(decided);
      remark(
        `Restore ${id} of ${decided.host} / ${decided.job} to ${decided.destination} is ${approved ? 'approved' : 'refused'} by ${by}.`,
      );
      if (!decided.told.accepted) remark(`The host will be told when it can be: ${decided.told.reason}`);
    });
}
