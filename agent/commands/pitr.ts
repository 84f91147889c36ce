/** `backproof-agent pitr ...`: flags and help; what they do is in pitr-setup.ts. */
import type { Command } from 'commander';
import { systemClock } from '../../proto/clock.ts';

/** @param print what was asked for. */
export function addPitrCommands(
  root: Command,
  options: { config: readonly [string, string, string] },
  print: (text: string) => void,
): void {
  root
    .command('pitr')
    .description('point-in-time recovery of PostgreSQL: set a server up for it')
    .command('setup')
    .description('show what PostgreSQL and pgBackRest lack for a job, and with --apply do it')
    .argument('<job>', 'name of a postgres-pitr job in the configuration')
    .option('--apply', 'do it; the server is never restarted, only told about when it has to be')
    .option(...options.config)
    .addHelpText(
      'after',
      '\nRun on the server itself, as root. What is there already stays; a second time changes nothing.\n\nExamples:\n  sudo backproof-agent pitr setup shop-pitr\n  sudo backproof-agent pitr setup shop-pitr --apply',
    )
    .action(async (job, { config: configFile, apply }) => {
      const { setUpPitr } = await import('./pitr-setup.ts');
      await setUpPitr({ configFile, job, apply: apply === true }, systemClock, print);
    });
}
