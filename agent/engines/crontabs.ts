/** The step that dumps users' crontabs before borg runs, and what its answers mean for the run. Pure. */
import type { RunWarning } from '../../proto/run.ts';
import {
  CRONTABS_WITHIN_S,
  type CrontabsSaid,
  parseCrontabsSaid,
  SAID_BYTES_MAX,
} from '../tools/crontabs.ts';
import type { EngineContext, ProcessStep, Seen } from './types.ts';
import { processSeen } from './types.ts';

const CRONTABS = 'crontabs';
/** timeout(1): the command was still there. */
const TIMED_OUT = 124;
/** How the command begins to say why it failed. */
const COMPLAINT = 'backproof-agent: ';

export function crontabsStep(context: EngineContext): ProcessStep {
  return {
    type: 'process',
    id: CRONTABS,
    argv: ['timeout', '--kill-after=10', String(CRONTABS_WITHIN_S), ...context.crontabs],
    env: context.environment,
    needsPassphrase: false,
    reads: 'text',
    sources: [],
    stdoutBytesMax: SAID_BYTES_MAX,
    about: 'crontabs',
  };
}

/** Null when the step was not taken yet. */
export function crontabsSeen(seen: readonly Seen[]): CrontabsSaid | { failure: string } | null {
  const step = processSeen(seen, CRONTABS);
  if (step === null) return null;
  if (step.startError !== null) return { failure: step.startError };
  if (step.exitCode === TIMED_OUT) return { failure: `no answer within ${CRONTABS_WITHIN_S} s` };
  const said = parseCrontabsSaid(step.stdout);
  if (said.complete) return said;
  // Its last line may be what to do next.
  const why = step.said.plain.findLast((line) => line.startsWith(COMPLAINT));
  return { failure: why?.slice(COMPLAINT.length).replace(/\.$/, '') ?? 'the answer was cut off' };
}

/** Dumps that the job's paths would not take along. */
export function dumpsOutside(paths: string[], crontabs: ReturnType<typeof crontabsSeen>): string[] {
  if (crontabs === null || 'failure' in crontabs) return [];
  const folders = paths.map((path) => (path.endsWith('/') ? path : `${path}/`));
  return crontabs.dumps.filter((dump) => !folders.some((folder) => dump.startsWith(folder)));
}

/** The files are archived whatever became of the crontabs: a warning says which of them are not there. */
export function crontabWarnings(crontabs: ReturnType<typeof crontabsSeen>): RunWarning[] {
  if (crontabs === null) return [];
  const warning = (message: string): RunWarning => ({
    code: 'crontab-not-dumped',
    message,
    path: '',
    harmless: false,
  });
  if ('failure' in crontabs) return [warning(`the crontabs were not dumped: ${crontabs.failure}`)];
  return crontabs.problems.map(({ user, problem }) => warning(`the crontab of ${user}: ${problem}`));
}
