/** What every assurance must do, whatever it asks. One without fixtures does not compile. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complete } from '../../collector/assurances/complete.ts';
import { assurances } from '../../collector/assurances/index.ts';
import { onTime } from '../../collector/assurances/on-time.ts';
import { proven } from '../../collector/assurances/proven.ts';
import { receiving } from '../../collector/assurances/receiving.ts';
import { retained } from '../../collector/assurances/retained.ts';
import {
  type Assurance,
  type AssuranceName,
  type Facts,
  type Peer,
  STATES,
  type Verdict,
} from '../../collector/assurances/types.ts';
import { untouched } from '../../collector/assurances/untouched.ts';
import { RULES } from '../../collector/decide/rules.ts';
import type { RunRow, SubjectPoints, WalState } from '../../collector/store/types.ts';
import { JOB_KINDS } from '../../proto/job.ts';
import type { WalSample } from '../../proto/wal.ts';
import { absent, jobRow, present, runRow } from '../support/rows.ts';
import { SAMPLE_AT_MS } from '../support/samples.ts';
import { WAL_SAMPLE, walServer, walState } from '../support/wal.ts';

const ALL: Record<AssuranceName, Assurance> = { onTime, receiving, complete, proven, retained, untouched };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OUTCOMES = ['succeeded', 'warning', 'failed', 'timed-out', 'cancelled', 'skipped', null] as const;

/** Runs of the last days as a host may have had them: at their times or not, ended in any way or not yet. */
const runs = fc
  .array(
    fc.record({ outcome: fc.constantFrom(...OUTCOMES), lateMs: fc.integer({ min: 0, max: 5 * HOUR_MS }) }),
    {
      maxLength: 4,
    },
  )
  .map((ends) =>
    ends.map(({ outcome, lateMs }, index): RunRow => {
      const dueAtMs = SAMPLE_AT_MS - (ends.length - 1 - index) * DAY_MS;
      const startedAtMs = dueAtMs + lateMs;
      const finishedAtMs = outcome === null ? null : startedAtMs + 60_000;
      return runRow({ id: index + 1, runId: `run-${index}`, dueAtMs, startedAtMs, finishedAtMs, outcome });
    }),
  );

/** What the repository may hold: points about a day apart, of subjects that came, went, or lost some. */
const subjectPoints = fc
  .uniqueArray(fc.constantFrom('', 'globals', 'shop', 'cms'), { maxLength: 3 })
  .chain((subjects) =>
    fc.tuple(
      ...subjects.map((subject) =>
        fc
          .array(fc.tuple(fc.integer({ min: 0, max: 9 * 24 * 60 }), fc.boolean()), { maxLength: 12 })
          .chain((made) =>
            fc.boolean().map((knownBefore): SubjectPoints => {
              const atMs = (missing: boolean) =>
                made
                  .filter(([, gone]) => gone === missing)
                  .map(([minutes]) => SAMPLE_AT_MS - minutes * 60_000)
                  .sort((a, b) => a - b);
              return { subject, atMs: atMs(false), missingAtMs: atMs(true), knownBefore };
            }),
          ),
      ),
    ),
  );

const sizes = fc.array(
  fc.record({
    subject: fc.constantFrom('', 'shop'),
    newest: fc.record({ atMs: fc.constant(SAMPLE_AT_MS), bytes: fc.nat({ max: 1_000 }) }),
    before: fc.array(fc.nat({ max: 1_000 }), { maxLength: 7 }),
  }),
  { maxLength: 2 },
);

const presence = fc.constantFrom(
  present(SAMPLE_AT_MS),
  absent(SAMPLE_AT_MS - HOUR_MS),
  { ...absent(SAMPLE_AT_MS), catchingUp: true },
  { ...present(SAMPLE_AT_MS), caughtUpSinceMs: SAMPLE_AT_MS },
);

/** Other hosts that back up the same storage, most often none. */
const peers: fc.Arbitrary<Peer[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Peer[]>([]) },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(fc.constantFrom('app1', 'web2', 'web3'), { minLength: 1, maxLength: 2 })
      .chain((hosts) =>
        fc.tuple(
          ...hosts.map((host) =>
            fc
              .record({
                runs,
                presence,
                points: subjectPoints,
                cron: fc.constantFrom('0 2 * * *', '30 4 * * 1'),
              })
              .map(({ runs, presence, points, cron }): Peer => {
                const schedule = { ...jobRow([]).declaration.schedule!, cron };
                const declared = { sharedAs: 'gluster', schedule, keepMs: 7 * DAY_MS };
                return { job: jobRow(runs, declared, { id: 9, host }), presence, points };
              }),
          ),
        ),
      ),
  },
);

const NO_WAL = { state: null, servers: [] };

