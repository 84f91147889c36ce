/**
 * A Debian system in a folder, of this machine's own release, so that what was compiled here runs there.
 * Making one takes about a minute, so it is kept in a cache outside the repository and copied for each use.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'dbus', 'borgbackup', 'openssh-client', 'libstdc++6', 'cron'],
  ...['postgresql', 'pgbackrest'],
];
/** debootstrap downloads and unpacks some 600 MB. */
const MAKE_MAX_MS = 10 * 60_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** Why no root can be made here, or null. */
export function cannotMakeRoot(): string | null {
  if (process.getuid?.() !== 0) return 'only root can make and boot a Debian root';
  if (!existsSync('/usr/sbin/debootstrap')) return 'debootstrap is not installed';
  if (!existsSync('/usr/bin/systemd-nspawn')) return 'systemd-nspawn is not installed';
  return null;
}

export interface DebianRoot {
  /** Has borg, ssh, systemd, PostgreSQL with a cluster, pgBackRest, and this machine's node. */
  folder: string;
  /** Lays a file down, with the folders above it. */
  put(path: string, content: string, mode: number): void;
  remove(): void;
}

function put(file: string, content: string, mode: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
}

/** A fresh copy, for whoever asked for it to change as they like and to remove. */
export async function makeRoot(): Promise<DebianRoot> {
  const pristine = await pristineRoot();
  // Beside the cache: large, and on the same disk a copy may share its blocks.
  const around = mkdtempSync(join(dirname(pristine), 'copy-'));
  const folder = join(around, 'root');
  const remove = () => rmSync(around, { recursive: true, force: true });
  try {
    await exec('cp', ['--archive', '--reflink=auto', pristine, folder]);
    copyFileSync(realpathSync(process.execPath), join(folder, 'usr/bin/node'));
    // debootstrap leaves this to an installer; without it `localhost` is a name like any other.
    writeFileSync(join(folder, 'etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n');
    await exec('chroot', [folder, '/usr/bin/node', '--version']).catch((error: Error) => {
      throw new Error(`this machine's node does not run in a ${release()} root: ${error.message}`);
    });
    return { folder, put: (path, content, mode) => put(join(folder, path), content, mode), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function pristineRoot(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'backproof-test');
  const key = createHash('sha256')
    .update(JSON.stringify([release(), PACKAGES]))
    .digest('hex')
    .slice(0, 12);
  const pristine = join(cache, `${release()}-${key}`);
  if (existsSync(pristine)) return pristine;
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, 'making-'));
  try {
    const wanted = `--include=${PACKAGES.join(',')}`;
    await exec('debootstrap', ['--variant=minbase', wanted, release(), making], {
      timeout: MAKE_MAX_MS,
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    rmSync(join(making, 'var/cache/apt/archives'), { recursive: true, force: true });
    // A folder made for a test is its owner's alone; the top of a system must be open to all its users.
    chmodSync(making, 0o755);
    // Whoever is second finds the first one's there, and theirs is as good.
    if (!existsSync(pristine)) renameSync(making, pristine);
    return pristine;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** This machine's release by its code name, such as `bookworm`. */
function release(): string {
  const name = /^VERSION_CODENAME=(.+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  if (!name) throw new Error('/etc/os-release names no VERSION_CODENAME: this needs Debian or Ubuntu');
  return name.replaceAll('"', '');
}
