/**
 * Programs of other Debian releases: borg 1.1, 1.2 and 1.4, PostgreSQL 13, 15 and 17, pgBackRest 2.33, 2.45 and
 * 2.55, MariaDB 10.5, 10.11 and 11.8, MySQL 9.7. A release's files are unpacked once into a cache outside the repository; a
 * program of it is a small script that anything can run as if it were installed here.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

const COMMON = ['borgbackup', 'mariadb-server', 'openssh-client', 'pgbackrest'];
const PACKAGES = {
  bullseye: [...COMMON, 'postgresql-13'],
  bookworm: [...COMMON, 'postgresql-15'],
  trixie: [...COMMON, 'postgresql-17', 'borgmatic'],
  // Debian has MySQL's own programs in unstable only, whose newest version is what one gets.
  sid: ['mysql-client-core', 'mysql-server-core'],
} as const;
/** Those that people run. */
export type Release = Exclude<keyof typeof PACKAGES, 'sid'>;

/** Waiting for a neighbour who makes the same root included; one root takes about a minute. */
const MAKE_MAX_MS = 10 * 60_000;
const SCRIPT = join(import.meta.dirname, 'debian-programs.sh');

/** Why there are no programs of other releases here, or null. */
export function cannotHavePrograms(): string | null {
  if (process.getuid?.() !== 0) return 'only root can unpack a Debian root and run its programs';
  if (!existsSync('/usr/sbin/debootstrap')) return 'debootstrap is not installed';
  return null;
}

export interface ProgramOptions {
  /** Runs as this user instead of root. */
  user?: string;
  /** Folders and files beside the temporary ones that the program sees, at the same path. */
  sees?: string[];
}

export class DebianPrograms {
  readonly release: keyof typeof PACKAGES;
  /** The root: not to be changed. */
  readonly folder: string;

  private constructor(release: keyof typeof PACKAGES, folder: string) {
    this.release = release;
    this.folder = folder;
  }

  /** Made on first use, in about a minute, and kept. */
  static async of(release: keyof typeof PACKAGES): Promise<DebianPrograms> {
    const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'backproof-test');
    mkdirSync(cache, { recursive: true });
    const packages = PACKAGES[release].join(',');
    const key = createHash('sha256').update(packages).update(readFileSync(SCRIPT)).digest('hex').slice(0, 12);
    const folder = join(cache, `programs-${release}-${key}`);
    if (!existsSync(folder)) {
      // One makes it, whoever else wants it waits.
      await exec('flock', [`${folder}.lock`, SCRIPT, release, packages, folder], { timeout: MAKE_MAX_MS });
    }
    return new DebianPrograms(release, folder);
  }

  /**
   * Writes the script that runs one of the root's programs: it keeps arguments, descriptors, environment,
   * working folder, process id and exit code, and sees this machine's temporary folder, users and network.
   * @param program its path in the root, such as `/usr/bin/borg`.
   * @param file the script's, `/tmp/x/borg-1.1`.
   * @returns file.
   */
  program(program: string, file: string, options: ProgramOptions = {}): string {
    if (!existsSync(join(this.folder, program))) throw new Error(`Debian ${this.release} has no ${program}`);
    const shared = [
      '/dev',
      '/proc',
      tmpdir(),
      '/etc/passwd',
      '/etc/group',
      '/etc/hosts',
      // An unpacked root has none, and PostgreSQL 13 keeps no statistics where it cannot resolve localhost.
      '/etc/nsswitch.conf',
      ...(options.sees ?? []),
    ];
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, scriptOf(this.folder, program, shared, options.user), { mode: 0o755 });
    return file;
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Mounts are the process's own and end with it. The root itself is read-only to whatever runs there. */
function scriptOf(root: string, program: string, shared: string[], user: string | undefined): string {
  const as = user === undefined ? '' : `setpriv --reuid=${user} --regid=${user} --clear-groups -- `;
  return `#!/bin/sh
[ "$1" = --in-own-mounts ] || exec unshare --mount -- "$0" --in-own-mounts "$@"
shift
set -e
root=${quoted(root)}
for path in ${shared.map(quoted).join(' ')}; do
  # In a container debootstrap makes /proc a link, which inside the root would lead to itself.
  [ "$(readlink "$root$path")" != "$path" ] || rm -f "$root$path"
  [ -e "$root$path" ] || if [ -d "$path" ]; then mkdir -p "$root$path"; else mkdir -p "\${root}\${path%/*}"; touch "$root$path"; fi
done
mount --bind "$root" "$root"
for path in ${shared.map(quoted).join(' ')}; do mount --rbind "$path" "$root$path"; done
mount -o remount,bind,ro "$root"
there=$PWD
[ -d "$root$there" ] || there=/
exec unshare --root="$root" --wd="$there" -- ${as}${program} "$@"
`;
}
