/**
 * What pino writes, as people read it in the journal: the words first, then the facts, and in front the priority by
 * which `journalctl -p warning` chooses (sd-daemon(3)). Elsewhere the log stays JSON.
 */
import { fstatSync } from 'node:fs';
import { printableLine } from './printable.ts';

/** pino's levels by syslog's. */
const PRIORITIES: readonly (readonly [level: number, priority: number])[] = [
  [60, 2],
  [50, 3],
  [40, 4],
  [30, 6],
];
const DEBUG = 7;
/** The journal adds them itself. */
const KNOWN_TO_THE_JOURNAL = ['level', 'time', 'pid', 'hostname', 'name', 'msg'];
/** The journal cuts lines at 48 KiB (journald.conf(5), LineMax=). */
const LINE_CHARS_MAX = 8_000;

/** @param json one line of pino's; anything else is passed on as it is. */
export function journalLine(json: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return json;
  }
  const level = Number(entry.level);
  const priority = PRIORITIES.find(([from]) => level >= from)?.[1] ?? DEBUG;
  const facts = Object.entries(entry)
    .filter(([key]) => !KNOWN_TO_THE_JOURNAL.includes(key))
    .map(([key, value]) => `${key}=${shown(value)}`);
  const line = [String(entry.msg ?? ''), ...facts].filter((part) => part !== '').join('  ');
  return `<${priority}>${printableLine(line, LINE_CHARS_MAX)}\n`;
}

function shown(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

/**
 * Where a program's log goes when its standard output is the journal; null when it is not.
 * @param stream JOURNAL_STREAM of the environment: device and inode (systemd.exec(5)). Children inherit it, so it is
 *   compared.
 */
export function journalOf(stream: string | undefined): { write(json: string): void } | null {
  const { dev, ino } = fstatSync(process.stdout.fd);
  if (stream !== `${dev}:${ino}`) return null;
  return { write: (json) => void process.stdout.write(journalLine(json)) };
}
