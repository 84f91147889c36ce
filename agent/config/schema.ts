/** The keys of agent.yaml, what each allows, and its default. docs/configuration.md is made from here. */
import * as z from 'zod';
import { JOB_KINDS } from '../../proto/job.ts';
import { commandJob, commandSchema } from './command.ts';
import { filesJob, filesSchema } from './files.ts';
import type { Named } from './job-common.ts';
import type { JobSpec } from './job-spec.ts';
import { mysqlDumpJob, mysqlDumpSchema } from './mysql-dump.ts';
import { observedJob, observedSchema } from './observed.ts';
import { postgresDumpJob, postgresDumpSchema } from './postgres-dump.ts';
import { postgresPitrJob, postgresPitrSchema } from './postgres-pitr.ts';
import { repositorySchema } from './repository.ts';
import { stewardSchema } from './steward.ts';
import { storageSchema } from './storage.ts';
import { name, path, size, text } from './values.ts';

const job = z.discriminatedUnion(
  'kind',
  [filesSchema, postgresDumpSchema, mysqlDumpSchema, postgresPitrSchema, commandSchema, observedSchema],
  {
    // A steward's jobs come from `steward`.
    error: JOB_KINDS.filter((one) => one !== 'prune').join(', '),
  },
);

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
    .record(name, repositorySchema, { error: 'repositories by name' })
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
  storage: storageSchema
    .optional()
    .describe('Makes this machine a storage host: it reports how full the disks of repositories are.'),
  steward: stewardSchema
    .optional()
    .describe('Makes this machine a steward: it holds the keys of repositories and prunes them.'),
});

/** A job as the code works with it. */
export function jobOf(name: string, raw: z.output<typeof job>, zone: string, named: Named): JobSpec {
  switch (raw.kind) {
    case 'files':
      return filesJob(name, raw, zone, named);
    case 'postgres-dump':
      return postgresDumpJob(name, raw, zone, named);
    case 'mysql-dump':
      return mysqlDumpJob(name, raw, zone, named);
    case 'postgres-pitr':
      return postgresPitrJob(name, raw, zone, named);
    case 'command':
      return commandJob(name, raw, zone, named);
    case 'observed':
      return observedJob(name, raw, zone, named);
  }
}

export type AgentFile = z.output<typeof agentSchema>;
