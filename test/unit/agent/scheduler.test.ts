import { expect, it } from 'vitest';
import { Scheduler } from '../../../agent/scheduler.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { commandJob } from '../../support/job-specs.ts';
import { silent } from '../../support/wire.ts';

it('begins nothing that is asked for while the agent stops', () => {
  const begun: string[] = [];
  const job = commandJob();
  const scheduler = new Scheduler({
    jobs: [job],
    host: 'web1',
    spool: { lastDueAtMs: () => null, scheduledSinceMs: () => null },
    runner: {
      start: (spec) => {
        begun.push(spec.name);
        throw new Error('nothing may start');
      },
      skip: () => {},
      running: () => [],
    },
    clock: new FakeClock(),
    log: silent,
    onTick: () => {},
  });
  scheduler.stop();
  expect(scheduler.request(job.name, 'request')).toEqual({
    accepted: false,
    reason: 'the agent is stopping',
  });
  expect(begun).toEqual([]);
});
