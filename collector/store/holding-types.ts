/** What a job's repository holds, as far as judging it needs: when points were made, and how large they were. */

/** The recovery points of one subject (a database, `globals`, '' for files) within a window. */
export interface SubjectPoints {
  subject: string;
  /** When those that are there were made, oldest first. */
  atMs: number[];
  /** When those that a complete inventory no longer shows were made, oldest first. */
  missingAtMs: number[];
  /** There was one before the window too: its points must reach back to the window's start. */
  knownBefore: boolean;
}

/** The newest recovery point of a subject that a run reported with its size, and those before it. */
export interface SubjectSizes {
  subject: string;
  newest: { atMs: number; bytes: number };
  /** Sizes of the points before, the newest first. */
  before: number[];
}

export interface NewestPoint {
  name: string;
  /** When it was made; when it was first seen, for one that is dated later than that. */
  atMs: number;
}

export interface HoldingStore {
  /** Of what the job's present repository still holds. */
  newest(jobId: number, repository: string): NewestPoint | null;
  /** Of the job's present repository, made at or after `sinceMs`; subjects without any are absent. */
  points(jobId: number, repository: string, sinceMs: number): SubjectPoints[];
  /** Of the newest `runs` runs that left a point, from `sinceMs` on. */
  sizes(jobId: number, runs: number, sinceMs: number): SubjectSizes[];
}
