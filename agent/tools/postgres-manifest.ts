/**
 * The questions of a PostgreSQL manifest, for a psql that is held open inside the snapshot of a dump, and how
 * their answers read. Pure.
 *
 * psql prints a row a line, each a JSON value; after every question its SQLSTATE and a line that ends the answer.
 */
import type { Counted, TableToCount } from './manifest.ts';
import { ANSWER_END } from './postgres.ts';

/** Its name is as the server quotes it, with its schema. */
export interface PostgresTable extends TableToCount {
  /** The table's file; another one later means that it was emptied or rewritten, which no snapshot hides. */
  file: number;
}

/** Its schema and its own name, without the server's quotes. */
export function plainNames({ name }: PostgresTable): [schema: string, table: string] {
  const [schema = '', table = ''] = (name.match(/"(?:[^"]|"")*"|[^".]+/g) ?? []).map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
  );
  return [schema, table];
}

const STATE = /^backproof: state (\w+)$/;
const DONE = '00000';

function question(sql: string): string {
  return `${sql};\n\\echo backproof: state :SQLSTATE\n\\echo ${ANSWER_END}\n`;
}

/**
 * A snapshot to share with pg_dump. Whatever a row's text depends on is fixed, so that a copy prints the same.
 * A table of which row security hides something is an error instead of a smaller count.
 */
export function openSnapshotText(): string {
  const settings = [
    "datestyle = 'ISO, YMD'",
    "intervalstyle = 'postgres'",
    "timezone = 'UTC'",
    "bytea_output = 'hex'",
    'extra_float_digits = 3',
    "search_path = 'pg_catalog'",
    'row_security = off',
    'standard_conforming_strings = on',
    'lock_timeout = 0',
    // One core of the server at most, and the time it takes is what it costs.
    'max_parallel_workers_per_gather = 0',
    'idle_in_transaction_session_timeout = 0',
  ];
  const fixed = settings.map((setting) => `set ${setting};\n`).join('');
  const begin = 'begin isolation level repeatable read read only;\n';
  return `${fixed}${begin}${question('select to_json(pg_export_snapshot())')}\\set ON_ERROR_ROLLBACK on\n`;
}

/** The snapshot's name for `pg_dump --snapshot`, null when there is none. */
export function parseSnapshot(answer: string): string | null {
  const { rows, state } = read(answer);
  const [name] = rows;
  return state === DONE && typeof name === 'string' ? name : null;
}

/** What belongs to an extension comes with it, and what belongs to the system with the server. */
const OWN = (table: string, oid: string) =>
  `not exists (select from pg_depend d where d.classid = '${table}'::regclass and d.objid = ${oid} and d.deptype = 'e')`;
const SCHEMAS = `select oid from pg_namespace n where nspname !~ '^pg_' and nspname <> 'information_schema'`;

const RELATION_KINDS = `case c.relkind when 'r' then case when c.relispartition then 'partitions' else 'tables' end
 when 'p' then 'partitioned tables' when 'f' then 'foreign tables' when 'v' then 'views'
 when 'm' then 'materialized views' when 'S' then 'sequences' when 'i' then 'indexes' when 'I' then 'indexes'
 when 'c' then 'composite types' end`;

/** A row a kind: how many objects of a dump's own there are. */
const OBJECTS_SQL = `select json_build_array(kind, count(*)) from (
 select ${RELATION_KINDS} as kind from pg_class c where relnamespace in (${SCHEMAS}) and ${OWN('pg_class', 'c.oid')}
 union all select 'schemas' from pg_namespace n where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
   and ${OWN('pg_namespace', 'n.oid')}
 union all select 'functions' from pg_proc p where pronamespace in (${SCHEMAS}) and ${OWN('pg_proc', 'p.oid')}
 union all select 'types' from pg_type t where typnamespace in (${SCHEMAS}) and typtype in ('e', 'd', 'r')
   and ${OWN('pg_type', 't.oid')}
 union all select 'constraints' from pg_constraint x where connamespace in (${SCHEMAS}) and contype in ('c', 'f', 'p', 'u', 'x')
   and ${OWN('pg_class', 'x.conrelid')}
 union all select 'triggers' from pg_trigger g join pg_class c on c.oid = tgrelid
   where not tgisinternal and relnamespace in (${SCHEMAS}) and ${OWN('pg_class', 'c.oid')}
 union all select 'rules' from pg_rewrite r join pg_class c on c.oid = ev_class
   where rulename <> '_RETURN' and relnamespace in (${SCHEMAS}) and ${OWN('pg_class', 'c.oid')}
 union all select 'policies' from pg_policy y join pg_class c on c.oid = polrelid where relnamespace in (${SCHEMAS})
 union all select 'extensions' from pg_extension
 union all select 'event triggers' from pg_event_trigger v where ${OWN('pg_event_trigger', 'v.oid')}
 union all select 'publications' from pg_publication
 union all select 'large objects' from pg_largeobject_metadata
) as objects where kind is not null group by kind order by kind`;

