/**
 * A fleet with a past, written through the store: what pages, benches and tests look at. The same seed
 * makes the same fleet. Verdicts and alerts come from the real assurances, judged at the end.
 */
import { createHash } from 'node:crypto';
import { Alerting, jobSubject } from '../../collector/alerting.ts';
import { assurances, jobState, judgeJob } from '../../collector/assurances/index.ts';
import { windowStartMs } from '../../collector/assurances/retained.ts';
import type { Route } from '../../collector/settings.ts';
import type { JobRow, Store } from '../../collector/store/types.ts';
import type { JobDeclaration } from '../../proto/job.ts';
import type { Outcome, RecoveryPoint, RunFinished } from '../../proto/run.ts';
import { nextDue } from '../../proto/schedule.ts';

export interface FleetPlan {
  hosts: number;
  jobsPerHost: number;
  days: number;
  customers: string[];
  nowMs: number;
  /** Share of jobs in trouble. */
  trouble: number;
  routes?: Route[];
  publicUrl?: string;
}

const DAY_MS = 86_400_000;
/** Runs a transaction: a commit each would take hours. */
const JOBS_PER_TRANSACTION = 50;

/** Mulberry32: small, and the same everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ROLES = ['web', 'db', 'mail', 'app', 'git', 'files', 'shop', 'ci'];
type Trouble = 'none' | 'failed' | 'missed' | 'warning' | 'past-failure' | 'never-ran' | 'silent-host';

const LOG = `Creating archive at "ssh://acme@storage.example.net/./web1::web1-files-2026-11-22T02:14:09"
12841 files, 41.2 GB read, 88.1 MB new
Keeping the file system cache between runs
Archive name: web1-files-2026-11-22T02:14:09
Time (start): Sun, 2026-11-22 02:14:09
Time (end):   Sun, 2026-11-22 02:31:44
terminating with success status, rc 0
`;

function declarationOf(index: number, random: () => number): JobDeclaration {
  const database = index % 2 === 1;
  return {
    job:
      index < 2
        ? database
          ? 'shop'
          : 'files'
        : `${database ? 'shop' : 'files'}-${Math.floor(index / 2) + 1}`,
    kind: database ? 'postgres-dump' : 'files',
    schedule: {
      cron: database ? '0 0 * * *' : '0 2 * * *',
      zone: 'Europe/Berlin',
      spreadMs: 3_600_000,
      startGraceMs: 600_000,
      finishWithinMs: database ? 3 * 3_600_000 : 6 * 3_600_000,
    },
    longestSilenceMs: 32 * 3_600_000,
    keepMs: 7 * DAY_MS,
    repository: 'acme',
    sources: database ? ['shop', 'accounts'] : ['/etc', '/home', '/var/www'],
    excludes: database || random() < 0.5 ? [] : ['*/cache/*'],
    startedByAgent: true,
    sharedAs: '',
    staleAfter: null,
  };
}

function subjectsOf({ kind, sources }: JobDeclaration): string[] {
  return kind === 'files' ? [''] : ['globals', ...sources];
}

/** How a run of a job in trouble ended, `null` when it never started. */
function fate(trouble: Trouble, dueAtMs: number, nowMs: number): Outcome | null {
  const last = nowMs - dueAtMs < DAY_MS;
  if (trouble === 'never-ran') return null;
  if (trouble === 'missed' || trouble === 'silent-host') return last ? null : 'succeeded';
  if (trouble === 'failed') return nowMs - dueAtMs < 2 * DAY_MS ? 'failed' : 'succeeded';
  if (trouble === 'warning') return last ? 'warning' : 'succeeded';
  if (trouble === 'past-failure')
    return Math.floor((nowMs - dueAtMs) / DAY_MS) === 4 ? 'failed' : 'succeeded';
  return 'succeeded';
}

