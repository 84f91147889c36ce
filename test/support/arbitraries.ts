/** Generators of everything that may travel, valid but as odd as its type allows. */
import fc from 'fast-check';
import { NAME_PATTERN } from '../../proto/job.ts';
import * as limits from '../../proto/limits.ts';
import type { RecordBody, SpoolRecord, ToAgent, ToCollector } from '../../proto/messages.ts';
import { REFUSED_CODES } from '../../proto/messages.ts';
import { OUTCOMES, TRIGGERS } from '../../proto/run.ts';

export const instant = fc.integer({ min: 1, max: Date.UTC(9999, 11, 31) });
export const amount = fc.maxSafeNat();
export const name = fc.stringMatching(NAME_PATTERN);
export const id = fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/);
export const text = fc.string({ unit: 'binary', maxLength: 300 });
const kind = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const runId = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/);
const promiseMs = fc.integer({ min: 0, max: limits.PROMISE_MS_MAX });

const schedule = fc.record({
  cron: fc.constantFrom('0 2 * * *', '*/5 * * * *', '30 1 * * 0'),
  zone: fc.constantFrom('Europe/Berlin', 'UTC', 'America/New_York'),
  spreadMs: promiseMs,
  startGraceMs: promiseMs,
  finishWithinMs: promiseMs,
});

export const declaration = fc.record({
  job: name,
  kind,
  schedule: fc.option(schedule),
  longestSilenceMs: promiseMs,
  keepMs: promiseMs,
  repository: fc.oneof(name, fc.constant('')),
  sources: fc.array(text, { maxLength: 5 }),
  excludes: fc.array(text, { maxLength: 5 }),
  startedByAgent: fc.boolean(),
  sharedAs: fc.oneof(name, fc.constant('')),
  staleAfter: fc.option(fc.record({ warningMs: fc.nat(), criticalMs: fc.nat() })),
});

export const recoveryPoint = fc.record({
  repository: name,
  name: text,
  id: fc.string({ maxLength: 128 }),
  subject: text,
  createdAtMs: instant,
  sizeBytes: amount,
});

const started = {
  job: name,
  runId,
  dueAtMs: fc.option(instant),
  startedAtMs: instant,
  trigger: fc.constantFrom(...TRIGGERS),
};

export const runFinished = fc.record({
  ...started,
  finishedAtMs: instant,
  durationMs: amount,
  outcome: fc.constantFrom(...OUTCOMES),
  exitCode: fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  signal: fc.option(fc.constantFrom('SIGKILL', 'SIGTERM')),
  reason: text,
  recoveryPoints: fc.array(recoveryPoint, { maxLength: 5 }),
  stats: fc.record({
    originalBytes: amount,
    compressedBytes: amount,
    deduplicatedBytes: amount,
    files: amount,
    excluded: amount,
  }),
  warnings: fc.array(
    fc.record({ code: fc.string({ maxLength: 64 }), message: text, path: text, harmless: fc.boolean() }),
    { maxLength: 5 },
  ),
  warningsTotal: fc.nat(2 ** 31 - 1),
  logTail: text,
});

