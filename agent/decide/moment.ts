/** Moments as people name them on a command line, and back. Pure. */

/** `2026-11-22 14:30`, `2026-11-22T14:30:15`. */
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?$/;
/** With an offset or a Z: an instant wherever one is. */
const ABSOLUTE = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?\s?(Z|[+-]\d\d(:?\d\d)?)$/i;
/** PostgreSQL writes whole hours of an offset so; Date.parse wants the minutes too. */
const WHOLE_HOURS = /:\d\d(\.\d+)?\s?[+-]\d\d$/;

export const MOMENT_FORMS =
  'latest, 2026-11-22 14:30 (local time), 2026-11-22T13:30:00Z, or 2026-11-22T14:30:00+01:00';

/** `2026-11-22 14:30:15.343848+01`, as PostgreSQL writes it: what follows the milliseconds. */
const MICROS = /:\d\d\.\d{3}(\d{1,3})/;

/** The microseconds, 0 to 999, that parseMoment leaves out of its milliseconds. */
export function microsOf(text: string): number {
  return Number((MICROS.exec(text)?.[1] ?? '').padEnd(3, '0'));
}

/**
 * `latest` -> null; an instant in UTC epoch milliseconds; undefined for anything else. A local time that
 * exists twice is taken for the first, one that does not exist for the instant the clocks jumped to.
 * @param zone IANA name, for times without an offset.
 */
export function parseMoment(text: string, zone: string): number | null | undefined {
  const trimmed = text.trim().replace(MICROS, (found, micros: string) => found.slice(0, -micros.length));
  if (trimmed === 'latest') return null;
  if (ABSOLUTE.test(trimmed)) {
    const minutes = WHOLE_HOURS.test(trimmed) ? ':00' : '';
    const atMs = Date.parse(trimmed.replace(' ', 'T').replace(/\s/g, '') + minutes);
    return Number.isNaN(atMs) ? undefined : atMs;
  }
  const match = LOCAL.exec(trimmed);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second = 0, part = 0] = match
    .slice(1)
    .map((one) => Number(one ?? 0));
  const asUtcMs = Date.UTC(year!, month! - 1, day!, hour!, minute!, second, Math.round(part * 1_000));
  // Date.UTC rolls over what does not exist: the 30th of February is a slip of the pen, not a date.
  if (new Date(asUtcMs).toISOString().slice(0, 16) !== `${trimmed.slice(0, 10)}T${match[4]}:${match[5]}`)
    return undefined;
  return instantOf(asUtcMs, zone);
}

const DAY_MS = 86_400_000;

/** The instant at which the zone's clocks show what UTC's clocks show at `wallMs`. */
function instantOf(wallMs: number, zone: string): number {
  // The offsets of the day before and after are all there can be: nowhere do clocks change twice in two days.
  const offsets = [wallMs - DAY_MS, wallMs + DAY_MS].map((atMs) => offsetMs(atMs, zone));
  const fitting = offsets
    .map((offset) => wallMs - offset)
    .filter((atMs) => offsetMs(atMs, zone) === wallMs - atMs);
  return fitting.length > 0 ? Math.min(...fitting) : wallMs - offsets[0]!;
}

/** What the zone's clocks are ahead of UTC at an instant. */
function offsetMs(atMs: number, zone: string): number {
  return Date.parse(`${wallText(atMs, zone).replace(' ', 'T')}Z`) - Math.floor(atMs / 1_000) * 1_000;
}

/** `2026-11-22 14:30:00` on the clocks of that zone. */
export function wallText(atMs: number, zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(atMs);
}

/** `2026-11-22 14:30:00 Europe/Berlin (13:30:00 UTC)`; in UTC once. */
export function bothTimes(atMs: number, zone: string): string {
  const utc = wallText(atMs, 'UTC');
  const local = wallText(atMs, zone);
  if (local === utc) return `${utc} UTC`;
  const sameDay = local.slice(0, 10) === utc.slice(0, 10);
  return `${local} ${zone} (${sameDay ? utc.slice(11) : utc} UTC)`;
}