/** Up to three windows of the last nine days, the last of them open or not; base backups most often. */
const restorable = fc
  .record({
    hours: fc.uniqueArray(fc.integer({ min: 0, max: 9 * 24 }), { maxLength: 6 }),
    isOpen: fc.boolean(),
    backups: fc.array(fc.integer({ min: 0, max: 9 * 24 }), { maxLength: 3 }),
    isComplete: fc.constantFrom(true, true, true, false),
  })
  .map(({ hours, isOpen, backups, isComplete }) => {
    const atMs = (those: number[]) =>
      those.sort((a, b) => b - a).map((hour) => SAMPLE_AT_MS - hour * HOUR_MS);
    const ends = atMs(hours);
    const windows = ends.flatMap((fromMs, i) => (i % 2 === 0 ? [{ fromMs, toMs: ends[i + 1] ?? 0 }] : []));
    const last = windows.at(-1);
    if (last) last.toMs = isOpen ? 0 : last.toMs || SAMPLE_AT_MS;
    return { windows, backupsAtMs: atMs(backups), isComplete };
  });

function stateOf({
  sample,
  restorable,
  ...change
}: Pick<WalState, 'receivedAtMs' | 'roleSinceMs' | 'databaseLostAtMs' | 'repositoryLostAtMs'> & {
  sample: Partial<WalSample>;
  restorable: Partial<WalSample>;
}): WalState {
  const databaseProblem = change.databaseLostAtMs === null ? '' : 'No server answers there.';
  const repositoryProblem = change.repositoryLostAtMs === null ? '' : 'The stanza is not there.';
  return walState({ ...sample, ...restorable, databaseProblem, repositoryProblem }, change);
}

/** The newest sample of a log, from a few minutes ago to an hour. */
const wal = fc
  .option(
    fc.record({
      state: fc.option(
        fc.record({
          receivedAtMs: fc.integer({ min: SAMPLE_AT_MS, max: SAMPLE_AT_MS + 6 * HOUR_MS }),
          roleSinceMs: fc.constantFrom(SAMPLE_AT_MS - HOUR_MS, SAMPLE_AT_MS),
          databaseLostAtMs: fc.constantFrom(null, null, SAMPLE_AT_MS),
          repositoryLostAtMs: fc.constantFrom(null, null, SAMPLE_AT_MS),
          sample: fc.record({
            ...{ timeline: fc.constantFrom(1, 2), repositoryTimeline: fc.constantFrom(0, 1, 2) },
            ...{
              systemIdentifier: fc.constant('1'),
              stanzaSystemIdentifier: fc.constantFrom('', '1', '1', '2'),
            },
            role: fc.constantFrom('primary' as const, 'primary' as const, 'standby' as const),
            isArchiving: fc.constantFrom(true, true, false),
            archiveTimeoutMs: fc.constantFrom(60_000, 0),
            exposureMs: fc.constantFrom(0, 60_000, HOUR_MS / 2, HOUR_MS),
            lost: fc.constantFrom('', '', '000000010000000000000001'),
            holes: fc.constantFrom<string[]>([], [], ['000000010000000000000002']),
          }),
          restorable,
        }),
      ),
      servers: fc.array(
        fc
          .record({
            host: fc.constant('web2'),
            role: fc.constantFrom('primary' as const, 'standby' as const),
            roleSinceMs: fc.constantFrom(SAMPLE_AT_MS - HOUR_MS, SAMPLE_AT_MS),
            seenAtMs: fc.constantFrom(SAMPLE_AT_MS - 2 * HOUR_MS, SAMPLE_AT_MS + HOUR_MS),
            receivedAtMs: fc.integer({ min: SAMPLE_AT_MS, max: SAMPLE_AT_MS + 6 * HOUR_MS }),
            keepMs: fc.constantFrom(0, 7 * DAY_MS),
            exposureMs: fc.constantFrom(0, 60_000, HOUR_MS / 2),
            restorable,
          })
          .map(({ role, exposureMs, restorable, ...change }) =>
            walServer(role, { ...change, sample: { ...WAL_SAMPLE, role, exposureMs, ...restorable } }),
          ),
        { maxLength: 1 },
      ),
    }),
  )
  .map(
    (known): Facts['wal'] =>
      known && {
        ...known,
        state: known.state && stateOf(known.state),
      },
  );

