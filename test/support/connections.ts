/**
 * Lets a test reach the connections to databases that the product opened, to read how they are set or to make
 * their writes fail. In the test file:
 * `vi.mock('better-sqlite3', async (original) => (await import('PATH/connections.ts')).watched(original))`
 */
import type Database from 'better-sqlite3';

/** In the order in which they were opened. */
export const connections: Database.Database[] = [];

type Module = { default: typeof Database };

/** better-sqlite3, keeping an eye on what it opens. */
export async function watched(importOriginal: () => Promise<unknown>): Promise<object> {
  const { default: Real } = (await importOriginal()) as Module;
  class Watched extends (Real as unknown as new (...args: unknown[]) => object) {
    constructor(...args: unknown[]) {
      super(...args);
      connections.push(this as unknown as Database.Database);
    }
  }
  return { default: Object.assign(Watched, { SqliteError: Real.SqliteError }) };
}

/** Every write fails from now on, as on a file system that has become read-only. */
export function denyWrites(db: Database.Database): void {
  db.pragma('query_only = ON');
}

export function allowWrites(db: Database.Database): void {
  db.pragma('query_only = OFF');
}
