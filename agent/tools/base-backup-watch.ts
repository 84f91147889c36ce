/**
 * A base backup that flows by, as `pg_basebackup -D - -Ft -X none` writes it: a tar with the whole cluster, with
 * `backup_label` and, at its end, `backup_manifest` (backup-manifest-format), which says which WAL it needs. Pure.
 */
import type { BackupSpan, DumpFound } from './guard-words.ts';
import { type TarMember, TarWatch } from './tar-watch.ts';
import { parseLsn } from './wal.ts';

/** The last lines of a manifest: its WAL ranges and its checksum. */
const MANIFEST_TAIL_CHARS = 4_096;
const NEEDED = ['backup_label', 'global/pg_control', 'backup_manifest'];

export class BaseBackupWatch extends TarWatch {
  readonly #found = new Set<string>();
  #manifest = '';

  override problem(): string | null {
    const problem = super.problem();
    if (problem !== null) return problem;
    const missing = NEEDED.filter((name) => !this.#found.has(name));
    if (missing.length > 0) return `it lacks ${missing.join(' and ')}`;
    return this.#span() === null ? 'its backup_manifest does not say which WAL it needs' : null;
  }

  /** Once there is no problem. */
  found(): DumpFound {
    return { span: this.#span()! };
  }

  protected override onContent({ name }: TarMember, chunk: Buffer): void {
    this.#found.add(name);
    if (name === 'backup_manifest')
      this.#manifest = (this.#manifest + chunk.toString('latin1')).slice(-MANIFEST_TAIL_CHARS);
  }

  /** Of several ranges, after a promotion meanwhile, the way goes from the first's start to the last's end. */
  #span(): BackupSpan | null {
    const ranges = [
      ...this.#manifest.matchAll(
        /"Timeline": (\d+), "Start-LSN": "([0-9A-F/]+)", "End-LSN": "([0-9A-F/]+)"/g,
      ),
    ].map(([, timeline, start, stop]) => ({ timeline: Number(timeline), start: start!, stop: stop! }));
    const [first, ...others] = ranges.sort((a, b) => (parseLsn(a.start) ?? 0) - (parseLsn(b.start) ?? 0));
    return first ? { ...first, stop: (others.at(-1) ?? first).stop } : null;
  }
}
