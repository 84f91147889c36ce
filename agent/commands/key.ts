/** `backproof-agent key ...`: flags and help; what they do is in key/. */
import type { Command } from 'commander';
import { systemClock } from '../../proto/clock.ts';

/**
 * @param options of every command: --config, and --json where it prints data.
 * @param print what was asked for.
 * @param say what a person has to know beside it; goes to standard error.
 */
export function addKeyCommands(
  root: Command,
  options: { config: readonly [string, string, string]; json: readonly [string, string] },
  print: (text: string) => void,
  say: (text: string) => void,
): void {
  const key = root
    .command('key')
    .description('passphrases and keys of repositories: make, keep elsewhere, show that they work');
  key
    .command('new')
    .description('make the passphrase file of a repository, and with --init the repository itself')
    .argument('<repository>', 'a name from repositories')
    .option('--init', 'make the encrypted repository too; a passphrase file that is there is used as it is')
    .option('--keyfile', 'with --init: keep the key on this host, not in the repository')
    .option(...options.config)
    .addHelpText('after', '\nExample:\n  sudo backproof-agent key new acme --init')
    .action(async (repository, { config: configFile, init, keyfile }) => {
      const { newKey } = await import('./key/new.ts');
      const place = keyfile ? ('host' as const) : ('repository' as const);
      await newKey({ configFile, repository, init: init ? place : null }, systemClock, print);
    });
  key
    .command('export')
    .description('write the key of a repository to a file, or to standard output (-), for safekeeping')
    .argument('<repository>', 'a name from repositories')
    .argument('<file>', 'a file that does not exist yet, or -')
    .option('--paper', 'in a form to print, and to type in again (borg key import --paper)')
    .option(...options.config)
    .addHelpText(
      'after',
      '\nExamples:\n  sudo backproof-agent key export acme /media/safe/acme.key\n  sudo backproof-agent key export acme - --paper | lp',
    )
    .action(async (repository, file, { config: configFile, paper }) => {
      const { exportKey } = await import('./key/export.ts');
      await exportKey({ configFile, repository, file, paper: paper === true }, systemClock, print, say);
    });
  key
    .command('drill')
    .description("show that every repository opens with its own passphrase, and not with another customer's")
    .option(...options.config)
    .option(...options.json)
    .addHelpText('after', '\nExample:\n  sudo backproof-agent key drill')
    .action(async ({ config: configFile, json }) => {
      const { drillKeys } = await import('./key/drill.ts');
      process.exitCode = await drillKeys({ configFile, json: json === true }, systemClock, print);
    });
  key
    .command('accept')
    .description('say that a repository that was replaced or moved is right as it is now')
    .argument('<repository>', 'a name from repositories')
    .option(...options.config)
    .addHelpText('after', '\nExample:\n  sudo backproof-agent key accept acme')
    .action(async (repository, { config: configFile }) => {
      const { acceptKey } = await import('./key/accept.ts');
      await acceptKey({ configFile, repository }, print);
    });
}
