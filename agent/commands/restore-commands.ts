/** The options of `recovery-points` and `restore`; what they do is loaded when it is asked for. */
import { createInterface } from 'node:readline/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../../proto/clock.ts';

interface Shared {
  config: readonly [string, string, string];
  json: readonly [string, string];
}

const POINTS_EXAMPLE = `
Examples:
  backproof-agent recovery-points files
  backproof-agent recovery-points shop-pitr     from when to when a cluster can be restored to any moment`;
const RESTORE_EXAMPLES = `
Examples:
  backproof-agent restore files --at latest --to /srv/restored --reason "deleted by mistake" /var/www/shop
  backproof-agent restore files --at "2026-11-22 14:30" --in-place --reason "ticket 4711" /etc/nginx
  backproof-agent restore files --at latest --to - --reason "compare" /etc/hosts > hosts.before
  backproof-agent restore shop --at latest --database shop --into shop_restored --db-user postgres --reason "ticket 4711"
  backproof-agent restore shop --at latest --all-databases --globals --db-user postgres --reason "new server"
  backproof-agent restore shop --at latest --database shop --to /srv/dumps --reason "hand-over"
  backproof-agent restore shop-pitr --at "2026-11-21 14:03:07+01" --to /srv/shop-at-1403 --reason "ticket 4711"

A cluster with point-in-time recovery comes back whole, as it was at that moment, as a copy of its own: in a new folder,
on a socket in it and nowhere else, archiving nothing. How to dump out of it and to stop it is said at the end.
Nothing that exists is touched without --in-place or --overwrite; a database is never overwritten.`;

export function addRestoreCommands(
  root: Command,
  { config, json }: Shared,
  print: (text: string) => void,
  complain: (text: string) => void,
): void {
  root
    .command('recovery-points')
    .description('what can be restored of a job, newest first; asks the repository itself')
    .argument('<job>', 'name of a job in the configuration')
    .option('--host <name>', 'whose archives; default: those of this host')
    .option(...config)
    .option(...json)
    .addHelpText('after', POINTS_EXAMPLE)
    .action(async (job, options) => {
      const { showRecoveryPoints } = await import('./recovery-points.ts');
      const { config: configFile, host } = options;
      process.exitCode = await showRecoveryPoints(
        { configFile, host, job, json: options.json === true },
        systemClock,
        print,
      );
    });

  root
    .command('restore')
    .description(
      'get files, databases or a whole cluster back; written down with who, why and what came of it',
    )
    .argument('<job>', 'name of a job in the configuration')
    .argument('[paths...]', 'files and folders as they were called on the host; default: everything')
    .option(
      '--at <time>',
      'the newest at or before it: "2026-11-22 14:30", an RFC 3339 time, or latest; of a cluster with point-in-time recovery that very moment',
      'latest',
    )
    .requiredOption('--reason <text>', 'why; stands in the journal')
    .option('--to <dir>', 'into this folder, new or empty; - writes one file to standard output')
    .option('--overwrite', '--to: the folder may hold something already')
    .option('--in-place', 'where it came from, over what is there now; asks for the name of the job')
    .option('--yes-overwrite <job>', '--in-place without being asked')
    .option('--database <name>', 'one database of a dump')
    .option('--all-databases', 'every database of the newest run at or before the time')
    .option('--globals', 'also roles and tablespaces, users and grants')
    .option('--into <database>', 'restore --database into this new or empty database')
    .option(
      '--db-host <host>',
      'server to restore into, or the folder of its socket; default: that of the job',
    )
    .option('--db-port <port>', 'its port', portArgument)
    .option('--db-user <role>', 'who restores there, say postgres; of a copied cluster, who looks at it')
    .option('--no-owner', 'everything belongs to the role that restores')
    .option('--no-privileges', 'grant nothing to anybody')
    .option('--request', 'ask a second person first, and wait')
    .option('--without-approval', 'go on where a second person would have to agree; is written down')
    .option('--by <name>', 'who you are; default: the name you logged in with')
    .option('--host <name>', 'whose archives; default: those of this host')
    .option(...config)
    .option(...json)
    .addHelpText('after', RESTORE_EXAMPLES)
    .action(async (job, paths, options) => {
      const { restore } = await import('./restore.ts');
      const ending = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
      // Whoever read our output is gone: then nothing is left to write.
      process.stdout.on('error', () => ending.abort());
      process.exitCode = await restore(
        {
          configFile: options.config,
          json: options.json === true,
          job,
          paths,
          host: options.host,
          at: options.at,
          to: options.to,
          inPlace: options.inPlace === true,
          yesOverwrite: options.yesOverwrite,
          overwrite: options.overwrite === true,
          database: options.database,
          allDatabases: options.allDatabases === true,
          globals: options.globals === true,
          into: options.into,
          dbHost: options.dbHost,
          dbPort: options.dbPort,
          dbUser: options.dbUser,
          owners: options.owner,
          privileges: options.privileges,
          reason: options.reason,
          by: options.by,
          request: options.request === true,
          withoutApproval: options.withoutApproval === true,
        },
        {
          clock: systemClock,
          say: complain,
          stderr: process.stderr,
          stdout: process.stdout,
          ask: process.stdin.isTTY ? (question) => ask(question, ending.signal) : null,
          signal: ending.signal,
        },
      );
    });
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question, { signal });
  } finally {
    lines.close();
  }
}

function portArgument(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('A port, 1 to 65535.');
  return port;
}
