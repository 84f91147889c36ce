/** One question to borg with a passphrase of the caller's choice, on the same file descriptor as ever. */
import type { Clock } from '../../../proto/clock.ts';
import type { RepositorySpec } from '../../config/job-spec.ts';
import { accessOf } from '../../engines/borg-steps.ts';
import type { ProcessSeen } from '../../engines/types.ts';
import { startProcess } from '../../process.ts';
import { borgEnvironment } from '../../tools/borg.ts';
import { BorgLog } from '../../tools/borg-log.ts';

const STDOUT_BYTES_MAX = 1024 * 1024;
/** ssh may take a while; a person waits. */
const WITHIN_MS = 120_000;

export async function askBorg(
  repository: RepositorySpec,
  argv: string[],
  secret: string | undefined,
  variables: Record<string, string>,
  clock: Clock,
): Promise<ProcessSeen> {
  const log = new BorgLog();
  const running = startProcess(
    {
      argv,
      env: borgEnvironment(variables, accessOf(repository)),
      secret,
      stdoutBytesMax: STDOUT_BYTES_MAX,
      onStderrLine: (line) => void log.add(line),
    },
    clock,
  );
  const cancel = clock.after(WITHIN_MS, () => running.stop());
  const { exitCode, signal, startError, stdout, stdoutCut } = await running.result;
  cancel();
  return {
    type: 'process',
    id: argv[1]!,
    exitCode,
    signal,
    startError,
    stdout,
    stdoutCut,
    said: log.said(),
  };
}
