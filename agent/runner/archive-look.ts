/** Looks whether archives that somebody else reported are in a repository. Bounded: a person may be waiting. */
import type { Clock } from '../../proto/clock.ts';
import { messageOf } from '../../proto/errors.ts';
import type { RepositorySpec } from '../config/job-spec.ts';
import { accessOf, archivesSeen, borgStep, LIST_STDOUT_BYTES_MAX } from '../engines/borg-steps.ts';
import type { Looked } from '../engines/wrapped.ts';
import { listArchivesArgv } from '../tools/borg.ts';
import { StepRunner } from './steps.ts';

/** `exec` waits for its answer for 15 s (commands/exec.ts). */
const LOOK_WITHIN_MS = 10_000;
const LOCK_WAIT_MS = 5_000;

export type ArchiveLook = (repository: RepositorySpec) => Promise<Exclude<Looked, null>>;

export function archiveLookWith(clock: Clock, environment: Record<string, string>): ArchiveLook {
  return async (named) => {
    const repository = { ...named, lockWaitMs: Math.min(named.lockWaitMs, LOCK_WAIT_MS) };
    const hooks = { onGroup: () => {}, onLine: () => {}, onProgress: () => {} };
    const steps = new StepRunner(clock, environment, {}, repository, hooks);
    const cancel = clock.after(LOOK_WITHIN_MS, () => steps.stop());
    try {
      const step = borgStep(
        repository,
        { environment },
        {
          id: 'look',
          argv: listArchivesArgv(accessOf(repository), '*'),
          about: '',
          stdoutBytesMax: LIST_STDOUT_BYTES_MAX,
        },
      );
      const seen = await steps.carryOut(step);
      if (steps.stopped) return { problem: `it gave no answer within ${LOOK_WITHIN_MS / 1_000} s.` };
      return archivesSeen(seen?.type === 'process' ? seen : null, repository);
    } catch (error) {
      return { problem: `${messageOf(error)}.` };
    } finally {
      cancel();
    }
  };
}
