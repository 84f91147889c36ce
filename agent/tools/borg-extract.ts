/** borg's command lines for getting things back, and what it says while it does. Pure. */
import { type BorgAccess, commonOptions } from './borg.ts';

/** One file, folder or link of an archive. */
export interface ArchiveEntry {
  /** As borg keeps it: without the slash in front. */
  path: string;
  /** `-` a file, `d` a folder, `l` a symbolic link, as in `ls -l`. */
  type: string;
  sizeBytes: number;
}

export interface ExtractProgress {
  doneBytes: number;
  totalBytes: number;
  path: string;
}

/**
 * A path as it is given to borg: `pp:` takes it as it stands, whatever it looks like, with everything below.
 * @param path absolute, as people see it.
 */
function literal(path: string): string {
  return `pp:${path.replace(/^\/+/, '')}`;
}

/** Into the working directory; no paths mean the whole archive. */
export function extractArgv(access: BorgAccess, archive: string, paths: readonly string[]): string[] {
  return [
    access.program,
    'extract',
    '--progress',
    // An archive does not tell holes from zeros; as a hole they read the same and take no room.
    '--sparse',
    ...commonOptions(access),
    `${access.location}::${archive}`,
    ...paths.map(literal),
  ];
}

/** The contents of every file of the archive, or of the one at `path`, on standard output. */
export function extractToStdoutArgv(access: BorgAccess, archive: string, path: string | null): string[] {
  return [
    access.program,
    'extract',
    '--stdout',
    '--progress',
    ...commonOptions(access),
    `${access.location}::${archive}`,
    ...(path === null ? [] : [literal(path)]),
  ];
}

/** Null when the line is no progress of an extraction. */
export function parseExtractProgress(line: string): ExtractProgress | null {
  if (!line.startsWith('{') || !line.includes('"progress_percent"')) return null;
  const event = parsed(line);
  if (event?.msgid !== 'extract' || event.finished === true) return null;
  const { current, total, info } = event;
  if (typeof current !== 'number' || typeof total !== 'number' || total <= 0) return null;
  return { doneBytes: current, totalBytes: total, path: Array.isArray(info) ? String(info[0]) : '' };
}

/** One line of `borg list --json-lines`; null when it is no entry. */
export function parseEntry(line: string): ArchiveEntry | null {
  const entry = parsed(line);
  if (typeof entry?.path !== 'string') return null;
  return {
    path: entry.path,
    type: typeof entry.type === 'string' ? entry.type : '-',
    sizeBytes: typeof entry.size === 'number' ? entry.size : 0,
  };
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
