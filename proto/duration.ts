/** Durations (`90s 10m 6h 7d`) and sizes (`500MiB`) as people write them, and back. Pure. */

const DURATION_UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SIZE_UNITS_BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const;

/** `'1h30m'` -> 5400000; null when it is no duration. Whole numbers and units ms, s, m, h, d. */
export function parseDuration(text: string): number | null {
  if (!/^(\d{1,9}(ms|s|m|h|d))+$/.test(text)) return null;
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g)) {
    totalMs += Number(count) * DURATION_UNITS_MS[unit as keyof typeof DURATION_UNITS_MS];
  }
  return totalMs;
}

/** `'20MiB'` -> 20971520; null when it is no size. Units B, KiB, MiB, GiB, TiB. */
export function parseSize(text: string): number | null {
  const match = /^(\d{1,12})(B|KiB|MiB|GiB|TiB)$/.exec(text);
  if (!match) return null;
  return Number(match[1]) * SIZE_UNITS_BYTES[match[2] as keyof typeof SIZE_UNITS_BYTES];
}

/** 5400000 -> `'1h 30m'`. Two largest units; under a second in ms, under a minute in whole seconds. */
export function formatDuration(durationMs: number): string {
  const sign = durationMs < 0 ? '-' : '';
  let restMs = Math.abs(Math.round(durationMs));
  if (restMs < 1_000) return `${sign}${restMs}ms`;
  restMs = Math.round(restMs / 1_000) * 1_000;
  const parts: string[] = [];
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const count = Math.floor(restMs / DURATION_UNITS_MS[unit]);
    restMs -= count * DURATION_UNITS_MS[unit];
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return sign + parts.join(' ');
}

/** 1610612736 -> `'1.5 GiB'`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
