/** What the API answers, as JSON Schema, for openapi.json. A test holds the answers against it. */
import { RESTORE_APPROVALS } from '../../../proto/restore.ts';
import { OUTCOMES, TRIGGERS } from '../../../proto/run.ts';
import { ASSURANCES, STATES } from '../../assurances/types.ts';
import { RESTORE_STATES } from '../../decide/restores.ts';

type Schema = Record<string, unknown>;

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const count: Schema = { type: 'integer', minimum: 0 };
const time: Schema = { type: 'string', format: 'date-time' };
const state: Schema = { type: 'string', enum: STATES };

function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}
function object(properties: Record<string, Schema>, optional: string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', additionalProperties: false, properties, required };
}
function list(items: Schema): Schema {
  return { type: 'array', items };
}
function named(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
function counted(names: readonly string[]): Schema {
  return object(Object.fromEntries(names.map((name) => [name, count])));
}

const verdict = object({ state, since: orNull(time), reason: text, rule: orNull(text) });
const stats = object({
  originalBytes: count,
  compressedBytes: count,
  deduplicatedBytes: count,
  files: count,
  excluded: count,
});
const runFields: Record<string, Schema> = {
  id: count,
  runId: text,
  outcome: orNull({ type: 'string', enum: OUTCOMES }),
  trigger: { type: 'string', enum: TRIGGERS },
  dueAt: orNull(time),
  startedAt: time,
  finishedAt: orNull(time),
  durationSeconds: orNull({ type: 'number' }),
  exitCode: orNull({ type: 'integer' }),
  signal: orNull(text),
  reason: text,
  stats,
  warningsTotal: count,
};
const pointFields: Record<string, Schema> = {
  repository: text,
  name: text,
  id: text,
  subject: text,
  createdAt: time,
  sizeBytes: count,
  missingSince: orNull(time),
};

const restoreFields: Record<string, Schema> = {
  id: count,
  host: text,
  customer: text,
  job: text,
  state: { type: 'string', enum: RESTORE_STATES },
  by: text,
  login: text,
  reason: text,
  at: orNull(time),
  pointAt: time,
  archives: list(text),
  subjects: list(text),
  paths: list(text),
  destination: text,
  inPlace: flag,
  overwrite: flag,
  role: text,
  noOwner: flag,
  noPrivileges: flag,
  requestedAt: orNull(time),
  decision: orNull(object({ approved: flag, by: text, note: text, at: time })),
  approval: orNull({ type: 'string', enum: RESTORE_APPROVALS }),
  startedAt: orNull(time),
  finishedAt: orNull(time),
  durationSeconds: orNull({ type: 'number' }),
  result: text,
  restoredBytes: count,
};

export const components: Record<string, Schema> = {
  Problem: object({ type: text, title: text, status: count, detail: text }),
  Status: object({
    state,
    counts: counted(STATES),
    alerts: counted(['critical', 'warning', 'info']),
    collector: object({ version: text, startedAt: time, now: time, sessions: count, problems: list(text) }, [
      'sessions',
      'problems',
    ]),
  }),
  Verdict: verdict,
  RunSummary: object(runFields),
  Run: object({
    ...runFields,
    host: text,
    job: text,
    customer: text,
    recoveryPoints: list(object(pointFields)),
    warnings: list(object({ code: text, message: text, path: text, harmless: flag })),
    logTail: text,
  }),
  Job: object({
    host: text,
    customer: text,
    job: text,
    kind: text,
    sharedAs: orNull(text),
    state,
    schedule: orNull(
      object({
        cron: text,
        zone: text,
        spreadSeconds: { type: 'number' },
        startGraceSeconds: { type: 'number' },
        finishWithinSeconds: { type: 'number' },
      }),
    ),
    nextRunAt: orNull(time),
    removedAt: orNull(time),
    running: flag,
    lastRun: orNull(named('RunSummary')),
    lastSuccessAt: orNull(time),
    recoveryWindows: orNull(list(object({ from: time, to: time }))),
    exposureSeconds: orNull({ type: 'number', minimum: 0 }),
    logSeenAt: orNull(time),
    assurances: object(Object.fromEntries(ASSURANCES.map((name) => [name, named('Verdict')]))),
  }),
  Host: object({
    host: text,
    customer: text,
    state,
    hasAgent: flag,
    connected: flag,
    lastSeenAt: orNull(time),
    enrolledAt: time,
    revokedAt: orNull(time),
    revokedReason: orNull(text),
    agentVersion: text,
    clockOffsetSeconds: { type: 'number' },
    spool: object({ records: count, bytes: count, error: text }),
    certificateExpiresAt: orNull(time),
    facts: orNull({ type: 'object' }),
    verdicts: { type: 'object', additionalProperties: named('Verdict') },
  }),
  Repository: object({
    host: text,
    repository: text,
    customer: text,
    id: text,
    location: text,
    encryption: text,
    encrypted: flag,
    inUse: flag,
    firstSeenAt: time,
    lastSeenAt: time,
  }),
  FileSystem: object({
    host: text,
    customer: text,
    path: text,
    totalBytes: count,
    freeBytes: count,
    measuredAt: time,
  }),
  RecoveryPoint: object({ host: text, job: text, customer: text, ...pointFields, seenAt: time }),
  Alert: object({
    id: count,
    rule: text,
    subject: text,
    host: orNull(text),
    job: orNull(text),
    customer: orNull(text),
    severity: { type: 'string', enum: ['critical', 'warning', 'info'] },
    state: { type: 'string', enum: ['firing', 'resolved'] },
    reason: text,
    startedAt: time,
    resolvedAt: orNull(time),
    resolvedReason: orNull(text),
    acknowledgedBy: orNull(text),
    acknowledgedAt: orNull(time),
    acknowledgedNote: orNull(text),
    notifications: list(
      object({
        receiver: text,
        event: text,
        state: { type: 'string', enum: ['pending', 'delivered', 'failed'] },
        attempts: count,
        createdAt: time,
        finishedAt: orNull(time),
        lastError: text,
      }),
    ),
  }),
  Answer: object({ accepted: flag, reason: text }),
  Restore: object(restoreFields),
  DecidedRestore: object({ ...restoreFields, told: object({ accepted: flag, reason: text }) }),
};

const JSON_TYPE = 'application/json';
const PONG = { status: 200, mediaType: 'text/plain', schema: text };
const ANSWERS: Record<string, { status: number; mediaType: string; schema: Schema }> = {
  'GET /api/v1/status': { status: 200, mediaType: JSON_TYPE, schema: named('Status') },
  'GET /api/v1/hosts': { status: 200, mediaType: JSON_TYPE, schema: list(named('Host')) },
  'GET /api/v1/repositories': { status: 200, mediaType: JSON_TYPE, schema: list(named('Repository')) },
  'GET /api/v1/storage': { status: 200, mediaType: JSON_TYPE, schema: list(named('FileSystem')) },
  'GET /api/v1/jobs': { status: 200, mediaType: JSON_TYPE, schema: list(named('Job')) },
  'GET /api/v1/runs': { status: 200, mediaType: JSON_TYPE, schema: list(named('Run')) },
  'GET /api/v1/recovery-points': { status: 200, mediaType: JSON_TYPE, schema: list(named('RecoveryPoint')) },
  'GET /api/v1/verifications': { status: 200, mediaType: JSON_TYPE, schema: list({}) },
  'GET /api/v1/restores': { status: 200, mediaType: JSON_TYPE, schema: list(named('Restore')) },
  'POST /api/v1/restores/:id/approve': { status: 200, mediaType: JSON_TYPE, schema: named('DecidedRestore') },
  'POST /api/v1/restores/:id/refuse': { status: 200, mediaType: JSON_TYPE, schema: named('DecidedRestore') },
  'GET /api/v1/alerts': { status: 200, mediaType: JSON_TYPE, schema: list(named('Alert')) },
  'POST /api/v1/alerts/:id/acknowledge': { status: 200, mediaType: JSON_TYPE, schema: named('Alert') },
  'POST /api/v1/jobs/:host/:job/run': { status: 202, mediaType: JSON_TYPE, schema: named('Answer') },
  'GET /api/v1/openapi.json': { status: 200, mediaType: JSON_TYPE, schema: { type: 'object' } },
  'GET /api/v1/events': { status: 200, mediaType: 'text/event-stream', schema: text },
  'GET /events': { status: 200, mediaType: 'text/event-stream', schema: text },
  'GET /metrics': { status: 200, mediaType: 'text/plain', schema: text },
  'GET /ping/:uuid': PONG,
  'POST /ping/:uuid': PONG,
  'GET /ping/:uuid/:how': PONG,
  'POST /ping/:uuid/:how': PONG,
  'GET /healthz': { status: 200, mediaType: 'text/plain', schema: text },
  'GET /readyz': { status: 200, mediaType: 'text/plain', schema: text },
};

/** @throws when a route has no description: a new route must get one. */
export function responseOf(method: string, url: string) {
  const answer = ANSWERS[`${method} ${url}`];
  if (!answer) throw new Error(`${method} ${url} has no answer in collector/web/api/schemas.ts`);
  return answer;
}
