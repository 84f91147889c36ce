import { expect, it } from 'vitest';
import { Scheduler, TICK_MS } from '../../../agent/scheduler.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { commandJob, pruneJob } from '../../support/job-specs.ts';
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
    occupied: () => [],
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

it('lets one job at a time into a repository, whatever each of them calls it', () => {
  const begun: string[] = [];
  const { repository, ...rest } = pruneJob();
  const jobs = ['web1', 'web2'].map((name) => ({
    ...rest,
    name: `prune-${name}`,
    repository: { ...repository, name },
  }));
  const scheduler = new Scheduler({
    jobs,
    host: 'steward',
    spool: { lastDueAtMs: () => null, scheduledSinceMs: () => null },
    runner: {
      start: ({ name: job }, trigger, dueAtMs) => {
        begun.push(job);
        const finished = new Promise<never>(() => {});
        return { job, runId: job, trigger, dueAtMs, startedAtMs: 0, finished };
      },
      skip: () => {},
      running: () =>
        begun.map((job) => ({ job, runId: job, trigger: 'request', dueAtMs: null, startedAtMs: 0 })),
    },
    occupied: () => [],
    clock: new FakeClock(),
    log: silent,
    onTick: () => {},
  });
  for (const { name } of jobs) expect(scheduler.request(name, 'request').accepted).toBe(true);
  expect(begun).toEqual(['prune-web1']);
});

it('begins nothing in a repository in which something works that is no run', () => {
  const begun: string[] = [];
  const job = pruneJob();
  let occupied = [job.repository.location];
  const clock = new FakeClock();
  const scheduler = new Scheduler({
    jobs: [job],
    host: 'steward',
    spool: { lastDueAtMs: () => null, scheduledSinceMs: () => null },
    runner: {
      start: ({ name }, trigger, dueAtMs) => {
        begun.push(name);
        const finished = new Promise<never>(() => {});
        return { job: name, runId: name, trigger, dueAtMs, startedAtMs: 0, finished };
      },
      skip: () => {},
      running: () => [],
    },
    occupied: () => occupied,
    clock,
    log: silent,
    onTick: () => {},
  });
  scheduler.start();
  expect(scheduler.request(job.name, 'request').accepted).toBe(true);
  expect(begun).toEqual([]);
  occupied = [];
  clock.advance(TICK_MS);
  expect(begun).toEqual([job.name]);
  scheduler.stop();
});
