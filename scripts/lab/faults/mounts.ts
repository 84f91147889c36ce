/** Small file systems that can be filled, and limits only the kernel can set. Both need root. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../program.ts';
import type { Lab } from './lab.ts';

const isRoot = process.getuid?.() === 0;

/** A file system of its own, gone with the lab. */
export async function smallDisk(lab: Lab, folder: string, mebibytes: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await run(['mount', '-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0755`, 'backproof-faults', folder]);
  lab.onStop(() => run(['umount', '-l', folder]));
}

/** Why there can be no small disk, null when there can. */
export function mountNeeds(): string | null {
  return isRoot ? null : 'root, who mounts a small file system that can be filled';
}

const BALLAST = 'ballast';

/** Leaves so many bytes free on the file system of `folder`, by a file that somebody else might have written. */
export function fillDisk(folder: string, leaveBytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  try {
    writeFileSync(join(folder, BALLAST), Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
  } catch (error) {
    // Whoever works on that disk took the last bytes first: it is as full as it was to be.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

export function relieveDisk(folder: string): void {
  rmSync(join(folder, BALLAST), { force: true });
}

/** Where the kernel's memory controller is mounted, in its first or second version; null when it cannot be used. */
function memoryController(): { folder: string; limit: string; kills: string } | null {
  if (!isRoot) return null;
  const first = '/sys/fs/cgroup/memory';
  if (existsSync(join(first, 'memory.limit_in_bytes'))) {
    return { folder: first, limit: 'memory.limit_in_bytes', kills: 'memory.oom_control' };
  }
  const second = '/sys/fs/cgroup';
  const control = join(second, 'cgroup.subtree_control');
  if (!existsSync(control)) return null;
  try {
    writeFileSync(control, '+memory');
  } catch {
    return null;
  }
  return { folder: second, limit: 'memory.max', kills: 'memory.events' };
}

export function memoryLimitNeeds(): string | null {
  return memoryController() ? null : 'root and a memory cgroup, in which the kernel kills what needs more';
}

export interface MemoryLimit {
  /** Takes a running process in; what it asks for from now on counts. */
  take(pid: number): void;
  /** How many processes the kernel has killed in it. */
  kills(): number;
}

export function memoryLimit(lab: Lab, name: string, bytes: number): MemoryLimit {
  const controller = memoryController()!;
  const group = join(controller.folder, `backproof-faults-${process.pid}-${name}`);
  mkdirSync(group);
  lab.onStop(async () => rmdirSync(group));
  writeFileSync(join(group, controller.limit), String(bytes));
  const swap = join(group, 'memory.swap.max');
  if (existsSync(swap)) writeFileSync(swap, '0');
  return {
    take: (pid) => writeFileSync(join(group, 'cgroup.procs'), String(pid)),
    kills: () =>
      Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(group, controller.kills), 'utf8'))?.[1] ?? 0),
  };
}
