/** `backproof-agent restore JOB`: gets something back, and writes down who did it, why, and what came of it. */
import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Writable } from 'node:stream';
import type { Clock } from '../../proto/clock.ts';
import { formatDuration } from '../../proto/duration.ts';
import { messageOf, UserError } from '../../proto/errors.ts';
import type { RestoreFinished, RestoreOrder } from '../../proto/restore.ts';
import { newRunId, RUN_ID_RANDOM_BYTES } from '../../proto/run.ts';
import { needsApproval } from '../config/job-spec.ts';
import { preparePitr } from '../restore/pitr.ts';
import { pitrSourceOf } from '../restore/pitr-sources.ts';
import { restorePoints } from '../restore/points.ts';
import { prepare } from '../restore/prepare.ts';
import { ProgressLine } from '../restore/progress-line.ts';
import {
  failedRestore,
  type PreparedRestore,
  type RestoreResult,
  type Surroundings,
} from '../restore/types.ts';
import { type OpenDesk, openDesk, openReader } from './restore-desk.ts';
import { pitrWishOf, type RestoreOptions, wishOf } from './restore-options.ts';
import { RestoreRecorder } from './restore-recorder.ts';

export interface RestoreIo {
  clock: Clock;
  /** Standard error: what is told to the person who waits. */
  say: (line: string) => void;
  stderr: { write(text: string): unknown; isTTY?: boolean };
  stdout: Writable;
  /** What the person types; null when there is nobody to ask. */
  ask: ((question: string) => Promise<string>) | null;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** The shell's exit code for Ctrl-C. */
const INTERRUPTED = 130;

/** @returns the exit code. Throws UserError, ConfigError: then nothing was restored. */
export async function restore(options: RestoreOptions, io: RestoreIo): Promise<number> {
  try {
    return await getBack(options, io);
  } catch (error) {
    // What borg says of being ended is of no interest to the one who ended it.
    if (!io.signal.aborted) throw error;
    io.say('Interrupted: nothing was restored.');
    return INTERRUPTED;
  }
}

async function getBack(options: RestoreOptions, io: RestoreIo): Promise<number> {
  const { clock, say, signal } = io;
  const open = await openDesk(options);
  const desk: Surroundings = {
    clock,
    zone: open.config.zone,
    environment: open.environment.variables,
    say,
    progress: new ProgressLine((text) => io.stderr.write(text), io.stderr.isTTY === true, clock),
    signal,
  };
  const { prepared, atMs } = await prepareFor(options, open, desk, io.stdout);
  if (prepared.what.inPlace) await confirm(options, io);

  const order = orderOf(options, open.environment.variables, prepared, atMs, clock);
  const recorder = new RestoreRecorder({ socket: open.config.socket, clock, say, signal });
  const consent = await recorder.consent(order, {
    isNeeded: needsApproval(open.job),
    request: options.request,
    bypass: options.withoutApproval,
  });
  if (consent === null) return signal.aborted ? INTERRUPTED : 1;
  await recorder.started(order, consent);
  const result = await carryOut(prepared, desk);
  const finished = await recorder.finished(order, consent, result);
  report(options.json, order, result, finished, io);
  if (signal.aborted) return INTERRUPTED;
  return result.outcome === 'succeeded' ? 0 : 1;
}

/** @returns also the moment that was asked for, null for the newest. */
async function prepareFor(
  options: RestoreOptions,
  open: OpenDesk,
  desk: Surroundings,
  stdout: Writable,
): Promise<{ prepared: PreparedRestore; atMs: number | null }> {
  const { job, config } = open;
  if (job.kind === 'postgres-pitr') {
    const wish = pitrWishOf(options, job, config.zone);
    const isRoot = process.getuid?.() === 0;
    const source = pitrSourceOf(job, desk, isRoot, (repository) =>
      openReader(open, repository, options.host, desk.clock, desk.signal),
    );
    return { prepared: await preparePitr(desk, source, wish, config.postgresBins, isRoot), atMs: wish.atMs };
  }
  const wish = wishOf(options, job, config.zone);
  const { reader, host } = openReader(open, job.repository, options.host, desk.clock, desk.signal);
  const points = await restorePoints(reader, job, host);
  const prepared = await prepare({ ...desk, reader }, job, points, wish, stdout, config.postgresBins);
  return { prepared, atMs: wish.atMs };
}

async function carryOut(prepared: PreparedRestore, desk: Surroundings): Promise<RestoreResult> {
  try {
    return await prepared.run();
  } catch (error) {
    const next = error instanceof UserError ? (error.next ?? '') : '';
    return failedRestore(messageOf(error), next);
  } finally {
    desk.progress.clear();
  }
}

/** In place only when told twice. */
async function confirm(options: RestoreOptions, io: RestoreIo): Promise<void> {
  const { job, yesOverwrite } = options;
  if (yesOverwrite === job) return;
  const next = `restore beside it with --to DIR, or confirm with --yes-overwrite ${job}`;
  if (yesOverwrite !== undefined)
    throw new UserError(`--yes-overwrite names "${yesOverwrite}", and the job is ${job}`, {
      next,
      exitCode: 2,
    });
  if (!io.ask)
    throw new UserError('a restore in place overwrites what is there, and nobody confirmed it', { next });
  io.say(
    'This overwrites the files that are there now with those of the archive; files it does not hold stay.',
  );
  const typed = await io.ask(`Type the name of the job to go on: `);
  if (typed.trim() !== job) throw new UserError('not confirmed; nothing was restored', { next });
}

function orderOf(
  options: RestoreOptions,
  variables: Record<string, string>,
  prepared: PreparedRestore,
  atMs: number | null,
  clock: Clock,
): RestoreOrder {
  const login = variables.SUDO_USER ?? userInfo().username;
  return {
    restoreId: newRunId(clock.nowMs(), randomBytes(RUN_ID_RANDOM_BYTES)),
    job: options.job,
    by: options.by ?? login,
    login,
    reason: options.reason,
    atMs,
    ...prepared.what,
  };
}

function report(
  asJson: boolean,
  order: RestoreOrder,
  { outcome, result, next }: RestoreResult,
  finished: RestoreFinished,
  io: RestoreIo,
): void {
  const took = formatDuration(finished.durationMs);
  if (asJson && order.destination !== 'standard output') {
    const shown = {
      ...order,
      outcome,
      result,
      restoredBytes: finished.restoredBytes,
      durationMs: finished.durationMs,
    };
    io.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  }
  io.say(`${outcome} after ${took}: ${result}`);
  if (next !== '') io.say(`next: ${next}`);
}
