/** The seam of what is nobody's own: leases, the journal, what is expired, the database as a whole. A part of types.ts. */

export interface SystemStore {
  /** Takes or extends a lease; false while another owner holds it. */
  lease(name: string, owner: string, nowMs: number, forMs: number): boolean;
  getMeta(key: string): string | null;
  setMeta(key: string, value: string): void;
  journal(entry: { actor: string; action: string; subject: string; detail: string }, nowMs: number): void;
  journalPage(
    limit: number,
  ): { atMs: number; actor: string; action: string; subject: string; detail: string }[];
  /** Removes runs that were received before `beforeMs`, at most `limit`; the newest success of a job stays. Returns how many. */
  expireRuns(beforeMs: number, limit: number): number;
  /** Removes recovery points that are missing since before `beforeMs`, at most `limit`. Returns how many. */
  expireMissingPoints(beforeMs: number, limit: number): number;
  /** Resolved ones, with their notifications. These too remove at most `limit` and return how many. */
  expireAlerts(beforeMs: number, limit: number): number;
  expireJournal(beforeMs: number, limit: number): number;
  expireGaps(beforeMs: number, limit: number): number;
  expireAccess(nowMs: number): void;
  /**
   * The wall clock was set back to `nowMs`: nothing stored may wait for, or have happened in, its future.
   * A run that was stored there counts as started now at the latest, so that it answers for no moment to come.
   */
  clockSetBack(nowMs: number): void;
  /** Every deadline was computed by another clock: all is judged and sent at once, and no fact is touched. */
  judgeAnew(nowMs: number): void;
  /** Consistent copy of the whole database while it is in use. */
  backup(file: string): Promise<void>;
  /** Moves the write-ahead log into the database file, as far as no reader holds it. */
  checkpoint(): void;
  integrityProblems(): string[];
}
