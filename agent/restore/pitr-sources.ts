/** What keeps a PITR job's base backups and WAL, as a restore sees it. */
import { UserError } from '../../proto/errors.ts';
import type { PostgresPitrJob } from '../config/job-spec.ts';
import { PgBackRestSource } from './pgbackrest-source.ts';
import type { PitrSource } from './pitr-source.ts';
import type { Surroundings } from './types.ts';

/** Throws UserError for one that cannot be restored from by itself. */
export function pitrSourceOf(
  { name, store }: PostgresPitrJob,
  desk: Surroundings,
  isRoot: boolean,
): PitrSource {
  if (store.engine === 'pgbackrest') return new PgBackRestSource(store, desk, isRoot);
  throw new UserError(`this version does not restore ${name} out of its archive directory by itself`, {
    next: 'extract its newest -base archive with borg into a new data directory, and the -wal archives since for restore_command',
  });
}
