/** The archives of an `archive-directory` job in the form in which all repositories of WAL are judged. Pure. */
import { begunAtMs } from '../tools/archive-name.ts';
import type { ListedArchive } from '../tools/borg.ts';
import { basesIn, namedAtMs, walIn } from '../tools/pitr-archives.ts';
import type { FolderSeen } from './wal-folder.ts';
import { rangeOf, type SpanRange } from './wal-ship.ts';
import type { BaseBackup } from './wal-windows.ts';

export interface Cluster {
  systemIdentifier: string;
  segmentBytes: number;
}

/** Each archive of a cluster's WAL is a folder that is whole. */
export function foldersIn(
  host: string,
  job: string,
  archives: readonly ListedArchive[],
  { systemIdentifier, segmentBytes }: Cluster,
): FolderSeen[] {
  return walIn(host, job, archives).flatMap(({ archive, span }) => {
    const range = span.systemIdentifier === systemIdentifier ? rangeOf(span, segmentBytes) : null;
    return range ? [folderOf(archive.name, range, segmentBytes, namedAtMs(archive))] : [];
  });
}

export function folderOf(
  name: string,
  { timeline, ...range }: SpanRange,
  sizeBytes: number,
  changedAtMs: number,
): FolderSeen {
  const segments = Array.from({ length: range.to - range.from + 1 }, (_, i) => ({
    index: range.from + i,
    sizeBytes,
    changedAtMs,
    isWhole: true,
  }));
  return { name, timeline, range, segments };
}

/** Base backups of a cluster, oldest first; `newest` is the cluster that the newest of all belongs to. */
export function backupsIn(
  host: string,
  job: string,
  archives: readonly ListedArchive[],
): { newest: string | null; of(systemIdentifier: string): BaseBackup[] } {
  const bases = basesIn(host, job, archives).sort((a, b) => a.wholeAtMs - b.wholeAtMs);
  return {
    newest: bases.at(-1)?.needs.systemIdentifier ?? null,
    of: (systemIdentifier) =>
      bases
        .filter(({ needs }) => needs.systemIdentifier === systemIdentifier)
        .map(({ archive, needs, wholeAtMs }) => ({
          label: archive.name,
          startedAtMs: begunAtMs(archive),
          stoppedAtMs: wholeAtMs,
          walStart: needs.first,
          walStop: needs.last,
        })),
  };
}
