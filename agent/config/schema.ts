/** The keys of agent.yaml, what each allows, and its default. docs/configuration.md is made from here. */
import * as z from 'zod';
import { parseDuration, parseSize } from '../../proto/duration.ts';
import { JOB_KINDS, NAME_PATTERN } from '../../proto/job.ts';
import { CRON_CHARS_MAX, PROMISE_MS_MAX, SOURCES_PER_JOB_MAX } from '../../proto/limits.ts';

/** Kinds this project means to have and does not have yet: refused by name, not as a typing error. */
const LATER_KINDS = ['mysql-dump', 'postgres-pitr', 'observed'];

function text(allowed: string) {
  return z.string({ error: allowed });
}

function notYet(what: string) {
  return z.never({ error: `nothing (${what} not supported by this version)` }).optional();
}

const DURATION = 'a duration such as 90s, 10m, 6h or 7d';
const duration = text(DURATION)
  .regex(/^(\d{1,9}(ms|s|m|h|d))+$/, DURATION)
  .transform((written) => parseDuration(written)!)
  .refine((ms) => ms <= PROMISE_MS_MAX, 'at most 3660d');

const SIZE = 'a size such as 500MiB or 20GiB';
const size = text(SIZE)
  .regex(/^\d{1,12}(B|KiB|MiB|GiB|TiB)$/, SIZE)
  .transform((written) => parseSize(written)!);

const NAME = 'a name of letters, digits, ".", "_" and "-", at most 64 characters';
const name = text(NAME).regex(NAME_PATTERN, NAME);

const ABSOLUTE = 'an absolute path';
const path = text(ABSOLUTE).regex(/^\/[^\0]*$/, ABSOLUTE);

const ARGV = 'a list of texts: the program and its arguments, without a shell';
const argv = z.array(text(ARGV), { error: ARGV }).min(1, ARGV);

const LOCATION = 'ssh://USER@HOST/PATH, USER@HOST:PATH or an absolute path';
const location = text(LOCATION).regex(
  /^(ssh:\/\/[^\s/]+\/|file:\/\/\/|\/|[^\s/:@]+@[^\s/:]+:)\S*$/,
  LOCATION,
);

const repository = z.strictObject({
  borg: location.describe(`Where the repository is, as borg itself is told: ${LOCATION}.`),
  passphrase_file: path
    .optional()
    .describe('Holds the passphrase; refused when others may read it (mode 0600).'),
  passphrase_command: argv.optional().describe(`Prints the passphrase; ${ARGV}.`),
  unencrypted: z.boolean().default(false).describe('True: the repository was made with `--encryption none`.'),
  lock_wait: duration
    .prefault('10m')
    .describe('How long to wait while somebody else works in the repository.'),
  upload_limit: size.optional().describe('At most this much is sent a second.'),
  ssh_command: text('the ssh command line')
    .optional()
    .describe("borg's `--rsh`, for example `ssh -i /etc/backproof/keys/id_ed25519`."),
  remote_path: text('the path of borg on the storage host').optional().describe("borg's `--remote-path`."),
  program: text('the name or path of a borg program')
    .default('borg')
    .describe('Which borg to use, where there are several.'),
});

const CRON = 'a cron expression of five fields';
const schedule = z.strictObject({
  cron: text(CRON)
    .max(CRON_CHARS_MAX, `at most ${CRON_CHARS_MAX} characters`)
    .describe('Five fields: minute, hour, day of the month, month, day of the week.'),
  spread: duration
    .prefault('0s')
    .describe(
      'Hosts start spread over this long, each at its own fixed offset, so that not all come at once.',
    ),
  start_grace: duration
    .prefault('10m')
    .describe('A run that has not started this long after it is due is missed.'),
  finish_within: duration.describe('A run that has not finished this long after it is due is overdue.'),
});

const common = {
  schedule: schedule
    .optional()
    .describe('When the job is due. Without it, `longest_silence` has to be given.'),
  timeout: duration
    .optional()
    .describe(
      'A run that takes longer is killed. Default: twice `finish_within`, or 24h without a schedule.',
    ),
  longest_silence: duration
    .optional()
    .describe('Longest time between two successes. Default: what the schedule implies.'),
  keep: duration
    .optional()
    .describe('How far back recovery points are promised to reach. Default: nothing is promised.'),
};

