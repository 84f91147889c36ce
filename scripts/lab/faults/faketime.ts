/** A clock that is off: Debian's libfaketime in front of the C library of a program and of all that it starts. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresCluster } from '../../../test/support/postgres.ts';
import { until } from '../until.ts';

function library(): string | null {
  const root = '/usr/lib';
  return (
    readdirSync(root)
      .map((folder) => join(root, folder, 'faketime/libfaketimeMT.so.1'))
      .find((file) => existsSync(file)) ?? null
  );
}

export function faketimeNeeds(): string | null {
  return library() ? null : 'the Debian package faketime';
}

/** Environment in which the wall clock is `offsetMs` ahead. The monotonic clock, and so every timer, stays true. */
export function clockAhead(offsetMs: number): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: library() ?? '',
    FAKETIME: `${offsetMs < 0 ? '-' : '+'}${(Math.abs(offsetMs) / 1_000).toFixed(3)}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

/**
 * The same, with the distance in a file such as `+3600`, which may be replaced while programs run: each asks it anew.
 */
export function clockFromFile(file: string): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: library() ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

const ARCHIVER_WITHIN_MS = 90_000;

/**
 * Starts a stopped server with another clock, and sees to it that its archiver goes by that clock as well: the
 * postmaster starts the first one inside a signal handler, where libfaketime is switched off and stays so. One that
 * ends within seconds (PGARCH_RESTART_INTERVAL) is started anew by the main loop.
 */
export async function resumeWithClock(cluster: PostgresCluster, clock: NodeJS.ProcessEnv): Promise<void> {
  cluster.environment = clock;
  await cluster.resume();
  const archiver = async () =>
    Number(await cluster.sql(`select max(pid) from pg_stat_activity where backend_type = 'archiver'`));
  const first = await until('an archiver', ARCHIVER_WITHIN_MS, archiver);
  // It ends when it has archived what there is, and not as after a crash (pgarch.c).
  process.kill(first, 'SIGUSR2');
  await until('another archiver', ARCHIVER_WITHIN_MS, async () => ![0, first].includes(await archiver()));
}
