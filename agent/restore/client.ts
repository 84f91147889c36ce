/** Programs that a restore speaks to: a database's clients, fed with what an archive holds. */

import { readFileSync } from 'node:fs';
import type { Readable, Transform } from 'node:stream';
import { findProgram, startProcess } from '../process.ts';
import type { Desk, Surroundings } from './types.ts';

export interface ClientEnd {
  exitCode: number | null;
  startError: string | null;
  stdout: string;
  /** The last lines. */
  stderr: string[];
}

const STDOUT_BYTES_MAX = 16 * 1024 * 1024;
const STDERR_LINES_MAX = 200;
const CONNECT_SECONDS = '15';

/**
 * Runs a client to its end, or until the restore is interrupted.
 * @param onStdoutLine gets what it prints, where that is only a log.
 */
export async function runClient(
  desk: Omit<Surroundings, 'progress'>,
  argv: string[],
  input?: Readable,
  onStdoutLine?: (line: string) => void,
): Promise<ClientEnd> {
  const stderr: string[] = [];
  const running = startProcess(
    {
      argv,
      env: { PGCONNECT_TIMEOUT: CONNECT_SECONDS, ...desk.environment, LC_ALL: 'C.UTF-8' },
      stdoutBytesMax: STDOUT_BYTES_MAX,
      onStderrLine: (line) => {
        stderr.push(line);
        if (stderr.length > STDERR_LINES_MAX) stderr.shift();
      },
      ...(input ? { input } : {}),
      ...(onStdoutLine ? { onStdoutLine } : {}),
    },
    desk.clock,
  );
  const stop = () => running.stop();
  desk.signal.addEventListener('abort', stop);
  if (desk.signal.aborted) stop();
  const { exitCode, startError, stdout } = await running.result;
  desk.signal.removeEventListener('abort', stop);
  return { exitCode, startError, stdout, stderr };
}

export interface Fed {
  client: ClientEnd;
  bytes: number;
  /** Why the archive could not be read to its end; null when it could, or when the client ended first. */
  readProblem: string | null;
}

/**
 * Streams an archive into a client; nothing of it touches the disk.
 * @param through changes what flows.
 */
export async function feed(
  desk: Desk,
  archive: string,
  argv: string[],
  what: string,
  through: Transform | null = null,
): Promise<Fed> {
  let bytes = 0;
  let totalBytes = 0;
  let readerEnded = false;
  let clientFirst = false;
  let client: Promise<ClientEnd> | null = null;
  const seen = await desk.reader.stream(
    archive,
    null,
    (stream) => {
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        desk.progress.show(bytes, totalBytes, what);
      });
      stream.on('end', () => {
        readerEnded = true;
      });
      client = runClient(desk, argv, through ? stream.pipe(through) : stream);
      void client.then(() => {
        clientFirst = !readerEnded;
        // Nobody takes the rest: borg ends.
        stream.destroy();
      });
    },
    (progress) => {
      totalBytes = progress.totalBytes;
    },
  );
  const end = client
    ? await client
    : { exitCode: null, startError: 'borg was not started', stdout: '', stderr: [] };
  desk.progress.clear();
  const readProblem = seen.exitCode === 0 || clientFirst ? null : desk.reader.failure(seen).message;
  return { client: end, bytes, readProblem };
}

/** The system's users. Those of a directory service are not in it, and then nobody is put in place. */
const USERS = '/etc/passwd';

/**
 * Puts `runuser` in front: over a socket PostgreSQL and MariaDB believe the user of the system, so root speaks
 * to them as the role it names.
 */
export function asSystemUser(desk: Desk, argv: string[], role: string | null, overSocket: boolean): string[] {
  if (process.getuid?.() !== 0 || !overSocket || role === null || role === 'root') return argv;
  const runuser = findProgram('runuser', desk.environment.PATH ?? '');
  const isUser = readFileSync(USERS, 'utf8')
    .split('\n')
    .some((line) => line.startsWith(`${role}:`));
  return runuser !== null && isUser ? [runuser, '-u', role, '--', ...argv] : argv;
}
