/** `kind: postgres-pitr` in agent.yaml. */
import * as z from 'zod';
import { commonKeys, commonOf, type Named } from './job-common.ts';
import type { ArchiveDirectoryStore, PgBackRestStore, PostgresPitrJob } from './job-spec.ts';
import { connectionKey, connectionOf } from './postgres-connection.ts';
import { restoreKey } from './repository.ts';
import { duration, name, path, text } from './values.ts';

const ENGINES = 'pgbackrest, archive-directory';
const STALE = 'warning: at least 4m, critical: at least as long';
/**
 * Less would page for idle servers: there is a minute between two looks, archive_timeout until a segment is switched,
 * and what PostgreSQL calls unimportant is told from a change only after both (decide/exposure.ts).
 */
const STALE_MIN_MS = 240_000;
/** The watch looks once a minute. */
const HEARTBEAT_MIN_MS = 60_000;
const HEARTBEAT = 'at least 1m';

export const postgresPitrSchema = z.strictObject({
  kind: z.literal('postgres-pitr'),
  ...commonKeys,
  engine: z
    .enum(['pgbackrest', 'archive-directory'], { error: ENGINES })
    .default('pgbackrest')
    .describe(
      'What archives the WAL: `pgbackrest`, or a folder that a plain `archive_command` or `pg_receivewal` fills and the agent empties into a borg repository.',
    ),
  stanza: name.optional().describe('`pgbackrest`: its name for this cluster.'),
  archive_directory: path
    .optional()
    .describe(
      '`archive-directory`: the folder on this machine where whole WAL segments arrive, under their own names and not compressed.',
    ),
  repository: name
    .optional()
    .describe(
      '`archive-directory`: a name from `repositories`, best one of its own: while another job works in it, no WAL gets there.',
    ),
  pgbackrest: z
    .strictObject({
      program: text('the name or path of pgbackrest').default('pgbackrest'),
      config: path.optional().describe("Its configuration file. Default: pgBackRest's own."),
    })
    .prefault({})
    .describe('`pgbackrest`: where it and its configuration are.'),
  connection: connectionKey,
  stale_after: z
    .strictObject({ warning: duration.prefault('15m'), critical: duration.prefault('60m') })
    .refine(({ warning, critical }) => STALE_MIN_MS <= warning && warning <= critical, STALE)
    .prefault({})
    .describe(
      'How old the oldest change that is not in the repository may become; `warning` longer than the server’s archive_timeout and three minutes.',
    ),
  heartbeat: duration
    .optional()
    .refine((everyMs) => everyMs === undefined || everyMs >= HEARTBEAT_MIN_MS, HEARTBEAT)
    .describe(
      'How often a primary writes a small message into its log, so that something is seen to arrive on an idle server too. Each ends a segment after archive_timeout. Default: never.',
    ),
  restore: restoreKey,
});

export function postgresPitrJob(
  job: string,
  raw: z.output<typeof postgresPitrSchema>,
  zone: string,
  named: Named,
): PostgresPitrJob {
  const store = storeOf(raw, named);
  return {
    ...commonOf(job, raw, zone),
    kind: 'postgres-pitr',
    repository: store.engine === 'archive-directory' ? store.repository : null,
    store,
    connection: connectionOf(raw.connection),
    staleWarningMs: raw.stale_after.warning,
    staleCriticalMs: raw.stale_after.critical,
    heartbeatMs: raw.heartbeat ?? null,
    restoreApproval: raw.restore.approval,
  };
}

/** The engine's `validate` has seen to it that the keys of its adapter are there, and no others. */
function storeOf(
  { engine, stanza, pgbackrest, archive_directory, repository }: z.output<typeof postgresPitrSchema>,
  named: Named,
): PgBackRestStore | ArchiveDirectoryStore {
  if (engine === 'archive-directory')
    return { engine, directory: archive_directory!, repository: named(repository)! };
  return {
    engine,
    stanza: stanza!,
    program: pgbackrest.program,
    configFile: pgbackrest.config ?? null,
  };
}
