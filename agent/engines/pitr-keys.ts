/** Which keys of a `postgres-pitr` job belong to which of its engines. Pure. */
import { formatDuration, parseDuration } from '../../proto/duration.ts';
import type { SpecFinding } from './types.ts';

const OF_PGBACKREST = ['stanza', 'pgbackrest'];
const OF_DIRECTORY = ['archive_directory', 'repository'];
/**
 * Less would page for servers of which all is well: archive_timeout and a look, then up to SHIP_EVERY_MS
 * (decide/wal-ship.ts) until the next archive, and the time borg takes for it.
 */
const STALE_MIN_MS = 600_000;

export function pgBackRestFindings(raw: Record<string, unknown>): SpecFinding[] {
  return [...missing(raw, ['stanza'], 'pgbackrest'), ...foreign(raw, OF_DIRECTORY, 'archive-directory')];
}

export function archiveDirectoryFindings(raw: Record<string, unknown>): SpecFinding[] {
  return [
    ...missing(raw, OF_DIRECTORY, 'archive-directory'),
    ...foreign(raw, OF_PGBACKREST, 'pgbackrest'),
    ...staleFindings(raw.stale_after),
  ];
}

function missing(raw: Record<string, unknown>, keys: string[], engine: string): SpecFinding[] {
  return keys
    .filter((key) => raw[key] === undefined)
    .map((key) => ({ key, allowed: `a value: engine ${engine} needs it` }));
}

function foreign(raw: Record<string, unknown>, keys: string[], engine: string): SpecFinding[] {
  return keys
    .filter((key) => raw[key] !== undefined)
    .map((key) => ({ key, allowed: `nothing: it belongs to engine ${engine}` }));
}

function staleFindings(stale: unknown): SpecFinding[] {
  const warning =
    stale !== null && typeof stale === 'object' ? (stale as { warning?: unknown }).warning : null;
  const warningMs = typeof warning === 'string' ? parseDuration(warning) : null;
  if (warningMs === null || warningMs >= STALE_MIN_MS) return [];
  return [
    {
      key: 'stale_after',
      allowed: `warning: at least ${formatDuration(STALE_MIN_MS)} with engine archive-directory`,
    },
  ];
}