/**
 * Tables whose rows are in the dump: not those of extensions, not partitioned parents, which have none of their
 * own, no foreign tables, whose rows are elsewhere, no materialized views, which a restore computes anew, and on
 * a standby no unlogged tables, which are empty there.
 */
const TABLES_SQL = `select json_build_array(format('%I.%I', nspname, relname), c.oid::bigint, c.relfilenode::bigint,
   coalesce(pg_relation_size(c.oid), 0))
 from pg_class c join pg_namespace n on n.oid = relnamespace
 where relkind = 'r' and relnamespace in (${SCHEMAS}) and ${OWN('pg_class', 'c.oid')}
   and not (relpersistence = 'u' and pg_is_in_recovery())
 order by pg_relation_size(c.oid), c.oid`;

export function objectsText(): string {
  return question(OBJECTS_SQL);
}

export function releaseText(): string {
  return question('rollback');
}

export function tablesText(): string {
  return question(TABLES_SQL);
}

/** Null when the answer is none. */
export function parseObjects(answer: string): Record<string, number> | null {
  const { rows, state } = read(answer);
  return state === DONE ? Object.fromEntries(rows as [string, number][]) : null;
}

/** The smallest first; null when the answer is none. */
export function parseTables(answer: string): PostgresTable[] | null {
  const { rows, state } = read(answer);
  if (state !== DONE) return null;
  return (rows as [string, number, number, number][]).map(([name, oid, file, bytes]) => ({
    name,
    oid,
    file,
    bytes,
  }));
}

/**
 * Counts rows, with their checksum where it is wanted: the sum of the first 64 bits of each row's MD5, which is
 * the same on every version and in every order. ONLY: tables that inherit are counted by themselves. The file
 * is looked at after the count, which holds a lock on the table from then on.
 */
export function countText(tables: readonly PostgresTable[], sums: boolean, withinMs: number): string {
  const sum = sums
    ? "sum(('x' || substr(md5(row(_row.*)::text), 1, 16))::bit(64)::bigint::numeric)::text"
    : 'null::text';
  const each = tables.map(
    ({ name, oid }, index) =>
      `select json_build_array(${index}, count(*), pg_relation_filenode(${oid})::bigint, ${sum}) from only ${name} as _row`,
  );
  const timeout = `set statement_timeout = ${Math.max(1, Math.round(withinMs))};\n`;
  return `${timeout}${question(each.join('\nunion all\n'))}`;
}

/** What was counted; or why nothing was: 'it took too long' ... */
export function parseCounts(
  answer: string,
  tables: readonly PostgresTable[],
): { counted: Counted<PostgresTable>[] } | { problem: string } {
  const { rows, state } = read(answer);
  if (state !== DONE) return { problem: PROBLEMS[state] ?? `PostgreSQL refused it (${state})` };
  const counted = (rows as [number, number, number, string | null][]).flatMap(([index, count, file, sum]) => {
    const table = tables[index]!;
    return file === table.file ? [{ table, rows: count, sum: sum ?? '0' }] : [];
  });
  return { counted };
}

/** SQLSTATE, appendix A of PostgreSQL's documentation. */
const PROBLEMS: Record<string, string> = {
  '57014': 'it took longer than its share of the dump',
  '42501': 'the role may not read it',
  '42P01': 'it was dropped meanwhile',
};

function read(answer: string): { rows: unknown[]; state: string } {
  const lines = answer.split('\n').filter((line) => line !== '');
  const state = STATE.exec(lines.at(-1) ?? '')?.[1] ?? 'unanswered';
  try {
    return { rows: lines.slice(0, -1).map((line) => JSON.parse(line)), state };
  } catch {
    return { rows: [], state: 'unreadable' };
  }
}
