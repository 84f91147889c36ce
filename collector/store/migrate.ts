/** Brings a database to this version's tables: numbered SQL files, each in a transaction of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { UserError } from '../../proto/errors.ts';
import type { Db } from './sqlite.ts';

export interface Migration {
  version: number;
  name: string;
  sql: string;
}

/** The migrations beside this file (or in `folder`), in order. Throws when the numbers have a hole. */
export function readMigrations(folder: URL = new URL('./migrations/', import.meta.url)): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort();
  return names.map((name, index) => {
    const version = Number(name.slice(0, 4));
    if (version !== index + 1) throw new Error(`migration ${name} should have number ${index + 1}`);
    return { version, name, sql: readFileSync(new URL(name, folder), 'utf8') };
  });
}

/**
 * Applies what is missing and returns the versions applied. The version is SQLite's user_version.
 * @throws UserError when the database was made by a newer version
 */
export function migrate(db: Db, migrations: Migration[]): number[] {
  const current = Number(db.pragma('user_version', { simple: true }));
  if (current > migrations.length) {
    throw new UserError(
      `the database ${db.name} has version ${current}, and this collector knows versions up to ${migrations.length}`,
      { next: 'start the newer collector again, or restore a backup made by this version' },
    );
  }
  const missing = migrations.filter((migration) => migration.version > current);
  for (const migration of missing) {
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  }
  return missing.map((migration) => migration.version);
}