const files = z.strictObject({
  kind: z.literal('files'),
  ...common,
  repository: name.describe('A name from `repositories`.'),
  paths: z
    .array(path, { error: 'a list of absolute paths' })
    .min(1, 'at least one absolute path')
    .max(SOURCES_PER_JOB_MAX, `at most ${SOURCES_PER_JOB_MAX} paths`)
    .describe('What is backed up. A path that is missing or holds no file fails the run.'),
  require_mounted: z
    .array(path, { error: 'a list of absolute paths' })
    .default([])
    .describe('Mount points: while one of them is not mounted, the run fails and nothing is archived.'),
  exclude: z
    .array(text('a pattern'), { error: 'a list of patterns' })
    .default([])
    .describe("borg's `--exclude` patterns."),
  allow_empty: z
    .boolean()
    .default(false)
    .describe('True: a path without any file, or an archive without any, is no failure.'),
  dump_crontabs: notYet('crontab dumps are'),
});

const TAKE_FROM = 'any, primary ("replica" is not supported by this version)';
const postgresDump = z.strictObject({
  kind: z.literal('postgres-dump'),
  ...common,
  repository: name.describe('A name from `repositories`.'),
  connection: z
    .strictObject({
      host: text('a host name or the folder of the unix socket')
        .optional()
        .describe('Host name, or the folder of the unix socket.'),
      port: z
        .int({ error: 'a port, 1 to 65535' })
        .min(1, 'at least 1')
        .max(65_535, 'at most 65535')
        .optional(),
      user: text('a role name').optional(),
    })
    .default({})
    .describe('What is absent is left to libpq: PGHOST, PGPASSFILE and its like work as always.'),
  databases: z
    .union(
      [
        z.literal('all'),
        z
          .array(text('a database name').min(1, 'a database name'), { error: 'a list of database names' })
          .min(1, 'at least one database name')
          .max(SOURCES_PER_JOB_MAX, `at most ${SOURCES_PER_JOB_MAX} names`),
      ],
      { error: '"all" or a list of database names' },
    )
    .default('all')
    .describe('`all`, or a list of names. Globals (roles, tablespaces) always come along; templates never.'),
  take_from: z
    .enum(['any', 'primary'], { error: TAKE_FROM })
    .default('any')
    .describe('`primary`: a server that is a standby fails the run.'),
  replica_lag_max: notYet('dumps from a replica are'),
});

const command = z.strictObject({
  kind: z.literal('command'),
  ...common,
  repository: name.optional().describe('Where its archives are, for people; a name from `repositories`.'),
  command: argv
    .optional()
    .describe(
      'The program and its arguments, without a shell. Absent: cron or a person runs it by `backproof-agent exec`.',
    ),
});

const job = z.discriminatedUnion('kind', [files, postgresDump, command], {
  error(issue) {
    const kind = (issue.input as { kind?: unknown } | null)?.kind;
    const known = JOB_KINDS.join(', ');
    return LATER_KINDS.includes(String(kind))
      ? `${known} ("${kind}" is not supported by this version)`
      : known;
  },
});

export const agentSchema = z.strictObject({
  collector: text('wss://HOST:PORT')
    .regex(/^wss:\/\/[^\s/]+\/?$/, 'wss://HOST:PORT')
    .describe("The collector's address for agents."),
  timezone: text('an IANA time zone such as Europe/Berlin')
    .optional()
    .describe("In which all schedules are read. Default: the machine's own."),
  data: path.default('/var/lib/backproof').describe('Folder of the identity, the spool and the socket.'),
  socket: path
    .optional()
    .describe('Where `start`, `exec` and `status` reach the agent. Default: `agent.sock` in `data`.'),
  spool: z
    .strictObject({ max: size.prefault('256MiB').describe('Bound for results that wait for the collector.') })
    .prefault({}),
  repositories: z
    .record(name, repository, { error: 'repositories by name' })
    .default({})
    .describe('borg repositories by name.'),
  jobs: z
    .record(name, job, { error: 'jobs by name' })
    .default({})
    .describe('Jobs by name; `kind` says what a job does.'),
  postgres: z
    .record(text('a major version').regex(/^\d{2}$/, 'a major version such as 15'), path, {
      error: 'folders by major version',
    })
    .default({})
    .describe(
      "Folders of PostgreSQL's client programs by major version, beside those that are found by themselves.",
    ),
  not_backed_up: z
    .record(name, text('why'), { error: 'reasons by name' })
    .default({})
    .describe('What is left out on purpose, and why: shown on the page, never alerted.'),
  storage: notYet('the storage role is'),
  steward: notYet('the steward role is'),
});

export type AgentFile = z.output<typeof agentSchema>;
