/**
 * What a dump's databases held when it was made: counts of objects, counts of rows, checksums of some tables.
 * A restored copy is held against it. Stored as JSON in an archive of its own beside the dumps. Pure.
 */

export interface Manifest {
  version: 1;
  /** `postgres`, `mariadb`, `mysql`. */
  engine: string;
  serverVersion: string;
  takenAtMs: number;
  databases: DatabaseManifest[];
}

export interface DatabaseManifest {
  name: string;
  /** 'same': in the dump's own snapshot, so that every difference is one. 'near': at about the same time. */
  snapshot: 'same' | 'near';
  /** By kind: tables, views, functions ... */
  objects: Record<string, number>;
  /** By table, as the server writes its name: `public.orders`. */
  rows: Record<string, number>;
  /** Of some tables; the sum does not depend on the order of rows. */
  checksums: Record<string, { rows: number; sum: string }>;
  /** Tables whose rows were not counted, and why. */
  leftOut: Record<string, string>;
}

/** A table whose rows are to be counted. */
export interface TableToCount {
  /** As the manifest names it. */
  name: string;
  /** Unique in its database, and the same in every answer. */
  oid: number;
  bytes: number;
}

export interface Counted<Table extends TableToCount> {
  table: Table;
  rows: number;
  /** Null where only rows were counted. */
  sum: string | null;
}

/** The archive's file. */
export const MANIFEST_FILE = 'manifest.json';

export function writeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

/** Null when the text is no manifest of a version that is known here. */
export function readManifest(text: string): Manifest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value) || value.version !== 1 || !Array.isArray(value.databases)) return null;
  const { engine, serverVersion, takenAtMs } = value;
  if (typeof engine !== 'string' || typeof serverVersion !== 'string' || typeof takenAtMs !== 'number')
    return null;
  return { version: 1, engine, serverVersion, takenAtMs, databases: value.databases.filter(isDatabase) };
}

/** More differences than this are only counted. */
const DIFFERENCES_MAX = 20;

/**
 * What differs in `found` from what was dumped, as half sentences: `public.orders holds 41 rows instead of 42`.
 * Tables that only one side has counted are no difference: how much is counted depends on time.
 */
export function differences(dumped: DatabaseManifest, found: DatabaseManifest): string[] {
  const all = [
    ...kindsThatDiffer(dumped.objects, found.objects),
    ...Object.entries(dumped.rows).flatMap(([table, rows]) => {
      const now = found.rows[table] ?? (table in found.leftOut ? rows : undefined);
      if (now === undefined) return [`${table} is missing`];
      return now === rows ? [] : [`${table} holds ${now} rows instead of ${rows}`];
    }),
    ...Object.entries(dumped.checksums).flatMap(([table, { rows, sum }]) => {
      const now = found.checksums[table];
      return now && now.rows === rows && now.sum !== sum ? [`rows of ${table} have other contents`] : [];
    }),
  ];
  if (all.length <= DIFFERENCES_MAX) return all;
  return [...all.slice(0, DIFFERENCES_MAX), `and ${all.length - DIFFERENCES_MAX} more differences`];
}

function kindsThatDiffer(dumped: Record<string, number>, found: Record<string, number>): string[] {
  return Object.entries(dumped).flatMap(([kind, count]) => {
    const now = found[kind] ?? 0;
    return now === count ? [] : [`${now} ${kind} instead of ${count}`];
  });
}

function isDatabase(value: unknown): value is DatabaseManifest {
  if (!isObject(value) || typeof value.name !== 'string') return false;
  return ['objects', 'rows', 'checksums', 'leftOut'].every((key) => isObject(value[key]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
