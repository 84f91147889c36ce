/** `kind: postgres-pitr` in agent.yaml. */
import * as z from 'zod';
import { commonKeys, commonOf } from './job-common.ts';
import type { PostgresPitrJob } from './job-spec.ts';
import { connectionKey, connectionOf } from './postgres-connection.ts';
import { duration, name, path, text } from './values.ts';

const ENGINES = 'pgbackrest ("archive-directory" is not supported by this version)';
const STALE = 'warning: at least 4m, critical: at least as long';
/**
 * Less would page for idle servers: there is a minute between two looks, archive_timeout until a segment is switched,
 * and what PostgreSQL calls unimportant is told from a change only after both (decide/exposure.ts).
 */
const STALE_MIN_MS = 240_000;

export const postgresPitrSchema = z.strictObject({
  kind: z.literal('postgres-pitr'),
  ...commonKeys,
  engine: z
    .literal('pgbackrest', { error: ENGINES })
    .default('pgbackrest')
    .describe('What archives the WAL.'),
  stanza: name.describe("pgBackRest's name for this cluster."),
  pgbackrest: z
    .strictObject({
      program: text('the name or path of pgbackrest').default('pgbackrest'),
      config: path.optional().describe("Its configuration file. Default: pgBackRest's own."),
    })
    .prefault({})
    .describe('Where pgBackRest and its configuration are.'),
  connection: connectionKey,
  stale_after: z
    .strictObject({ warning: duration.prefault('15m'), critical: duration.prefault('60m') })
    .refine(({ warning, critical }) => STALE_MIN_MS <= warning && warning <= critical, STALE)
    .prefault({})
    .describe(
      'How old the oldest change that is not in the repository may become; `warning` longer than the server’s archive_timeout and three minutes.',
    ),
});

export function postgresPitrJob(
  job: string,
  raw: z.output<typeof postgresPitrSchema>,
  zone: string,
): PostgresPitrJob {
  return {
    ...commonOf(job, raw, zone),
    kind: 'postgres-pitr',
    repository: null,
    store: {
      engine: raw.engine,
      stanza: raw.stanza,
      program: raw.pgbackrest.program,
      configFile: raw.pgbackrest.config ?? null,
    },
    connection: connectionOf(raw.connection),
    staleWarningMs: raw.stale_after.warning,
    staleCriticalMs: raw.stale_after.critical,
  };
}
