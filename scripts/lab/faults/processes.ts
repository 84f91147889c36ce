/** Looks at an agent's tools from outside, by /proc: which are running, and when one is gone. */
import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../until.ts';

export interface Process {
  pid: number;
  argv: string[];
}

/** Every process below `pid`, in no order. */
export function descendants(pid: number): Process[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const child = Number(name);
    if (!Number.isInteger(child)) continue;
    const parent = parentOf(child);
    if (parent === null) continue;
    const siblings = children.get(parent);
    if (siblings) siblings.push(child);
    else children.set(parent, [child]);
  }
  const found: Process[] = [];
  const open = [...(children.get(pid) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push({ pid: next, argv: argvOf(next) });
    open.push(...(children.get(next) ?? []));
  }
  return found;
}

/** The first process below `pid` of that program with that word among its arguments. */
export function toolOf(pid: number, program: string, word: string, withinMs: number): Promise<Process> {
  return until(`${program} ${word} below process ${pid}`, withinMs, () =>
    descendants(pid).find((one) => isProgram(one, program) && one.argv.includes(word)),
  );
}

/** Null when it is gone or only its exit code is left. */
export function parentOf(pid: number): number | null {
  const stat = read(`/proc/${pid}/stat`);
  // The second field is the program's name in brackets and may hold anything.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return null;
  return Number(fields[1]);
}

export async function gone(pid: number, withinMs: number): Promise<number> {
  await until(`process ${pid} gone`, withinMs, () => parentOf(pid) === null);
  return Date.now();
}

/** Steps of a run follow each other within so much. */
const BETWEEN_STEPS_MS = 500;

/** Since when no process of that program is below `pid`, once that has lasted. */
export async function toolsGone(pid: number, program: string, withinMs: number): Promise<number> {
  let sinceMs: number | null = null;
  await until(`no ${program} below process ${pid}`, withinMs, () => {
    if (descendants(pid).some((one) => isProgram(one, program))) sinceMs = null;
    else sinceMs ??= Date.now();
    return sinceMs !== null && Date.now() - sinceMs > BETWEEN_STEPS_MS;
  });
  return sinceMs!;
}

function isProgram({ argv }: Process, program: string): boolean {
  return argv.slice(0, 2).some((part) => part.split('/').at(-1) === program);
}

function argvOf(pid: number): string[] {
  return (read(`/proc/${pid}/cmdline`) ?? '').split('\0').filter((part) => part !== '');
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
