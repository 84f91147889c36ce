/**
 * Process groups as /proc shows them. A group is remembered by its id and its leader's start time, so that a
 * group left over by a crashed agent is never mistaken for a stranger that got the same number later.
 */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessGroup {
  pgid: number;
  /** Clock ticks after boot at which the leader began: field 22 of /proc/PID/stat (proc(5)). */
  startTicks: number;
}

/** Names the run in the environment of its processes; readable in /proc/PID/environ. */
export const RUN_ID_VARIABLE = 'BACKPROOF_RUN_ID';

const GROUP_FIELD = 2;
const START_TICKS_FIELD = 19;

/** The fields of /proc/PID/stat behind the command's name, which may itself hold spaces and parentheses. */
function statOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** Null when there is no such process. */
export function startTicksOf(pid: number): number | null {
  const fields = statOf(pid);
  return fields ? Number(fields[START_TICKS_FIELD]) : null;
}

/** Whether any process, a zombie aside from its leader included, is still in the group. */
export function groupAlive(pgid: number): boolean {
  try {
    process.kill(-pgid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Does nothing when the group is gone. */
export function signalGroup(pgid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pgid, signal);
  } catch {
    // Gone already, which is what a signal to end it wants.
  }
}

/**
 * Whether the group that was remembered still exists and is the same one. Where its leader has ended, the
 * members must carry the run's id in their environment.
 */
export function isLeftOver(group: ProcessGroup, runId: string): boolean {
  if (!groupAlive(group.pgid)) return false;
  const ticks = startTicksOf(group.pgid);
  if (ticks !== null) return ticks === group.startTicks;
  return membersOf(group.pgid).some((pid) => carriesRunId(pid, runId));
}

function membersOf(pgid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(statOf(pid)?.[GROUP_FIELD]) === pgid);
}

function carriesRunId(pid: number, runId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${RUN_ID_VARIABLE}=${runId}`);
  } catch {
    return false;
  }
}