const REASONS: Record<Outcome, string> = {
  succeeded: 'The archive is in the repository.',
  warning: '2 files could not be read: permission denied below /home/backup/.ssh.',
  failed:
    'borg ended with exit code 2: the repository is locked by web9 since 01:12. Break the lock if that host is gone.',
  'timed-out': 'It was ended after 6h: it had been reading /var/lib/videos for 5h 41m.',
  cancelled: 'The agent was stopped while it ran.',
  skipped: 'The previous run was still going on.',
};

/** So that a page of troubles does not say one sentence again and again. */
const FAILURES: Record<string, string[]> = {
  files: [
    'borg could not reach ssh://acme@storage.example.net/./web1: connection timed out after 30s.',
    'The source /var/www does not exist; nothing was archived. Mount it, or take it out of `paths`.',
    REASONS.failed,
  ],
  'postgres-dump': [
    'The server on /run/postgresql:5432 does not answer. Is it running?',
    'Database accounts could not be dumped: permission denied for table invoices. The others are in the repository.',
    REASONS.failed,
  ],
};

export function seedFleet(store: Store, plan: FleetPlan): void {
  const random = seededRandom(plan.hosts * 7919 + plan.jobsPerHost);
  const enrolledAtMs = plan.nowMs - (plan.days + 2) * DAY_MS;
  const hosts = Array.from({ length: plan.hosts }, (_, index) => {
    const role = ROLES[index % ROLES.length]!;
    return {
      name: `${role}${Math.floor(index / ROLES.length) + 1}`,
      customer: plan.customers[index % plan.customers.length]!,
    };
  });
  let pending: (() => void)[] = [];
  const flush = () => {
    const work = pending;
    pending = [];
    store.transaction(() => {
      for (const each of work) each();
    });
  };
  let runNumber = 0;
  for (const { name, customer } of hosts) {
    const silent = random() < plan.trouble / 8;
    let hostId = 0;
    pending.push(() => {
      hostId = store.hosts.enroll(name, customer, enrolledAtMs).id;
      store.hosts.saveLiveness([
        {
          hostId,
          connected: !silent,
          lastSeenAtMs: silent ? plan.nowMs - 5 * 3_600_000 : plan.nowMs - 4_000,
          clockOffsetMs: Math.round((random() - 0.5) * 400),
          spoolRecords: 0,
          spoolBytes: 0,
          spoolError: '',
          certificateExpiresAtMs: plan.nowMs + 20 * DAY_MS,
          agentVersion: '0.1.0',
        },
      ]);
    });
    pending.push(() => {
      const seen = {
        repository: 'acme',
        borgId: createHash('sha256').update(name).digest('hex'),
        location: `ssh://${customer}@storage.example.net/./${name}`,
        encryption: 'repokey-blake2',
        heldFor: '',
      };
      store.repositories.saveSeen(hostId, seen, enrolledAtMs);
      store.repositories.saveSeen(hostId, seen, plan.nowMs - 3_600_000);
    });
    for (let index = 0; index < plan.jobsPerHost; index += 1) {
      const declaration = declarationOf(index, random);
      const kinds: Trouble[] = ['failed', 'missed', 'warning', 'past-failure', 'past-failure', 'never-ran'];
      const trouble: Trouble = silent
        ? 'silent-host'
        : random() < plan.trouble
          ? kinds[Math.floor(random() * kinds.length)]!
          : 'none';
      pending.push(() => {
        const job = store.jobs.declare(hostId, declaration, '', plan.nowMs - plan.days * DAY_MS);
        const points: RecoveryPoint[] = [];
        const megabytes = Math.round(20 + random() ** 3 * 80_000);
        const fromMs = plan.nowMs - plan.days * DAY_MS;
        let due = nextDue(declaration.schedule!, name, declaration.job, fromMs);
        while (due && due.dueAtMs <= plan.nowMs) {
          const outcome = fate(trouble, due.dueAtMs, plan.nowMs);
          if (outcome !== null) {
            runNumber += 1;
            const durationMs = Math.round(60_000 + megabytes * 12 * (0.8 + random() * 0.4));
            const run: RunFinished = {
              job: declaration.job,
              runId: `${due.dueAtMs.toString(36)}-${runNumber}`,
              dueAtMs: due.dueAtMs,
              startedAtMs: due.dueAtMs + 400,
              trigger: 'schedule',
              finishedAtMs: due.dueAtMs + 400 + durationMs,
              durationMs,
              outcome,
              exitCode: outcome === 'failed' ? 2 : outcome === 'warning' ? 1 : 0,
              signal: null,
              reason: outcome === 'failed' ? FAILURES[declaration.kind]![hostId % 3]! : REASONS[outcome],
              recoveryPoints: [],
              stats: {
                originalBytes: megabytes * 1_048_576,
                compressedBytes: megabytes * 600_000,
                deduplicatedBytes: Math.round(megabytes * 1_048_576 * 0.002 * (0.5 + random())),
                files: megabytes * 9,
                excluded: 0,
              },
              warnings: [],
              warningsTotal: 0,
              logTail: plan.nowMs - due.dueAtMs < DAY_MS ? LOG : '',
            };
            if (outcome !== 'failed' && plan.nowMs - due.dueAtMs < 8 * DAY_MS) {
              for (const [part, subject] of subjectsOf(declaration).entries()) {
                run.recoveryPoints.push({
                  repository: 'acme',
                  name: `${name}-${declaration.job}-${new Date(run.startedAtMs).toISOString().slice(0, 19)}`,
                  id: `${runNumber.toString(16).padStart(16, '0')}${part.toString(16).padStart(2, '0').repeat(24)}`,
                  subject,
                  createdAtMs: run.startedAtMs + 200,
                  sizeBytes: run.stats.originalBytes,
                });
              }
              if (run.finishedAtMs <= plan.nowMs) points.push(...run.recoveryPoints);
            }
            if (run.finishedAtMs <= plan.nowMs) store.runs.finish(job.id, run, run.finishedAtMs + 300);
            else store.runs.start(job.id, run, run.startedAtMs + 300);
          }
          due = nextDue(declaration.schedule!, name, declaration.job, due.dueAtMs);
        }
        const inventory = { complete: true, takenAtMs: plan.nowMs };
        store.runs.saveSeenPoints(job.id, points, inventory, plan.nowMs);
      });
      if (pending.length >= JOBS_PER_TRANSACTION) flush();
    }
  }
  flush();
  judgeAll(store, plan);
}

