/**
 * What is said between the agent and the unit that makes base backups as `postgres`: one line that names a job and a
 * type, and then JSON lines until the end. Nothing in it is a command or a path. Pure.
 */
import { NAME_CHARS_MAX } from '../../proto/limits.ts';
import type { BackupType } from './pgbackrest.ts';

/** scripts/systemd/backproof-base-backup.socket listens there. */
export const BASE_BACKUP_SOCKET = '/run/backproof-base-backup.sock';

const TYPES: readonly string[] = ['full', 'diff', 'incr'] satisfies BackupType[];
/** Two words and a line feed. */
export const REQUEST_CHARS_MAX = NAME_CHARS_MAX + 16;

export interface BaseBackupRequest {
  job: string;
  type: BackupType;
}

export type BaseBackupSaid =
  | { line: string }
  /** How pgBackRest ended. */
  | { exitCode: number }
  | { signal: string }
  /** Nothing was begun. */
  | { refused: string };

export function requestLine({ job, type }: BaseBackupRequest): string {
  return `${job} ${type}\n`;
}

/** Null for everything that is no such line. */
export function parseRequest(line: string): BaseBackupRequest | null {
  const [job, type, ...more] = line.split(' ');
  if (!job || !isType(type) || more.length > 0 || job.length > NAME_CHARS_MAX) return null;
  return { job, type };
}

export function isType(text: string | undefined): text is BackupType {
  return TYPES.includes(text ?? '');
}

/** Null for a line of another form. */
export function parseSaid(text: string): BaseBackupSaid | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (value === null || typeof value !== 'object') return null;
  const { line, exitCode, signal, refused } = value as Record<string, unknown>;
  if (typeof line === 'string') return { line };
  if (typeof exitCode === 'number' && Number.isInteger(exitCode)) return { exitCode };
  if (typeof signal === 'string') return { signal };
  return typeof refused === 'string' ? { refused } : null;
}
