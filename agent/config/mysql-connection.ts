/** How a MySQL or MariaDB server is reached, wherever agent.yaml says it. */
import * as z from 'zod';
import type { MysqlConnection } from '../tools/mysql.ts';
import { path, text } from './values.ts';

export const mysqlConnectionSchema = z.strictObject({
  socket: path.optional().describe('Path of the unix socket.'),
  host: text('a host name').optional().describe('Host name or address, for TCP.'),
  port: z.int({ error: 'a port, 1 to 65535' }).min(1, 'at least 1').max(65_535, 'at most 65535').optional(),
  user: text('a user name').optional(),
  defaults_file: path
    .optional()
    .describe(
      'Option file with `user` and `password` under `[client]`, the only one that is read; refused when others may read it (mode 0600). Default: the client programs’ own files.',
    ),
});

export const mysqlConnectionKey = mysqlConnectionSchema
  .default({})
  .describe(
    'What is absent is left to the client programs and their option files. No password belongs here.',
  );

export function mysqlConnectionOf(raw: z.output<typeof mysqlConnectionSchema>): MysqlConnection {
  return {
    socket: raw.socket ?? null,
    host: raw.host ?? null,
    port: raw.port ?? null,
    user: raw.user ?? null,
    defaultsFile: raw.defaults_file ?? null,
  };
}