const facts = fc
  .record({
    runs,
    peers,
    points: subjectPoints,
    wal,
    sizes,
    newestPoint: fc.constantFrom(
      null,
      ...[0, 20, 40].map((hours) => ({ name: 'offsite-1', atMs: SAMPLE_AT_MS - hours * HOUR_MS })),
    ),
    keepMs: fc.constantFrom(0, 7 * DAY_MS),
    inventoriedAtMs: fc.constantFrom(null, SAMPLE_AT_MS - 3 * DAY_MS, SAMPLE_AT_MS),
    keptFromMs: fc.constantFrom(SAMPLE_AT_MS - 30 * DAY_MS, SAMPLE_AT_MS - 2 * DAY_MS),
    kind: fc.constantFrom(...JOB_KINDS),
    scheduled: fc.boolean(),
    longestSilenceMs: fc.constantFrom(0, 26 * HOUR_MS),
    removedAtMs: fc.constantFrom(null, null, null, SAMPLE_AT_MS),
    presence,
  })
  .map(({ runs, kind, scheduled, longestSilenceMs, removedAtMs, presence, ...held }): Facts => {
    const { points, sizes, newestPoint, keepMs, inventoriedAtMs, keptFromMs, peers, wal } = held;
    const shared = peers.length > 0 ? { sharedAs: 'gluster', kind: 'files' } : { kind };
    const staleAfter =
      shared.kind === 'postgres-pitr' ? { warningMs: HOUR_MS / 4, criticalMs: HOUR_MS } : null;
    const declared = {
      ...shared,
      staleAfter,
      longestSilenceMs,
      keepMs,
      ...(scheduled ? {} : { schedule: null }),
    };
    const job = jobRow(runs, declared, { removedAtMs, inventoriedAtMs, keptFromMs });
    return { job, presence, points, sizes, newestPoint, peers, wal: staleAfter ? (wal ?? NO_WAL) : null };
  });

/** After everything that happened: facts come from the past. */
const nowMs = fc.integer({ min: SAMPLE_AT_MS + 6 * HOUR_MS, max: SAMPLE_AT_MS + 3 * DAY_MS });

function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}

/** What is stored about a verdict and may open an alert; `reason` may name the age of things. */
function gist({ state, rule, undecided }: Verdict) {
  return { state, rule, undecided };
}

describe.each(Object.entries(ALL))('%s', (name, assurance) => {
  const judged = (judge: (verdict: Verdict, facts: Facts, nowMs: number) => void) =>
    fc.assert(
      fc.property(facts, nowMs, (known, at) => {
        judge(assurance.judge(frozen(known), at), known, at);
      }),
      { numRuns: 300 },
    );

  it('is registered, asks a question, and raises rules that exist', () => {
    expect(assurances[name as AssuranceName]).toBe(assurance);
    expect(assurance.question).toMatch(/^[A-Z].*\?$/);
    for (const rule of assurance.rules) expect(Object.keys(RULES)).toContain(rule);
  });

  it('says the same about the same facts, and changes none of them', () => {
    judged((verdict, known, at) => expect(assurance.judge(known, at)).toEqual(verdict));
  });

  it('gives its reason in whole sentences', () => {
    judged(({ state, reason }) => {
      expect(STATES).toContain(state);
      expect(reason).toMatch(/^\S.*[.]$/s);
      expect(reason).not.toMatch(/undefined|null|NaN|\[object|Invalid Date/);
    });
  });

  it('has a beginning that is not in the future, and is looked at again only in the future', () => {
    judged(({ sinceMs, nextCheckAtMs }, _, at) => {
      expect(sinceMs).toBeLessThanOrEqual(at);
      if (nextCheckAtMs !== null) expect(nextCheckAtMs).toBeGreaterThan(at);
    });
  });

  it('raises only its own rules, and none while all is well or nothing can be said', () => {
    judged(({ state, rule }) => {
      if (rule === null) return;
      expect(assurance.rules).toContain(rule);
      expect(['late', 'broken']).toContain(state);
    });
  });

  it('stays what it is until the moment at which it wants to be looked at again', () => {
    fc.assert(
      fc.property(facts, nowMs, fc.double({ min: 0, max: 1, noNaN: true }), (known, at, share) => {
        const verdict = assurance.judge(known, at);
        const until = verdict.nextCheckAtMs ?? at + 30 * DAY_MS;
        const between = at + Math.floor(share * (until - 1 - at));
        expect(gist(assurance.judge(known, between))).toEqual(gist(verdict));
      }),
      { numRuns: 300 },
    );
  });

  it('is never green about a job of which nothing was ever seen', () => {
    fc.assert(
      fc.property(nowMs, fc.constantFrom(...JOB_KINDS), (at, kind) => {
        const verdict = assurance.judge(
          {
            job: jobRow([], { kind }),
            presence: present(at),
            points: [],
            sizes: [],
            newestPoint: null,
            peers: [],
            wal: NO_WAL,
          },
          at,
        );
        expect(verdict.state).not.toBe('ok');
      }),
    );
  });

  if (assurance.watched) return;
  it('does not pretend: what nobody looks at is unknown, or not applicable', () => {
    judged(({ state, rule }) => {
      expect(['unknown', 'not-applicable']).toContain(state);
      expect(rule).toBeNull();
    });
  });
});
