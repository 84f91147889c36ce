/** Copies of clusters that a test restored: asked, and stopped. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_LIBRARIES } from '../../agent/tools/postgres-copy.ts';
import { postgresBin } from './postgres.ts';
import type { Restored } from './restore.ts';

/** As the user of servers, whoever runs the tests. */
export function asPostgres(...argv: string[]): string {
  const isRoot = process.getuid?.() === 0;
  const [command, ...rest] = isRoot ? ['/usr/sbin/runuser', '-u', 'postgres', '--', ...argv] : argv;
  return execFileSync(command!, rest, {
    cwd: '/',
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** @param to folder of the restore. @returns unaligned rows. */
export function inCopy(to: string, sql: string, database = 'postgres'): string {
  const psql = join(postgresBin(), 'psql');
  // Libraries that production's roles have need not be here.
  return asPostgres(
    'env',
    NO_LIBRARIES,
    psql,
    '-h',
    join(to, 'socket'),
    '-U',
    'postgres',
    '-d',
    database,
    '-Atq',
    '-c',
    sql,
  );
}

export function stopCopy(to: string, bin = postgresBin()): void {
  if (!existsSync(join(to, 'data/postmaster.pid'))) return;
  asPostgres(join(bin, 'pg_ctl'), '-D', join(to, 'data'), '-m', 'immediate', '-s', 'stop');
}

/** For whoever sees a test fail. */
export function whyOf({ said }: Restored, to: string): string {
  const log = join(to, 'server.log');
  return [...said, existsSync(log) ? readFileSync(log, 'utf8') : 'no server log'].join('\n');
}
