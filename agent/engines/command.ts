/** `command`: any program; its exit code is all the evidence there is. */
import type { CommandJob } from '../config/job-spec.ts';
import type { Conclusion, Engine } from './types.ts';
import { failed, NO_STATS, processSeen } from './types.ts';

const COMMAND = 'command';

export const command: Engine<CommandJob> = {
  kind: 'command',

  validate: () => [],

  plan(spec, context, seen) {
    if (spec.command === null || processSeen(seen, COMMAND)) return null;
    return {
      type: 'process',
      id: COMMAND,
      argv: spec.command,
      env: context.environment,
      needsPassphrase: false,
      reads: 'text',
      sources: [],
      stdoutBytesMax: 0,
      about: spec.command.join(' '),
    };
  },

  outcome(spec, _context, seen) {
    const step = processSeen(seen, COMMAND);
    if (spec.command === null || !step)
      return failed('This job names no command: it is started from outside, by backproof-agent exec.');
    if (step.startError !== null) return failed(`${step.startError}.`);
    return concludeCommand(spec.command[0]!, step.exitCode, step.signal, step.said.plain.at(-1) ?? '');
  },

  sources: () => [],

  inventory: () => null,
};

/** What a command's end means; also used for commands run by `exec`. */
export function concludeCommand(
  name: string,
  exitCode: number | null,
  signal: string | null,
  lastLine: string,
): Conclusion {
  const common = { exitCode, signal };
  if (signal !== null) return failed(`${name} was ended by ${signal}.`, common);
  if (exitCode !== 0) {
    const said = lastLine === '' ? 'It said nothing.' : `Its last line: ${lastLine}`;
    return failed(`${name} ended with exit code ${exitCode}. ${said}`, common);
  }
  return {
    ...common,
    outcome: 'succeeded',
    reason: `${name} ended with exit code 0; no archive was looked at.`,
    recoveryPoints: [],
    stats: NO_STATS,
    warnings: [],
    warningsTotal: 0,
    inventory: null,
  };
}
