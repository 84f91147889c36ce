/** How a PostgreSQL server is reached, wherever agent.yaml says it. */
import * as z from 'zod';
import type { PostgresConnection } from '../tools/postgres.ts';
import { text } from './values.ts';

export const connectionSchema = z.strictObject({
  host: text('a host name or the folder of the unix socket')
    .optional()
    .describe('Host name, or the folder of the unix socket.'),
  port: z.int({ error: 'a port, 1 to 65535' }).min(1, 'at least 1').max(65_535, 'at most 65535').optional(),
  user: text('a role name').optional(),
});

export const connectionKey = connectionSchema
  .default({})
  .describe('What is absent is left to libpq: PGHOST, PGPASSFILE and its like work as always.');

export function connectionOf(raw: z.output<typeof connectionSchema>): PostgresConnection {
  return { host: raw.host ?? null, port: raw.port ?? null, user: raw.user ?? null };
}
