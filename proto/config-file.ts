/** Reads a configuration file, or says why not and what to do. */
import { readFileSync } from 'node:fs';
import { UserError } from './errors.ts';

/** @throws UserError (wrong use) when the file cannot be read; `reader` is 'agent' or 'collector'. */
export function readConfigFile(file: string, reader: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(
      `${file} ${missing ? 'does not exist' : `cannot be read: ${(error as Error).message}`}`,
      {
        next: missing
          ? 'write it (docs/configuration.md shows every key), or name another with --config FILE'
          : `let the user the ${reader} runs as read it`,
        exitCode: 2,
        cause: error,
      },
    );
  }
}