/** What the evaluator would have said by now. */
function judgeAll(store: Store, plan: FleetPlan): void {
  const alerting = new Alerting({
    store,
    routes: plan.routes ?? [],
    publicUrl: plan.publicUrl ?? 'https://backup.example.net:8443',
  });
  const { nowMs } = plan;
  const points = (job: JobRow) =>
    store.holdings.points(job.id, job.declaration.repository, windowStartMs(job, nowMs));
  store.transaction(() => {
    for (const host of store.hosts.list({ limit: plan.hosts + 1 }).items) {
      const caughtUpSinceMs = host.connected ? nowMs - DAY_MS : null;
      const presence = { caughtUpSinceMs, catchingUp: false, lastSeenAtMs: host.lastSeenAtMs };
      for (const job of store.jobs.ofHost(host.id)) {
        const verdicts = judgeJob(
          { job, presence, points: points(job), sizes: [], newestPoint: null, peers: [], wal: null },
          nowMs,
        );
        store.jobs.saveVerdicts(job.id, verdicts, jobState(verdicts), nowMs + DAY_MS);
        alerting.settle(
          jobSubject(job),
          [{ rules: assurances.onTime.rules, verdict: verdicts.onTime }],
          nowMs - 1_800_000,
        );
      }
      const state = host.connected ? 'ok' : 'broken';
      const reason = host.connected
        ? `${host.host} is connected and has handed in everything it recorded.`
        : `${host.host} has not been heard for 5h.`;
      const connected = { state, rule: null, sinceMs: nowMs - DAY_MS, reason, nextCheckAtMs: null } as const;
      store.hosts.saveVerdicts(host.id, { connected }, state, nowMs + DAY_MS);
    }
  });
}
