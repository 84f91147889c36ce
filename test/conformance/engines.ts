/**
 * What every engine must do, whatever it runs. Each kind registers itself with a job and a world: how the
 * programs of a machine on which all is well answer its steps. The suite then makes that world worse.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobSpec } from '../../agent/config/job-spec.ts';
import { engineOf } from '../../agent/engines/index.ts';
import type {
  Conclusion,
  EngineContext,
  LookStep,
  ProcessSeen,
  Seen,
  Step,
} from '../../agent/engines/types.ts';
import { processSeen } from '../../agent/engines/types.ts';
import { NOTHING_SAID } from '../../agent/tools/borg-log.ts';
import { type GuardSaid, NOTHING_GUARDED } from '../../agent/tools/guard-words.ts';
import { MARIADB } from '../support/job-specs.ts';
import { SAMPLE_AT_MS } from '../support/samples.ts';

export interface EngineFixture {
  job: JobSpec;
  /** What differs from an ordinary machine. */
  context?: Partial<EngineContext>;
  /** False: all it has is an exit code, and that says so in its reason. */
  leavesEvidence: boolean;
  /** Standard output of a step on a machine where all is well; `question` is what a held program was asked. */
  stdoutOf(argv: readonly string[], id: string, question: string): string;
}

/** No run of a fixture needs as many; more is a plan that never ends. */
const STEPS_MAX = 50;
const SENTENCE = /^\S.*[.]$/s;

export const context: EngineContext = {
  host: 'web1',
  startedAtMs: SAMPLE_AT_MS,
  environment: { PATH: '/usr/bin:/bin', HOME: '/var/lib/backproof' },
  borg: { major: 1, minor: 2, patch: 4, text: '1.2.4' },
  borgProblem: null,
  postgresBins: { 15: '/usr/lib/postgresql/15/bin' },
  dumpGuard: ['/usr/bin/node', '/usr/lib/backproof/dist/dump-guard.js'],
  isRoot: false,
  mysql: MARIADB,
  mysqlProblem: null,
  crontabs: ['/usr/bin/backproof-agent', 'dump-crontabs'],
  baseBackup: [],
  inventoryDue: false,
};

