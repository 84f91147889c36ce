/** A clock that is off: Debian's libfaketime in front of the C library of a program and of all that it starts. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

function library(): string | null {
  const root = '/usr/lib';
  return (
    readdirSync(root)
      .map((folder) => join(root, folder, 'faketime/libfaketimeMT.so.1'))
      .find((file) => existsSync(file)) ?? null
  );
}

export function faketimeNeeds(): string | null {
  return library() ? null : 'the Debian package faketime';
}

/** Environment in which the wall clock is `offsetMs` ahead. The monotonic clock, and so every timer, stays true. */
export function clockAhead(offsetMs: number): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: library() ?? '',
    FAKETIME: `${offsetMs < 0 ? '-' : '+'}${(Math.abs(offsetMs) / 1_000).toFixed(3)}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

/**
 * The same, with the distance in a file such as `+3600`, which may be replaced while programs run: each asks it anew.
 */
export function clockFromFile(file: string): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: library() ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}
