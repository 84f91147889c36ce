/**
 * What backproof-base-backup@.service runs, as `postgres`: one request in, a base backup of a job of the configuration
 * that root wrote, and what pgBackRest says of it out. Whoever asked hangs up: the backup is ended.
 */
import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../../proto/clock.ts';
import { messageOf } from '../../proto/errors.ts';
import { openPart } from '../closed-path.ts';
import { loadConfig, readEnvironment } from '../config.ts';
import { checkJob } from '../engines/index.ts';
import { LineSplitter } from '../process/lines.ts';
import { startProcess } from '../process.ts';
import {
  type BaseBackupRequest,
  type BaseBackupSaid,
  parseRequest,
  REQUEST_CHARS_MAX,
} from '../tools/base-backup.ts';
import { backupArgv } from '../tools/pgbackrest.ts';

/** Who connects has something to ask. */
const REQUEST_WITHIN_MS = 10_000;
/** An asker that reads no further is none any more. */
const UNREAD_BYTES_MAX = 8 * 1024 * 1024;
const WRITABLE_BY_OTHERS = 0o022;

export interface Asker {
  input: Readable;
  output: Writable;
}

/** Resolves when everything is said. */
export async function answerBaseBackup(
  configFile: string,
  { input, output }: Asker,
  clock: Clock,
): Promise<void> {
  const say = (said: BaseBackupSaid) => void output.write(`${JSON.stringify(said)}\n`);
  let hangUp = () => {};
  const gone = new Promise<void>((resolve) => {
    hangUp = resolve;
  });
  for (const event of ['end', 'close', 'error']) input.once(event, hangUp);
  output.once('error', hangUp);
  const line = await firstLine(input, gone, clock);
  if (line === null) return;
  const asked = await commandFor(parseRequest(line), configFile);
  if ('refused' in asked) return say(asked);
  const passOn = (text: string) => {
    say({ line: text });
    if (output.writableLength > UNREAD_BYTES_MAX) hangUp();
  };
  const running = startProcess(
    {
      argv: asked.argv,
      env: { ...readEnvironment().variables, LC_ALL: 'C.UTF-8' },
      stdoutBytesMax: 0,
      onStdoutLine: passOn,
      onStderrLine: passOn,
    },
    clock,
  );
  void gone.then(() => running.stop());
  const { exitCode, signal, startError } = await running.result;
  if (startError !== null) say({ refused: startError });
  else say(exitCode === null ? { signal: signal ?? 'a signal' } : { exitCode });
}

/** Null when none came. */
async function firstLine(input: Readable, gone: Promise<void>, clock: Clock): Promise<string | null> {
  let cancel = () => {};
  const line = new Promise<string>((resolve) => {
    const lines = new LineSplitter(REQUEST_CHARS_MAX, resolve);
    input.setEncoding('utf8');
    input.on('data', (text: string) => lines.add(text));
  });
  const tooLate = new Promise<null>((resolve) => {
    cancel = clock.after(REQUEST_WITHIN_MS, () => resolve(null));
  });
  const came = await Promise.race([line, tooLate, gone.then(() => null)]);
  cancel();
  return came;
}

/** Only what root wrote down is run: an agent that was taken over must not get further through this. */
async function commandFor(
  request: BaseBackupRequest | null,
  configFile: string,
): Promise<{ argv: string[] } | { refused: string }> {
  if (request === null) return { refused: 'this takes a line with the name of a job and full, diff or incr' };
  try {
    const open = openPart(dirname(configFile));
    const { uid, mode } = lstatSync(configFile);
    if (open !== null || uid !== 0 || (mode & WRITABLE_BY_OTHERS) !== 0)
      return { refused: `others than root can change ${open ?? configFile}` };
    const config = await loadConfig(configFile, checkJob, { secrets: false });
    const job = config.jobs.find(({ name }) => name === request.job);
    if (job?.kind !== 'postgres-pitr' || job.store.engine !== 'pgbackrest')
      return { refused: `${configFile} has no job ${request.job} whose base backups pgBackRest makes` };
    const { program, stanza, configFile: ownConfig } = job.store;
    return { argv: backupArgv({ program, stanza, configFile: ownConfig, prefix: [] }, request.type) };
  } catch (error) {
    return { refused: messageOf(error) };
  }
}
