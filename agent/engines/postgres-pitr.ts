/**
 * `postgres-pitr`: base backups of a PostgreSQL cluster, by whatever keeps them and its WAL: one file for each.
 * The WAL arrives by itself; watch/wal.ts looks at that.
 */
import type { PostgresPitrJob } from '../config/job-spec.ts';
import { archiveDirectoryBackups } from './archive-directory-backups.ts';
import { pgBackRestBackups } from './pgbackrest-backups.ts';
import { archiveDirectoryFindings, pgBackRestFindings } from './pitr-keys.ts';
import type { Engine, PitrAdapter } from './types.ts';

const ADAPTERS = { pgbackrest: pgBackRestBackups, 'archive-directory': archiveDirectoryBackups };

export const postgresPitr: Engine<PostgresPitrJob> = {
  kind: 'postgres-pitr',
  validate: (raw) =>
    raw.engine === 'archive-directory' ? archiveDirectoryFindings(raw) : pgBackRestFindings(raw),
  plan: (spec, context, seen) => adapterOf(spec).plan(spec, context, seen),
  outcome: (spec, context, seen) => adapterOf(spec).outcome(spec, context, seen),
  sources: (spec) => adapterOf(spec).sources(spec),
  inventory: (spec, context) => adapterOf(spec).inventory(spec, context),
};

/** The table pairs each store with an adapter for just that; the lookup by the job's own store keeps it. */
function adapterOf(spec: PostgresPitrJob): PitrAdapter {
  return ADAPTERS[spec.store.engine] as unknown as PitrAdapter;
}
