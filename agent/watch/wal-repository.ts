/** What keeps a cluster's base backups and WAL, as the watch sees it: the second witness beside the server. */
import type { RepositorySeen, WalMemory } from '../decide/wal-watch.ts';
import type { WalFacts } from '../tools/postgres-wal.ts';
import type { Answer } from './ask.ts';

export interface WalRepository {
  /**
   * Looks at what is there and not known yet, and at what still grows.
   * @param before what was remembered of earlier looks, of whichever cluster.
   * @param turn counts the looks.
   */
  look(before: WalMemory | null, facts: WalFacts, turn: number): Promise<Answer<RepositorySeen>>;
  /** What is to be done each minute, whether the server can be asked or not. Returns at once; a look awaits it. */
  tend?(): void;
  /** Whether it works in the job's borg repository now. */
  isAtWork?(): boolean;
  stop?(): void;
}
