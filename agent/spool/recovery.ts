/**
 * Opens the spool whatever became of its file: backups do not depend on what was to be said about them. A
 * file that is no longer a database (power loss, bad sector) is set aside and a new one begun, whose first
 * record is a gap that says so.
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, UserError } from '../../proto/errors.ts';
import { Spool, type SpoolOptions } from '../spool.ts';

/** Broken files kept for whoever wants to look; each may be as large as the spool. */
const BROKEN_KEPT_MAX = 2;
/** A database and what SQLite puts beside it. */
const SUFFIXES = ['', '-wal', '-shm'];

export interface OpenedSpool {
  spool: Spool;
  /** Where the file before went, null when it was whole. */
  brokenFile: string | null;
}

/** Throws UserError when neither the file nor a new one in its place can be used. */
export function openSpool(file: string, options: SpoolOptions, nowMs: number): OpenedSpool {
  try {
    return { spool: openReadable(file, options), brokenFile: null };
  } catch (error) {
    if (!codesOf(error).some(isBroken)) throw unusable(file, error);
    return replaceBroken(file, options, nowMs, error);
  }
}

/** What the agent needs at its start is read here, while another file can still take the place of this one. */
function openReadable(file: string, options: SpoolOptions): Spool {
  const spool = Spool.open(file, options);
  try {
    for (const { job } of spool.declaredJobs()) spool.lastFinished(job);
    spool.unfinishedRuns();
    spool.lastHostFacts();
    return spool;
  } catch (error) {
    spool.close();
    throw error;
  }
}

function replaceBroken(file: string, options: SpoolOptions, nowMs: number, why: unknown): OpenedSpool {
  const brokenFile = `${file}.broken-${nowMs}`;
  let spool: Spool | null = null;
  try {
    move(file, brokenFile);
    spool = Spool.open(file, options);
    const reason = `the spool was broken and a new one was begun, so what it held and had not been sent is missing: ${messageOf(why)}`;
    const gap = { fromSeq: 1, toSeq: 1, reason, oldestAtMs: nowMs, newestAtMs: nowMs };
    spool.append({ type: 'gap', value: gap }, nowMs);
    removeOldBroken(file);
    return { spool, brokenFile };
  } catch (error) {
    spool?.close();
    // Without its gap record the new one would hide the loss: the next start tries again.
    if (existsSync(brokenFile)) {
      for (const suffix of SUFFIXES) rmSync(file + suffix, { force: true });
      move(brokenFile, file);
    }
    throw unusable(file, error);
  }
}

function move(from: string, to: string): void {
  for (const suffix of SUFFIXES) if (existsSync(from + suffix)) renameSync(from + suffix, to + suffix);
}

function removeOldBroken(file: string): void {
  const prefix = `${basename(file)}.broken-`;
  const times = readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => b - a);
  for (const time of times.slice(BROKEN_KEPT_MAX))
    for (const suffix of SUFFIXES) rmSync(join(dirname(file), `${prefix}${time}${suffix}`), { force: true });
}

/** The codes of an error and of what caused it, outermost first. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const code = 'code' in error ? [String(error.code)] : [];
  return [...code, ...codesOf(error.cause)];
}

function isBroken(code: string): boolean {
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT');
}

function unusable(file: string, error: unknown): UserError {
  const codes = codesOf(error);
  const next = codes.some((code) => code.startsWith('SQLITE_BUSY'))
    ? 'another agent uses this folder: stop it first ("systemctl stop backproof-agent")'
    : codes.some((code) => code === 'SQLITE_FULL' || code === 'ENOSPC')
      ? `make room on the file system of ${dirname(file)}`
      : `see that ${dirname(file)} belongs to the user the agent runs as, and that its file system is writable`;
  return new UserError(messageOf(error), { next, cause: error });
}