export const recordBody: fc.Arbitrary<RecordBody> = fc.oneof(
  declaration.map((value) => ({ type: 'job-declared' as const, value })),
  name.map((job) => ({ type: 'job-removed' as const, value: { job } })),
  fc.record(started).map((value) => ({ type: 'run-started' as const, value })),
  runFinished.map((value) => ({ type: 'run-finished' as const, value })),
  fc
    .record({ job: name, recoveryPoints: fc.array(recoveryPoint, { maxLength: 5 }), complete: fc.boolean() })
    .map((value) => ({ type: 'recovery-points-seen' as const, value })),
  fc
    .record({
      hostname: text,
      os: text,
      kernel: text,
      nodeVersion: text,
      agentVersion: text,
      zone: text,
      cpus: fc.nat(4096),
      memoryBytes: amount,
      tools: fc.array(fc.record({ name: text, version: text }), { maxLength: 5 }),
      notBackedUp: fc.array(fc.record({ name: text, why: text }), { maxLength: 5 }),
    })
    .map((value) => ({ type: 'host-facts' as const, value })),
  fc
    .record({
      repository: name,
      borgId: fc.stringMatching(/^[0-9a-f]{64}$/),
      location: text,
      encryption: fc.constantFrom('none', 'repokey', 'repokey-blake2', 'keyfile', 'authenticated'),
      heldFor: fc.oneof(name, fc.constant('')),
    })
    .map((value) => ({ type: 'repository-seen' as const, value })),
  fc
    .array(
      fc
        .record({ path: text, totalBytes: fc.nat(), freeShare: fc.double({ min: 0, max: 1, noNaN: true }) })
        .map(({ path, totalBytes, freeShare }) => ({
          path,
          totalBytes,
          freeBytes: Math.floor(totalBytes * freeShare),
        })),
      { maxLength: 8 },
    )
    .map((fileSystems) => ({ type: 'storage-seen' as const, value: { fileSystems } })),
  fc
    .record({
      fromSeq: fc.integer({ min: 1, max: 1_000 }),
      length: fc.nat(1_000),
      reason: text,
      oldestAtMs: instant,
      newestAtMs: instant,
    })
    .map(({ length, ...gap }) => ({
      type: 'gap' as const,
      value: { ...gap, toSeq: gap.fromSeq + length },
    })),
);

export const spoolRecord: fc.Arbitrary<SpoolRecord> = fc.record({ recordedAtMs: instant, body: recordBody });

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));

export const toCollector: fc.Arbitrary<ToCollector> = fc.oneof(
  fc
    .record({
      epoch: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      firstSeq: fc.integer({ min: 1, max: 1_000 }),
      length: fc.nat(1_000),
      agentVersion: fc.string({ maxLength: 64 }),
      instance: id,
      capabilities: fc.array(fc.string({ maxLength: 64 }), { maxLength: 5 }),
      sentAtMs: instant,
      continuesEpoch: amount,
    })
    .map(({ length, ...hello }) => ({
      type: 'hello' as const,
      value: { ...hello, lastSeq: hello.firstSeq - 1 + length },
    })),
  fc
    .record({
      seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      chain: bytes(limits.CHAIN_BYTES),
      record: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((array) => Buffer.from(array)),
    })
    .map((value) => ({ type: 'spooled-record' as const, value })),
  fc
    .record({
      sentAtMs: instant,
      spoolRecords: amount,
      spoolBytes: amount,
      spoolError: text,
      runningJobs: fc.array(name, { maxLength: 5 }),
      certificateExpiresAtMs: instant,
    })
    .map((value) => ({ type: 'heartbeat' as const, value })),
  fc
    .record({
      job: name,
      runId,
      atMs: instant,
      originalBytes: amount,
      deduplicatedBytes: amount,
      files: amount,
      current: text,
    })
    .map((value) => ({ type: 'run-progress' as const, value })),
  fc
    .record({ id, accepted: fc.boolean(), reason: text })
    .map((value) => ({ type: 'request-answered' as const, value })),
  fc
    .string({ maxLength: 300 })
    .map((csrPem) => ({ type: 'certificate-requested' as const, value: { csrPem } })),
);

export const toAgent: fc.Arbitrary<ToAgent> = fc.oneof(
  fc
    .record({
      epoch: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      committedSeq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      committedChain: bytes(limits.CHAIN_BYTES),
      credit: fc.integer({ min: 1, max: 65_536 }),
      heartbeatMs: fc.integer({ min: 100, max: 3_600_000 }),
      serverTimeMs: instant,
    })
    .map((value) => ({ type: 'welcome' as const, value })),
  amount.map((seq) => ({ type: 'ack' as const, value: { seq } })),
  fc
    .record({
      id,
      ask: fc.oneof(
        name.map((job) => ({ type: 'run-job' as const, job })),
        fc.constant({ type: 'renew-certificate' as const }),
      ),
    })
    .map((value) => ({ type: 'request' as const, value })),
  fc
    .record({ code: fc.constantFrom(...REFUSED_CODES), reason: text, retryAfterMs: fc.nat(86_400_000) })
    .map((value) => ({ type: 'refused' as const, value })),
  fc
    .string({ maxLength: 300 })
    .map((certificatePem) => ({ type: 'certificate-issued' as const, value: { certificatePem } })),
);
