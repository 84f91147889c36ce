/** A repository's passphrase, as its configuration says where to find it. Kept no longer than a process needs it. */
import { readFileSync } from 'node:fs';
import type { Clock } from '../../proto/clock.ts';
import { messageOf } from '../../proto/errors.ts';
import type { RepositorySpec } from '../config/job-spec.ts';
import { secretProblem } from '../config.ts';
import { type RunningProcess, startProcess } from '../process.ts';

const PASSPHRASE_BYTES_MAX = 64 * 1024;
const PASSPHRASE_WITHIN_MS = 60_000;

export type Passphrase = { secret: string } | { problem: string };

/**
 * @param environment of passphrase_command.
 * @param onProcess told of passphrase_command while it runs, and null when it has ended.
 */
export async function readPassphrase(
  repository: RepositorySpec,
  environment: Record<string, string>,
  clock: Clock,
  onProcess: (running: RunningProcess | null) => void,
): Promise<Passphrase> {
  if (repository.passphraseFile === null)
    return outputOf(repository.passphraseCommand!, environment, clock, onProcess);
  const problem = secretProblem(repository.passphraseFile);
  if (problem) return { problem: `passphrase_file is ${problem.found}; allowed is ${problem.allowed}` };
  try {
    return { secret: withoutLineEnd(readFileSync(repository.passphraseFile, 'utf8')) };
  } catch (error) {
    return { problem: `passphrase_file could not be read: ${messageOf(error)}` };
  }
}

async function outputOf(
  argv: string[],
  env: Record<string, string>,
  clock: Clock,
  onProcess: (running: RunningProcess | null) => void,
): Promise<Passphrase> {
  let lastLine = '';
  const onStderrLine = (line: string) => {
    lastLine = line;
  };
  const running = startProcess({ argv, env, stdoutBytesMax: PASSPHRASE_BYTES_MAX, onStderrLine }, clock);
  onProcess(running);
  const cancel = clock.after(PASSPHRASE_WITHIN_MS, () => running.stop());
  const { exitCode, signal, startError, stdout, stdoutCut } = await running.result;
  cancel();
  onProcess(null);
  if (startError !== null) return { problem: `passphrase_command: ${startError}` };
  if (exitCode !== 0 || stdoutCut) {
    const how = signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
    return { problem: `passphrase_command ${argv[0]} ${how}: ${lastLine || 'it said nothing'}` };
  }
  return { secret: withoutLineEnd(stdout) };
}

/** As borg does with a file or a command's output. */
function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}
