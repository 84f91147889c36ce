#!/usr/bin/env node
/** backproof-agent: flags, signals, exit codes. Everything else is behind it. */
import { Command, CommanderError } from 'commander';
import { systemClock } from '../proto/clock.ts';
import { messageOf, UserError } from '../proto/errors.ts';
import { printable } from '../proto/printable.ts';
import { VERSION } from '../proto/version.ts';
import { addKeyCommands } from './commands/key.ts';
import { addPitrCommands } from './commands/pitr.ts';
import { addRestoreCommands } from './commands/restore-commands.ts';
import { DEFAULT_CONFIG_FILE, DEFAULT_DATA_DIR } from './config.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);
/** Repeats what was found in arguments and files, which a terminal must not obey. */
const complain = (text: string) => process.stderr.write(`${printable(text)}\n`);
const configOption = ['--config <file>', 'configuration', DEFAULT_CONFIG_FILE] as const;
const jsonOption = ['--json', 'print JSON'] as const;

function program(): Command {
  const root = new Command('backproof-agent')
    .description('Runs the backups of this host and reports every result to the collector.')
    .version(VERSION)
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(backproof-agent help COMMAND shows examples)')
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(printable(text)) })
    // exec hands everything after its own options to the command.
    .enablePositionalOptions()
    .addHelpText('after', '\nExit codes: 0 fine, 1 a finding or failure, 2 wrong use.');

  root
    .command('enroll')
    .description(
      'make this host known to a collector; paste the line that "backproof-collector enroll" prints',
    )
    .requiredOption('--collector <url>', "https URL of the collector's enrollment listener")
    .requiredOption('--token <token>', 'one-time token')
    .requiredOption('--ca-pin <pin>', "sha256:HEX of the collector's CA certificate")
    .option('--data <dir>', 'folder of the identity and the spool', DEFAULT_DATA_DIR)
    .addHelpText(
      'after',
      '\nExample:\n  backproof-agent enroll --collector https://backup.example.net:7444 --token TOKEN --ca-pin sha256:HEX',
    )
    .action(async (options) => {
      const { enroll } = await import('./enrollment.ts');
      const { host, customer } = await enroll({
        collectorUrl: options.collector,
        token: options.token,
        caPin: options.caPin,
        dataDir: options.data,
        clock: systemClock,
      });
      print(`enrolled as ${host} of ${customer}; next: backproof-agent check, then start the agent`);
    });

  root
    .command('run')
    .description('run the agent; systemd does this')
    .option(...configOption)
    .option('--log-level <level>', 'debug, info, warn or error', 'info')
    .addHelpText('after', '\nExample:\n  backproof-agent run --config /etc/backproof/agent.yaml')
    .action(async (options) => {
      await staySmall();
      const { runAgent } = await import('./commands/run.ts');
      await runAgent({ configFile: options.config, logLevel: options.logLevel });
    });

  root
    .command('check')
    .description(
      'the doctor: configuration, repositories, databases, tools, schedules; root looks as the agent',
    )
    .option(...configOption)
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  sudo backproof-agent check')
    .action(async (options) => {
      const { checkHost } = await import('./commands/check.ts');
      process.exitCode = await checkHost(
        { configFile: options.config, json: options.json === true },
        systemClock,
        print,
      );
    });

  root
    .command('start')
    .description('run a job now')
    .argument('<job>', 'name of a job in the configuration')
    .option('--wait', 'wait until it has ended; exit 1 unless it left something to restore')
    .option(...configOption)
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  backproof-agent start files --wait')
    .action(async (job, options) => {
      const { startJob } = await import('./commands/start.ts');
      const socket = await socketOf(options.config);
      const wait = options.wait === true;
      process.exitCode = await startJob({ socket, job, wait, json: options.json === true }, print);
    });

  root
    .command('exec')
    .description('run any backup command as a run of a job, with its output and its exit code')
    .requiredOption('--job <job>', 'name of a job in the configuration')
    .argument('<command...>', 'the command, after --')
    .option(...configOption)
    .passThroughOptions()
    .addHelpText(
      'after',
      '\nExamples:\n  backproof-agent exec --job legacy -- /usr/local/bin/legacy-backup --full\n  0 3 * * * backproof-agent exec --job restic -- restic backup /srv',
    )
    .action(async (argv: string[], options) => {
      const { execCommand } = await import('./commands/exec.ts');
      const socket = await socketOf(options.config);
      const end = await execCommand({ socket, job: options.job, argv }, systemClock, complain);
      if ('signal' in end) process.kill(process.pid, end.signal);
      else process.exitCode = end.exitCode;
    });

  root
    .command('dump-crontabs')
    .description("every user's crontab into ~/.crontab-dump; jobs with dump_crontabs: true do this first")
    .addHelpText(
      'after',
      '\nRoot does it; anybody else of the group backproof asks the unit backproof-crontabs.\n\nExample:\n  backproof-agent dump-crontabs',
    )
    .action(async () => {
      const { dumpAllCrontabs } = await import('./commands/dump-crontabs.ts');
      await dumpAllCrontabs(systemClock, print);
    });

  root
    .command('base-backup')
    .description('a base backup of a PITR job by pgBackRest, made by the unit that is the user postgres')
    .argument('<job>', 'name of a job in the configuration')
    .argument('[type]', 'full, diff or incr', 'incr')
    .addHelpText(
      'after',
      '\nThe agent does this for runs of the job. By hand it is no run: the collector hears nothing of it.\n\nExample:\n  backproof-agent base-backup shop-pitr full',
    )
    .action(async (job, type) => {
      const { askForBaseBackup } = await import('./commands/base-backup.ts');
      process.exitCode = await askForBaseBackup({ job, type }, print);
    });

  root
    .command('answer-base-backup', { hidden: true })
    .description('what the unit backproof-base-backup runs')
    .option(...configOption)
    .action(async (options) => {
      const { answerBaseBackup } = await import('./commands/answer-base-backup.ts');
      const { stdin: input, stdout: output } = process;
      await answerBaseBackup(options.config, { input, output }, systemClock);
      // What was asked for is answered; the other side may keep its end open.
      input.destroy();
    });

  root
    .command('adopt')
    .description("print jobs for agent.yaml that match borgmatic's configuration; changes nothing")
    .argument('<file...>', "borgmatic's configuration files")
    .option('--take-over', 'jobs that the agent runs itself, instead of ones that watch borgmatic')
    .option('--keys <dir>', 'where passphrases belong that stand in a configuration', '/etc/backproof/keys')
    .option('--write-keys', 'copy those passphrases there, mode 0600')
    .addHelpText(
      'after',
      '\nExamples:\n  backproof-agent adopt /etc/borgmatic/config.yaml\n  backproof-agent adopt --take-over /etc/borgmatic.d/*.yaml',
    )
    .action(async (files: string[], options) => {
      const { adoptBorgmatic } = await import('./commands/adopt.ts');
      const { hostname } = await import('node:os');
      const { keys } = options;
      const flags = { takeOver: options.takeOver === true, writeKeys: options.writeKeys === true };
      print(adoptBorgmatic({ files, keys, ...flags, host: hostname() }));
    });

  root
    .command('status')
    .description('what the running agent does: connection, waiting results, jobs')
    .option(...configOption)
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  backproof-agent status --json')
    .action(async (options) => {
      const { showStatus } = await import('./commands/status.ts');
      const socket = await socketOf(options.config);
      process.exitCode = await showStatus({ socket, json: options.json === true }, systemClock, print);
    });
  addRestoreCommands(root, { config: configOption, json: jsonOption }, print, complain);
  addPitrCommands(root, { config: configOption }, print);
  addKeyCommands(root, { config: configOption, json: jsonOption }, print, complain);
  root
    .command('prune')
    .description(
      'remove what a repository of this steward need not keep any more; --dry-run shows what that is',
    )
    .argument('<name>', 'name under steward.repositories')
    .option('--dry-run', 'print what would be kept and removed, with the reason; changes nothing')
    .option('--accept-missing', 'archives that vanished were meant to: take what is there as what was there')
    .option(...configOption)
    .option(...jsonOption)
    .addHelpText('after', '\nExamples:\n  backproof-agent prune web1 --dry-run\n  backproof-agent prune web1')
    .action(async (name, options) => {
      const { pruneRepository } = await import('./commands/prune.ts');
      const [dryRun, acceptMissing] = [options.dryRun === true, options.acceptMissing === true];
      const json = options.json === true;
      process.exitCode = await pruneRepository(
        { configFile: options.config, name, dryRun, acceptMissing, json },
        systemClock,
        print,
      );
    });
  return root;
}

/**
 * An agent waits for most of its life, and what it computes is little: memory is worth more to its host than
 * speed. Measured on Node 20: compiled code and new space are 10 MiB smaller, what is left of starting
 * (`--bytecode-old-age`: code unused for two collections goes) another 2.
 */
async function staySmall(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  for (const flag of [
    '--optimize-for-size',
    '--no-opt',
    '--no-sparkplug',
    '--semi-space-growth-factor=1',
    '--bytecode-old-age=1',
  ])
    setFlagsFromString(flag);
}

async function socketOf(configFile: string): Promise<string> {
  const { findSocket } = await import('./config.ts');
  return findSocket(configFile);
}

// Whoever read our output may be gone: `backproof-agent status | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = explained(error);
}

/** Says what went wrong and what to do next; returns the exit code. */
function explained(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) {
    complain(`backproof-agent: ${error.message}`);
    if (error.next) complain(`next: ${error.next}`);
    return error.exitCode;
  }
  complain(`backproof-agent: ${error instanceof Error ? error.stack : messageOf(error)}`);
  return 1;
}
