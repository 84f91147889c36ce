/** Steps in a borg repository that belong to no run: the watch sends WAL by them. */
import type { Clock } from '../../proto/clock.ts';
import type { RepositorySpec } from '../config/job-spec.ts';

import type { Tools } from '../watch/tools.ts';
import type { BesideRuns } from '../watch/wal-sender.ts';
import type { RepositoryGuard } from './repository-guard.ts';
import { StepRunner } from './steps.ts';

export interface BesideRunsDeps {
  clock: Clock;
  environment: Record<string, string>;
  host: string;
  tools: Pick<Tools, 'borg'>;
  guard: Pick<RepositoryGuard, 'environment' | 'after'>;
  isBusy: (repository: RepositorySpec) => boolean;
}

export function besideRuns({ clock, environment, host, tools, guard, isBusy }: BesideRunsDeps): BesideRuns {
  const ignore = () => {};
  const hooks = { onGroup: ignore, onLine: ignore, onProgress: ignore };
  return {
    host,
    isBusy,
    borg: (program) => tools.borg(program, true),
    begin(repository, step) {
      const steps = new StepRunner(clock, environment, guard.environment(repository), repository, hooks);
      const done = steps.carryOut(step).then((seen) => {
        if (seen?.type !== 'process') return { seen: null, refused: null };
        return { seen, refused: guard.after(repository, seen) };
      });
      return { done, stop: () => steps.stop() };
    },
  };
}
