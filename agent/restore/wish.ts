/** What somebody asked to have restored, as the command line says it. */
import type { PostgresConnection } from '../tools/postgres.ts';

export interface FolderTarget {
  type: 'folder';
  /** Absolute. */
  folder: string;
  /** It may hold something already. */
  overwrite: boolean;
}

export interface ServerTarget {
  type: 'server';
  /** What is null is taken from the job. */
  connection: PostgresConnection;
  /** A new or empty database; null: every database, each under its own name. */
  into: string | null;
  /** False: everything belongs to the role that restores. */
  owners: boolean;
  /** False: nothing is granted to anybody. */
  privileges: boolean;
}

export type RestoreTarget = FolderTarget | ServerTarget | { type: 'stdout' } | { type: 'in-place' };

export interface RestoreWish {
  /** Null: the newest. */
  atMs: number | null;
  /** Absolute; empty: everything. */
  paths: string[];
  database: string | null;
  allDatabases: boolean;
  /** Roles and tablespaces, users and grants. */
  globals: boolean;
  target: RestoreTarget;
}
