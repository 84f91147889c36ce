/**
 * When a job is due. One module for both sides, so that the agent that starts a run and the collector
 * that misses it never disagree. Pure: every function takes the time it speaks of.
 *
 * A local time that does not exist (spring) is due at the next instant that does; one that exists twice
 * (autumn) is due once, the first time. Cron and zones are croner's work (docs/adr/0002).
 */
import { Cron } from 'croner';

export interface Schedule {
  /** Five fields. */
  cron: string;
  /** IANA name. */
  zone: string;
  /** Width of the window over which hosts spread their starts. */
  spreadMs: number;
  /** How long after it is due a run may start. */
  startGraceMs: number;
  /** How long after it is due a run may finish. */
  finishWithinMs: number;
}

/** The three moments of one due run. `startBy` and `finishBy` are the last instants still in time. */
export interface Due {
  dueAtMs: number;
  startByMs: number;
  finishByMs: number;
}

/** A parsed expression and gaps between neighbouring moments that were found before: [fromMs, toMs). */
interface Parsed {
  cron: Cron;
  gaps: { fromMs: number; toMs: number }[];
}
const parsed = new Map<string, Parsed>();
/** The zone of this process's own Date, when somebody has said which it is. */
let ownZone: string | null = null;

/**
 * Says that this process's own Date is in `zone` (TZ). Its schedules are then computed by Date alone: the
 * first Intl.DateTimeFormat of a process costs 8 MiB of ICU data, which an agent should not need for life.
 */
export function ownZoneIs(zone: string): void {
  ownZone = zone;
  parsed.clear();
}

function cronOf(cron: string, zone: string): Cron {
  const where = zone === ownZone ? {} : { timezone: zone };
  return new Cron(cron, { ...where, paused: true, mode: '5-part' });
}

/** Whether both sides know the zone. */
export function isZone(zone: string): boolean {
  // The list says it without ICU's data about formats, but names neither UTC nor any alias.
  if (zone === 'UTC' || zone === 'Etc/UTC' || Intl.supportedValuesOf('timeZone').includes(zone)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
/** Distinct (cron, zone) pairs kept parsed; a fleet has a handful, an attacker is bounded. */
const PARSED_MAX = 4_096;
/** A search takes croner 60 µs, and a fleet asks about the same few nights again and again. */
const GAPS_KEPT = 8;

function parsedOf(schedule: Schedule): Parsed {
  const key = `${schedule.zone}\n${schedule.cron}`;
  let found = parsed.get(key);
  if (!found) {
    found = { cron: cronOf(schedule.cron, schedule.zone), gaps: [] };
    if (parsed.size >= PARSED_MAX) parsed.clear();
    parsed.set(key, found);
  }
  return found;
}

/** The first moment strictly after `afterMs` at which the cron expression comes due, without the spread. */
function momentAfter(schedule: Schedule, afterMs: number): number | null {
  const { cron, gaps } = parsedOf(schedule);
  const known = gaps.find((gap) => gap.fromMs <= afterMs && afterMs < gap.toMs);
  if (known) return known.toMs;
  const toMs = cron.nextRun(new Date(afterMs))?.getTime() ?? null;
  if (toMs === null) return null;
  const same = gaps.find((gap) => gap.toMs === toMs);
  if (same) same.fromMs = Math.min(same.fromMs, afterMs);
  else if (gaps.unshift({ fromMs: afterMs, toMs }) > GAPS_KEPT) gaps.pop();
  return toMs;
}

/** Null when the schedule can be followed, otherwise a sentence that says why not. */
export function scheduleProblem(cron: string, zone: string): string | null {
  if (!isZone(zone)) return `"${zone}" is not an IANA time zone such as Europe/Berlin`;
  try {
    const next = cronOf(cron, zone).nextRun();
    return next ? null : `"${cron}" never comes due`;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    return `"${cron}" is not a cron expression of five fields: ${why}`;
  }
}

/**
 * The job's own offset within the spread, [0, spreadMs), the same on both sides and on every day.
 * FNV-1a with a final avalanche: neighbours such as web1 and web2 land far apart.
 */
export function spreadOffsetMs(schedule: Schedule, host: string, job: string): number {
  if (schedule.spreadMs <= 0) return 0;
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${host}\0${job}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash = (hash ^ (hash >>> 16)) >>> 0;
  return Math.floor((hash / 2 ** 32) * schedule.spreadMs);
}

function dueFrom(schedule: Schedule, dueAtMs: number): Due {
  return {
    dueAtMs,
    startByMs: dueAtMs + schedule.startGraceMs,
    finishByMs: dueAtMs + schedule.finishWithinMs,
  };
}

/** The first due moment strictly after `afterMs`, null when there is none left. */
export function nextDue(schedule: Schedule, host: string, job: string, afterMs: number): Due | null {
  const offsetMs = spreadOffsetMs(schedule, host, job);
  const next = momentAfter(schedule, afterMs - offsetMs);
  return next === null ? null : dueFrom(schedule, next + offsetMs);
}

/** The last due moment at or before `nowMs`, null when there was none. */
export function lastDue(schedule: Schedule, host: string, job: string, nowMs: number): Due | null {
  const offsetMs = spreadOffsetMs(schedule, host, job);
  // previousRuns is exclusive of its reference; one millisecond later makes "at" count.
  const [last] = parsedOf(schedule).cron.previousRuns(1, new Date(nowMs - offsetMs + 1));
  return last ? dueFrom(schedule, last.getTime() + offsetMs) : null;
}

/**
 * The longest silence that a schedule implies by itself: its widest gap between two due moments over the
 * next `SAMPLE_DUES`, plus the time a run may take, plus the hour that a DST change adds once a year to
 * the gap of anything rarer than hourly.
 */
export function impliedSilenceMs(schedule: Schedule, nowMs: number): number {
  const runs = parsedOf(schedule).cron.nextRuns(SAMPLE_DUES, new Date(nowMs));
  let widestMs = 0;
  for (let i = 1; i < runs.length; i += 1) {
    widestMs = Math.max(widestMs, runs[i]!.getTime() - runs[i - 1]!.getTime());
  }
  const dstMs = widestMs > DST_SHIFT_MS ? DST_SHIFT_MS : 0;
  return widestMs + schedule.finishWithinMs + dstMs;
}

/** Enough for a weekly schedule to show its weekend, and a monthly one its longest month. */
const SAMPLE_DUES = 32;
const DST_SHIFT_MS = 3_600_000;

/** The next `count` moments after `afterMs` at which the cron expression comes due, without the spread. */
export function nextMoments(schedule: Schedule, afterMs: number, count: number): number[] {
  return parsedOf(schedule)
    .cron.nextRuns(count, new Date(afterMs))
    .map((moment) => moment.getTime());
}
