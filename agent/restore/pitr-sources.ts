/** What keeps a PITR job's base backups and WAL, as a restore sees it. One line a store. */
import type { PostgresPitrJob, RepositorySpec } from '../config/job-spec.ts';
import { ArchiveDirectorySource } from './archive-directory-source.ts';
import { PgBackRestSource } from './pgbackrest-source.ts';
import type { PitrSource } from './pitr-source.ts';
import type { RepositoryReader } from './reader.ts';
import type { Surroundings } from './types.ts';

/**
 * @param open reads a borg repository, and knows whose archives are meant. Throws UserError.
 * @throws UserError of `open`.
 */
export function pitrSourceOf(
  { name, store }: PostgresPitrJob,
  desk: Surroundings,
  isRoot: boolean,
  open: (repository: RepositorySpec) => { reader: RepositoryReader; host: string },
): PitrSource {
  if (store.engine === 'pgbackrest') return new PgBackRestSource(store, desk, isRoot);
  const { reader, host } = open(store.repository);
  return new ArchiveDirectorySource(name, host, reader, desk);
}
