/** What `exec` says it heard of borg, checked field by field: whoever may open the socket may say anything. */
import { WARNINGS_PER_RUN_MAX } from '../../proto/limits.ts';
import type { RunWarning } from '../../proto/run.ts';
import type { BorgError } from '../tools/borg-log.ts';
import { ARCHIVES_MAX, type BorgReport, type ReportedArchive } from '../tools/borg-output.ts';

/** Undefined for what is no report; null says that borg was not heard. */
export function parseBorgReport(value: unknown): BorgReport | null | undefined {
  if (value === null) return null;
  const { archives, said } = fields(value);
  const { warnings, warningsTotal, mattersTotal, errors } = fields(said);
  if (!isCount(warningsTotal) || !isCount(mattersTotal)) return undefined;
  const read = {
    archives: list(archives, archive, ARCHIVES_MAX),
    warnings: list(warnings, warning, WARNINGS_PER_RUN_MAX),
    errors: list(errors, borgError, Number.POSITIVE_INFINITY),
  };
  if (!read.archives || !read.warnings || !read.errors) return undefined;
  const heard = { warnings: read.warnings, warningsTotal, mattersTotal, errors: read.errors };
  return { archives: read.archives, said: heard };
}

function list<T>(value: unknown, one: (value: unknown) => T | null, countMax: number): T[] | null {
  if (!Array.isArray(value) || value.length > countMax) return null;
  const read = value.map(one);
  return read.some((item) => item === null) ? null : (read as T[]);
}

function archive(value: unknown): ReportedArchive | null {
  const { name, id, repositoryId, location, stats } = fields(value);
  const { originalBytes, compressedBytes, deduplicatedBytes, files } = fields(stats);
  if (!isText(name) || !isText(id) || !isText(repositoryId) || !isText(location)) return null;
  if (!isCount(originalBytes) || !isCount(compressedBytes)) return null;
  if (!isCount(deduplicatedBytes) || !isCount(files)) return null;
  return {
    name,
    id,
    repositoryId,
    location,
    stats: { originalBytes, compressedBytes, deduplicatedBytes, files },
  };
}

function warning(value: unknown): RunWarning | null {
  const { code, message, path, harmless } = fields(value);
  if (!isText(code) || !isText(message) || !isText(path) || typeof harmless !== 'boolean') return null;
  return { code, message, path, harmless };
}

function borgError(value: unknown): BorgError | null {
  const { msgid, message } = fields(value);
  return isText(msgid) && isText(message) ? { msgid, message } : null;
}

function fields(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
