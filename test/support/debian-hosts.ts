/**
 * Machines of other Debian releases, for an agent that starts programs there as `postgres`: a `runuser` that enters the
 * root of the machine whose folder is spoken of, and the programs in it by other paths.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DebianPrograms } from './debian-programs.ts';

const SERVER_PROGRAMS = ['postgres', 'pg_ctl', 'pg_controldata', 'pg_waldump', 'psql'];
const PGBACKREST = 'pgbackrest';

export interface DebianHost {
  release: DebianPrograms;
  major: number;
  /** Everything of this machine lies below it, and its name is in no other's path. */
  folder: string;
}

/**
 * @param folder that `runuser` is written into.
 * @returns `folder`, for the front of PATH, and by major the folders of the servers' programs, pgBackRest beside them.
 */
export function debianHosts(
  hosts: readonly DebianHost[],
  folder: string,
): { path: string; bins: Record<number, string> } {
  mkdirSync(folder, { recursive: true });
  const cases = hosts.map((host) => {
    const enter = host.release.program('/usr/bin/env', join(host.folder, 'enter'), { user: 'postgres' });
    return `*/${basename(host.folder)}/*) exec ${enter} "$@" ;;`;
  });
  writeFileSync(
    join(folder, 'runuser'),
    `#!/bin/sh\n# runuser -u postgres -- PROGRAM ...\nshift 3\ncase "$*/" in\n${cases.join('\n')}\nesac\necho "whose is $*?" >&2\nexit 1\n`,
    { mode: 0o755 },
  );
  return { path: folder, bins: Object.fromEntries(hosts.map((host) => [host.major, programsOf(host)])) };
}

function programsOf({ major, folder }: DebianHost): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const places = SERVER_PROGRAMS.map((name) => [name, `/usr/lib/postgresql/${major}/bin/${name}`]);
  for (const [name, path] of [...places, [PGBACKREST, '/usr/bin/pgbackrest']])
    writeFileSync(join(bin, name!), `#!/bin/sh\nexec ${path} "$@"\n`, { mode: 0o755 });
  return bin;
}
