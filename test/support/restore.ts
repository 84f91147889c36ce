/** `backproof-agent restore` in this process, and runs to restore from. */
import { PassThrough } from 'node:stream';
import { restore } from '../../agent/commands/restore.ts';
import type { RestoreOptions } from '../../agent/commands/restore-options.ts';
import { type Clock, systemClock } from '../../proto/clock.ts';

export interface Restored {
  code: number;
  /** What the person was told. */
  said: string[];
  stdout: Buffer;
}

export interface RestoreWorld {
  clock?: Clock;
  signal?: AbortSignal;
  /** What a person types. */
  typed?: string;
  /** Told each line as it is said. */
  onSaid?: (line: string) => void;
}

export async function restoreNow(
  options: Partial<RestoreOptions> & { configFile: string; job: string },
  world: RestoreWorld = {},
): Promise<Restored> {
  const said: string[] = [];
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const { typed } = world;
  const code = await restore(
    {
      json: false,
      host: undefined,
      at: 'latest',
      to: undefined,
      inPlace: false,
      yesOverwrite: undefined,
      overwrite: false,
      paths: [],
      database: undefined,
      allDatabases: false,
      globals: false,
      into: undefined,
      dbHost: undefined,
      dbPort: undefined,
      dbUser: undefined,
      owners: true,
      privileges: true,
      reason: 'a test',
      by: 'alice',
      request: false,
      withoutApproval: false,
      ...options,
    },
    {
      clock: world.clock ?? systemClock,
      say: (line) => {
        said.push(line);
        world.onSaid?.(line);
      },
      stderr: { write: () => {} },
      stdout,
      ask: typed === undefined ? null : async () => typed,
      signal: world.signal ?? new AbortController().signal,
    },
  );
  return { code, said, stdout: Buffer.concat(chunks) };
}
