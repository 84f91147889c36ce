/** What keeps a cluster's base backups and WAL, as the watch sees it: the second witness beside the server. */
import type { PostgresPitrJob } from '../config/job-spec.ts';
import type { RepositorySeen, WalMemory } from '../decide/wal-watch.ts';
import type { WalFacts } from '../tools/postgres-wal.ts';
import type { Answer, Asker } from './ask.ts';
import { PgBackRestRepository } from './pgbackrest-repository.ts';

export interface WalRepository {
  /**
   * Looks at what is there and not known yet, and at what still grows.
   * @param before what was remembered of earlier looks, of whichever cluster.
   * @param turn counts the looks.
   */
  look(before: WalMemory | null, facts: WalFacts, turn: number): Promise<Answer<RepositorySeen>>;
}

export function walRepositoryOf(job: PostgresPitrJob, asker: Asker, isRoot: boolean): WalRepository {
  return new PgBackRestRepository(job.store, asker, isRoot);
}
