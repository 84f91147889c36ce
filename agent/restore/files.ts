/** Files out of an archive: into a folder, or back to where they came from. */
import { dirname, join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { formatSize } from '../../proto/duration.ts';
import { messageOf, UserError } from '../../proto/errors.ts';
import type { RestorePoint } from '../decide/choose-archive.ts';
import { bothTimes } from '../decide/moment.ts';
import { WantedPaths } from '../decide/wanted-paths.ts';
import type { ExtractProgress } from '../tools/borg-extract.ts';
import { freeBytes, isThere, mark, prepareFolder, refuseOpen, unmark } from './folder.ts';
import type { Extracted } from './reader.ts';
import { type Desk, failedRestore, PLAINLY, type PreparedRestore, type RestoreResult } from './types.ts';

export interface FilesDestination {
  /** Absolute; `/` in place. */
  folder: string;
  inPlace: boolean;
  /** The folder may hold something already. */
  overwrite: boolean;
}

/**
 * @param paths absolute; none mean everything.
 * @throws UserError when the archive does not hold one of them, or the folder cannot be used.
 */
export async function prepareFiles(
  desk: Desk,
  point: RestorePoint,
  paths: string[],
  destination: FilesDestination,
): Promise<PreparedRestore> {
  const { folder, inPlace, overwrite } = destination;
  const folders = new Set<string>();
  if (inPlace || paths.length > 0) await lookInto(desk, point, paths, folders);
  const ready = () => (inPlace ? refuseOpen(folders) : prepareFolder(folder, overwrite));
  ready();
  return {
    what: {
      ...PLAINLY,
      archives: [point.name],
      pointAtMs: point.createdAtMs,
      paths,
      destination: inPlace ? 'in place' : folder,
      inPlace,
      overwrite,
    },
    run: () => restoreFiles(desk, point, paths, destination, ready),
  };
}

/**
 * One file, to whoever reads our standard output.
 * @throws UserError when the archive does not hold it, or it is no file.
 */
export async function prepareFileToStdout(
  desk: Desk,
  point: RestorePoint,
  path: string,
  stdout: Writable,
): Promise<PreparedRestore> {
  const type = await lookInto(desk, point, [path], new Set());
  if (type !== '-')
    throw new UserError(`${path} is no file, and only one file can be written to standard output`, {
      next: 'restore it into a folder with --to DIR',
    });
  return {
    what: {
      ...PLAINLY,
      archives: [point.name],
      pointAtMs: point.createdAtMs,
      paths: [path],
      destination: 'standard output',
    },
    run: () => streamOut(desk, point.name, path, stdout),
  };
}

/** An archive's contents to a stream, as they are. */
export async function streamOut(
  desk: Desk,
  archive: string,
  path: string | null,
  to: Writable,
): Promise<RestoreResult> {
  let bytes = 0;
  const seen = await desk.reader.stream(archive, path, (stream) => {
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    // Whoever reads our output may be gone: then borg has nothing to wait for.
    to.on('error', () => stream.destroy());
    stream.pipe(to, { end: false });
  });
  if (desk.signal.aborted) return interrupted('what was written is not whole', bytes);
  if (seen.exitCode !== 0)
    return { ...failedRestore(desk.reader.failure(seen).message), restoredBytes: bytes };
  return {
    outcome: 'succeeded',
    result: `${formatSize(bytes)} written.`,
    restoredBytes: bytes,
    next: '',
  };
}

/**
 * @param paths none mean everything.
 * @param folders gets all that something is written in.
 * @returns the type of the one entry that was found, `several` for more.
 * @throws UserError when the archive does not hold one of the paths.
 */
async function lookInto(
  desk: Desk,
  point: RestorePoint,
  paths: string[],
  folders: Set<string>,
): Promise<string> {
  const wanted = new WantedPaths(paths.length > 0 ? paths : ['/']);
  let type = '';
  await desk.reader.entries(point.name, (entry) => {
    const before = wanted.found().entries;
    wanted.add(entry.path, entry.sizeBytes);
    if (wanted.found().entries === before) return;
    type = before === 0 ? entry.type : 'several';
    folders.add(dirname(resolve('/', entry.path)));
  });
  const missing = wanted.missing();
  if (missing.length === 0) return type;
  throw new UserError(`the archive of ${bothTimes(point.createdAtMs, desk.zone)}: ${missing.join('; ')}`, {
    next: 'correct the path, or look into another recovery point with --at',
  });
}

async function restoreFiles(
  desk: Desk,
  point: RestorePoint,
  paths: string[],
  { folder, inPlace }: FilesDestination,
  ready: () => void,
): Promise<RestoreResult> {
  const { reader, progress, signal } = desk;
  const into = inPlace ? 'in place' : `into ${folder}`;
  try {
    // A second person may have taken an hour: what is there now is not overwritten unseen.
    ready();
    if (!inPlace) mark(folder, `Backproof restores ${point.name} into this folder.`);
  } catch (error) {
    return failedRestore(`Nothing was restored: ${messageOf(error)}.`);
  }
  let isFirst = !inPlace;
  const onProgress = (heard: ExtractProgress) => {
    if (isFirst) warnOfRoom(desk, folder, heard.totalBytes);
    isFirst = false;
    progress.show(heard.doneBytes, heard.totalBytes, heard.path);
  };
  const extracted = await reader.extract(point.name, paths, folder, onProgress);
  progress.clear();
  const result = signal.aborted
    ? interrupted(leftOver(folder, inPlace), extracted.progress?.doneBytes ?? 0)
    : judge(desk, extracted, paths, folder, into);
  if (!inPlace && (result.outcome === 'succeeded' || result.outcome === 'warning')) unmark(folder);
  return result;
}

/** Sparse files may fit all the same, so it is said and tried. */
function warnOfRoom(desk: Desk, folder: string, totalBytes: number): void {
  const free = freeBytes(folder);
  if (free === null || free >= totalBytes) return;
  desk.progress.clear();
  desk.say(`warning: ${formatSize(totalBytes)} are to be restored, and ${formatSize(free)} are free there`);
}

function interrupted(left: string, restoredBytes: number): RestoreResult {
  return { outcome: 'cancelled', result: `Interrupted: ${left}.`, restoredBytes, next: '' };
}

function leftOver(folder: string, inPlace: boolean): string {
  return inPlace
    ? 'some files are restored, others are as they were; the same command again restores them all'
    : `${folder} is not whole; remove it, or go on with the same command and --overwrite`;
}

function judge(
  desk: Desk,
  { seen, progress, diskFull }: Extracted,
  paths: string[],
  folder: string,
  into: string,
): RestoreResult {
  const inPlace = folder === '/';
  const restoredBytes = progress?.doneBytes ?? 0;
  if (diskFull)
    return {
      outcome: 'failed',
      result: `The disk is full: ${folder} has no room left after ${formatSize(restoredBytes)}, and ${leftOver(folder, inPlace)}.`,
      restoredBytes,
      next: 'make room, or restore into a folder on another disk',
    };
  const { said, exitCode } = seen;
  const absent = paths.filter((path) => !isThere(join(folder, path)));
  if (seen.startError !== null || seen.signal !== null || said.errors.length > 0 || absent.length > 0) {
    const why =
      absent.length > 0 && exitCode === 0
        ? `borg reported success, but ${absent.join(', ')} is not there.`
        : desk.reader.failure(seen).message;
    return {
      outcome: 'failed',
      result: `${why} ${sentence(leftOver(folder, inPlace))}`,
      restoredBytes,
      next: '',
    };
  }
  const done = `${paths.length > 0 ? paths.join(', ') : 'Everything'} restored ${into}, ${formatSize(restoredBytes)}`;
  if (exitCode === 0 && said.warningsTotal === 0)
    return { outcome: 'succeeded', result: `${done}.`, restoredBytes, next: '' };
  const first = said.warnings[0]?.message ?? `borg ended with exit code ${exitCode} without saying why`;
  const more = said.warningsTotal > 1 ? `, and ${said.warningsTotal - 1} more` : '';
  return {
    outcome: 'warning',
    result: `${done}, but not all of it as it was: ${first}${more}.`,
    restoredBytes,
    next: '',
  };
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
