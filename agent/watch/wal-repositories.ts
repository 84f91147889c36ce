/** Which repository keeps the base backups and WAL of a job. One line a store. */
import type { PostgresPitrJob } from '../config/job-spec.ts';
import { ArchiveDirectoryRepository } from './archive-directory-repository.ts';
import type { Asker } from './ask.ts';
import { PgBackRestRepository } from './pgbackrest-repository.ts';
import type { WalRepository } from './wal-repository.ts';
import type { ArchiveDirectoryDeps } from './wal-sender.ts';

export interface RepositoryDeps extends ArchiveDirectoryDeps {
  asker: Asker;
  isRoot: boolean;
}

export function walRepositoryOf({ name, store }: PostgresPitrJob, deps: RepositoryDeps): WalRepository {
  if (store.engine === 'archive-directory') return new ArchiveDirectoryRepository({ name, store }, deps);
  return new PgBackRestRepository(store, deps.asker, deps.isRoot);
}
