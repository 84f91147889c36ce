/** What the scripts were asked to do. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { messageOf } from '../../proto/errors.ts';

/** Ends the process with 2 over an option that there is not. */
export function argumentsOf<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    process.stderr.write(`${messageOf(error).split('. ')[0]}; see --help\n`);
    process.exit(2);
  }
}