export function conforms(kind: string, fixture: EngineFixture): void {
  const { job } = fixture;
  const engine = engineOf(job);
  const world: EngineContext = { ...context, ...fixture.context };

  /** Carries a plan out in the fixture's world; `spoil` may change what a step has shown. */
  function run(spoil: (seen: Seen, index: number) => Seen = (seen) => seen): { steps: Step[]; seen: Seen[] } {
    const steps: Step[] = [];
    const seen: Seen[] = [];
    for (
      let step = engine.plan(job, world, frozen(seen));
      step;
      step = engine.plan(job, world, frozen(seen))
    ) {
      expect(steps.length, 'steps of a plan').toBeLessThan(STEPS_MAX);
      expect(steps.map(({ id }) => id)).not.toContain(step.id);
      steps.push(step);
      seen.push(spoil(answer(step, fixture), steps.length - 1));
    }
    return { steps, seen };
  }
  const concluded = (seen: Seen[]): Conclusion => engine.outcome(job, world, frozen([...seen]));
  const count = run().steps.length;

  test(`${kind}: succeeds on a machine where all is well, and says what it saw`, () => {
    const { outcome, reason, recoveryPoints, warnings } = concluded(run().seen);
    expect({ outcome, warnings }).toEqual({ outcome: 'succeeded', warnings: [] });
    expect(reason).toMatch(SENTENCE);
    expect(recoveryPoints.length > 0).toBe(fixture.leavesEvidence);
  });

  test(`${kind}: plans and concludes the same from the same, and changes nothing it is given`, () => {
    const { steps, seen } = run();
    expect(run().steps).toEqual(steps);
    expect(concluded(seen)).toEqual(concluded(seen));
  });

  test(`${kind}: starts programs by argv, without a shell, and never with a secret in it`, () => {
    for (const step of run().steps) {
      if (step.type !== 'process') continue;
      expect(step.argv.length).toBeGreaterThan(0);
      expect(step.argv.join(' ')).not.toMatch(/\0|passphrase|password=/i);
      expect(step.argv[0]).not.toMatch(/(^|\/)(sh|bash|env)$/);
      expect(Object.keys(step.env)).not.toContain('BORG_PASSPHRASE');
    }
  });

  const spoils: [string, (seen: ProcessSeen) => ProcessSeen][] = [
    ['fails', (seen) => ({ ...seen, exitCode: 2, stdout: '' })],
    ['is killed', (seen) => ({ ...seen, exitCode: null, signal: 'SIGKILL', stdout: '' })],
    [
      'cannot be started',
      (seen) => ({ ...seen, exitCode: null, stdout: '', startError: 'it is not installed' }),
    ],
  ];
  for (const [what, spoil] of spoils) {
    test(`${kind}: does not succeed when any one of its programs ${what}`, () => {
      for (let at = 0; at < count; at += 1) {
        const { steps, seen } = run((one, index) =>
          index === at && one.type === 'process' ? spoil(one) : one,
        );
        if (steps[at]!.type !== 'process') continue;
        const { outcome, reason } = concluded(seen);
        expect(outcome, `step ${steps[at]!.id}`).toBe('failed');
        expect(reason).toMatch(SENTENCE);
      }
    });
  }

  // Where an exit code is all there is, the reason says so, and there is nothing to compare it with.
  if (fixture.leavesEvidence) {
    test(`${kind}: believes no exit code: what ended with 0 and showed nothing has failed`, () => {
      for (let at = 0; at < count; at += 1) {
        const { steps, seen } = run((one, index) =>
          index === at && one.type === 'process' ? { ...one, stdout: '' } : one,
        );
        const step = steps[at]!;
        // What prints only a log shows nothing by it: its evidence is another step's.
        if (step.type === 'process' && step.stdoutBytesMax > 0)
          expect(concluded(seen).outcome, `step ${step.id}`).toBe('failed');
      }
    });

    test(`${kind}: does not succeed when the repository does not hold what was reported`, () => {
      const { seen } = run((one) =>
        one.id === 'confirm' ? ({ ...one, stdout: '{"archives":[]}' } as Seen) : one,
      );
      expect(processSeen(seen, 'confirm')).not.toBeNull();
      const { outcome, recoveryPoints } = concluded(seen);
      expect({ outcome, recoveryPoints }).toEqual({ outcome: 'failed', recoveryPoints: [] });
    });
  }

  test(`${kind}: concludes from any part of a run, cut off wherever it was, and only the whole one is a success`, () => {
    const { seen } = run();
    for (let length = 0; length < seen.length; length += 1) {
      const { outcome, reason } = concluded(seen.slice(0, length));
      expect(outcome, `after ${length} steps`).toBe('failed');
      expect(reason).toMatch(SENTENCE);
    }
  });

  test(`${kind}: judges keys of any shape without falling over them`, () => {
    const keys = fc.constantFrom('paths', 'databases', 'command', 'require_mounted', 'exclude', 'connection');
    fc.assert(
      fc.property(fc.dictionary(keys, fc.anything()), (raw) => {
        for (const { key, allowed } of engine.validate(raw)) expect(key && allowed).toBeTruthy();
      }),
    );
  });

  test(`${kind}: is what the table says it is, and names its sources`, () => {
    expect(engine.kind).toBe(job.kind);
    for (const source of engine.sources(job)) expect(source).not.toBe('');
  });
}

function answer(step: Step, fixture: EngineFixture): Seen {
  if (step.type === 'look') return look(step);
  if (step.type === 'recall') return { type: 'recall', id: step.id, known: null, problem: null };
  if (step.type === 'remember') return { type: 'remember', id: step.id, problem: null };
  return {
    type: 'process',
    id: step.id,
    exitCode: 0,
    signal: null,
    startError: null,
    stdout: fixture.stdoutOf(step.argv, step.id, step.type === 'ask' ? step.text : ''),
    stdoutCut: false,
    said: { ...NOTHING_SAID, guard: guardOf(step.argv) },
  };
}

/** The guard's word, where a dump goes through it. */
function guardOf(argv: readonly string[]): GuardSaid {
  if (!argv.includes(context.dumpGuard[1]!)) return NOTHING_GUARDED;
  const span = { timeline: 1, start: '0/2000028', stop: '0/2000100' };
  return { ...NOTHING_GUARDED, bytes: 4_096, span: argv.includes('postgres-base') ? span : null };
}

function look({ id }: LookStep): Seen {
  return {
    type: 'look',
    id,
    missing: [],
    silent: [],
    links: [],
    empty: [],
    notMounted: [],
    folders: [],
    lockHolders: [],
  };
}

function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object') for (const part of Object.values(value)) frozen(part);
  // The list itself still grows in the suite's hands; what is in it does not change any more.
  return Array.isArray(value) ? value : Object.freeze(value);
}
