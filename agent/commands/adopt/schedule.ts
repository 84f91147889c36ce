/** Who runs borgmatic here, and how often: cron's files and systemd's timers, read and not asked. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuration, parseDuration } from '../../../proto/duration.ts';
import { impliedSilenceMs, scheduleProblem } from '../../../proto/schedule.ts';

export interface FoundSchedule {
  /** The file. */
  from: string;
  /** The line. */
  says: string;
  /** Five fields; null when it cannot be said in them. */
  cron: string | null;
  /** A duration for longest_silence; null when nothing can be told from it. */
  silence: string | null;
}

/** How long a backup may take until its archive is there. */
const RUN_MS = 2 * 3_600_000;
/** A fixed instant: the same file always leads to the same promise. */
const REFERENCE_MS = Date.UTC(2026, 0, 1);
const EVERY: Record<string, string> = {
  hourly: '0 * * * *',
  daily: '0 0 * * *',
  midnight: '0 0 * * *',
  weekly: '0 0 * * 1',
  monthly: '0 0 1 * *',
};

/**
 * The first that runs borgmatic over this file.
 * @param root the system's, with a slash at its end.
 */
export function findSchedule(configFile: string, root = '/'): FoundSchedule | null {
  return (
    fromTimers(root, configFile) ?? fromCronTables(root, configFile) ?? fromCronFolders(root, configFile)
  );
}

function fromCronTables(root: string, configFile: string): FoundSchedule | null {
  const tables = [
    { file: join(root, 'etc/crontab'), hasUser: true },
    ...namesIn(join(root, 'etc/cron.d')).map((name) => ({
      file: join(root, 'etc/cron.d', name),
      hasUser: true,
    })),
    ...namesIn(join(root, 'var/spool/cron/crontabs')).map((name) => ({
      file: join(root, 'var/spool/cron/crontabs', name),
      hasUser: false,
    })),
  ];
  for (const { file, hasUser } of tables) {
    for (const line of linesOf(file)) {
      if (/^\s*(#|\w+\s*=)/.test(line) || !runs(line, configFile)) continue;
      const words = line.trim().split(/\s+/);
      const nick = /^@(\w+)$/.exec(words[0]!)?.[1];
      const cron = nick ? (EVERY[nick] ?? null) : words.slice(0, 5).join(' ');
      const said = words.slice(0, nick ? 1 : 5).join(' ') + (hasUser ? ` as ${words[nick ? 1 : 5]}` : '');
      return found(file, said, cron, 0);
    }
  }
  return null;
}

function fromCronFolders(root: string, configFile: string): FoundSchedule | null {
  for (const every of ['hourly', 'daily', 'weekly', 'monthly']) {
    const folder = join(root, `etc/cron.${every}`);
    for (const name of namesIn(folder)) {
      const file = join(folder, name);
      if (linesOf(file).some((line) => !line.startsWith('#') && runs(line, configFile)))
        return found(file, every, EVERY[every]!, 0);
    }
  }
  return null;
}

function fromTimers(root: string, configFile: string): FoundSchedule | null {
  for (const name of namesIn(join(root, 'etc/systemd/system/timers.target.wants'))) {
    const units = ['etc/systemd/system', 'usr/lib/systemd/system', 'lib/systemd/system'];
    const place = (unit: string) => units.map((folder) => join(root, folder, unit)).find(exists);
    const service = place(name.replace(/\.timer$/, '.service'));
    const timer = place(name);
    if (
      !service ||
      !timer ||
      !linesOf(service).some((line) => /^ExecStart=/.test(line) && runs(line, configFile))
    )
      continue;
    const value = (key: string) =>
      linesOf(timer)
        .findLast((line) => line.startsWith(`${key}=`))
        ?.slice(key.length + 1);
    const calendar = value('OnCalendar')?.trim() ?? '';
    const delay = value('RandomizedDelaySec')?.trim() ?? '';
    const delayMs =
      delay === '' ? 0 : (parseDuration(/^\d+$/.test(delay) ? `${delay}s` : delay.replace('min', 'm')) ?? 0);
    return found(timer, `OnCalendar=${calendar}`, cronOf(calendar), delayMs);
  }
  return null;
}

/** systemd.time(7), as far as people write it in a timer of a backup. */
function cronOf(calendar: string): string | null {
  const word = EVERY[calendar.toLowerCase()];
  if (word) return word;
  const parts = /^(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(?:\*-\*-\* )?(\d{1,2}|\*):(\d{1,2})(?::\d{1,2})?$/.exec(
    calendar,
  );
  if (!parts) return null;
  const [, day, hour, minute] = parts;
  const weekday = day ? ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(day) : '*';
  return `${Number(minute)} ${hour === '*' ? '*' : Number(hour)} * * ${weekday}`;
}

function found(from: string, says: string, cron: string | null, delayMs: number): FoundSchedule {
  if (cron === null || scheduleProblem(cron, 'UTC') !== null)
    return { from, says, cron: null, silence: null };
  const schedule = {
    cron,
    zone: 'Europe/Berlin',
    spreadMs: 0,
    startGraceMs: 0,
    finishWithinMs: RUN_MS + delayMs,
  };
  return {
    from,
    says,
    cron,
    silence: formatDuration(impliedSilenceMs(schedule, REFERENCE_MS)).replaceAll(' ', ''),
  };
}

/** Whether a line runs borgmatic over this file: it names it, or none and this is the default one. */
function runs(line: string, configFile: string): boolean {
  if (!/(^|[\s/=])borgmatic(\s|$)/.test(line)) return false;
  const named = /(?:-c|--config)[ =](\S+)/.exec(line)?.[1];
  return named === undefined ? configFile.startsWith('/etc/borgmatic') : named === configFile;
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    // Crontabs of others are root's to read.
    return [];
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function exists(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch {
    return false;
  }
}
