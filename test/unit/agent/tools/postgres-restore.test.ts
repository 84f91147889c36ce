import { expect, it } from 'vitest';
import * as tools from '../../../../agent/tools/postgres-restore.ts';

/** pg_restore 15.18 --list of a small database, shortened. */
const LIST = `;
; Archive created at 2026-11-23 01:40:03 UTC
;     dbname: shop
;     TOC Entries: 11
;     Compression: 0
;     Dumped from database version: 15.18 (Debian 15.18-0+deb12u1)
;     Dumped by pg_dump version: 15.18 (Debian 15.18-0+deb12u1)
;
; Selected TOC Entries:
;
6; 2615 16390 SCHEMA - Über x shop owner
5; 2615 2200 SCHEMA - public reader
2; 3079 16401 EXTENSION - pg_trgm 
3420; 0 0 COMMENT - EXTENSION pg_trgm 
216; 1259 16391 TABLE Über x odd "table shop owner
217; 1259 16398 VIEW public v postgres
3419; 0 16391 TABLE DATA Über x odd "table shop owner
3421; 0 0 ACL Über x TABLE "odd ""table" shop owner
`;

it('reads what a dump holds, by which program, and from which server', () => {
  const contents = tools.parseContents(LIST)!;
  expect(contents).toMatchObject({
    dumpedBy: 15,
    version: '15.18',
    tables: 1,
    extensions: ['pg_trgm'],
    namesPublic: true,
  });
  expect(tools.missingOwners(contents, ['postgres', 'shop owner', 'reader'])).toEqual([]);
  expect(tools.missingOwners(contents, ['postgres', 'reader'])).toEqual(['owner']);
  expect(
    tools.parseContents('pg_restore: error: input file does not appear to be a valid archive'),
  ).toBeNull();
});

it('takes a pg_restore that can read the dump, of the server’s own major where it can', () => {
  const bins = { 13: '/13', 15: '/15', 17: '/17' };
  expect(tools.chooseRestorer(bins, 13, 15)).toEqual({ major: 15, bin: '/15' });
  expect(tools.chooseRestorer(bins, 13, 16)).toEqual({ major: 15, bin: '/15' });
  expect(tools.chooseRestorer(bins, 17, 15)).toEqual({ major: 17, bin: '/17' });
  expect(tools.chooseRestorer(bins, 18, 18)).toBeNull();
});

it('makes a database as the dump made its own, under a name of any kind', () => {
  const head = `CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'LATIN1' LOCALE = 'C';


ALTER DATABASE shop OWNER TO "shop owner";

\\connect shop
ALTER DATABASE shop SET work_mem TO '7MB';
`;
  expect(tools.createDatabaseSql(head, 'a"b', true)).toEqual([
    `create database "a""b" with TEMPLATE = template0 ENCODING = 'LATIN1' LOCALE = 'C'`,
    `alter database "a""b" OWNER TO "shop owner"`,
    `alter database "a""b" SET work_mem TO '7MB'`,
  ]);
  expect(tools.createDatabaseSql(head, 'x', false)).toHaveLength(2);
});

it('takes no statement of how a database is made from what its users wrote', () => {
  const head = `CREATE DATABASE shop WITH TEMPLATE = template0;
ALTER DATABASE shop SET search_path TO 'shop', 'it''s; public';
ALTER DATABASE shop SET work_mem TO '1MB'; ALTER ROLE eve SUPERUSER;
--
-- Name: f(); Type: FUNCTION; Schema: public; Owner: eve
--
CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $$ select '
ALTER DATABASE shop OWNER TO eve;
' $$;
`;
  expect(tools.createDatabaseSql(head, 'new', true)).toEqual([
    'create database "new" with TEMPLATE = template0',
    `alter database "new" SET search_path TO 'shop', 'it''s; public'`,
  ]);
});

it('tells what matters in restored globals from roles that were there already', () => {
  const said = [
    'psql:<stdin>:14: ERROR:  role "postgres" already exists',
    'psql:<stdin>:15: ERROR:  must be superuser to alter superuser roles or change superuser attribute',
  ];
  expect(tools.globalsProblems(said)).toEqual([said[1]]);
});

it.each([
  ['pg_restore: error: could not execute query: ERROR:  role "reader" does not exist', '--no-owner'],
  ['pg_restore: error: could not execute query: ERROR:  extension "postgis" is not available', 'package'],
  ['pg_restore: error: unsupported version (1.16) in file header', 'newer PostgreSQL'],
  [
    'pg_restore: error: could not execute query: ERROR:  could not extend file: No space left on device',
    'make room',
  ],
])('says what to do about: %s', (line, next) => {
  expect(tools.explainRestoreFailure([line]).next).toContain(next);
});
