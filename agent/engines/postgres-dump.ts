/**
 * `postgres-dump`: every database of a PostgreSQL server, and its globals, each into a borg archive of its
 * own (see dump-parts.ts).
 */
import type { PostgresDumpJob } from '../config/job-spec.ts';
import { chooseDatabases } from '../decide/choose-databases.ts';
import { dumpArgv, dumpGlobalsArgv, explainPostgresFailure } from '../tools/postgres.ts';
import { inventoryStep } from './borg-steps.ts';
import { databasePart, globalsPart, judgeParts, type Part, planParts } from './dump-parts.ts';
import { named, unlistedRemark } from './dump-words.ts';
import { CONNECT_SECONDS, findSource, type PostgresSource, placeOf } from './postgres-source.ts';
import type { Conclusion, Engine, EngineContext, Seen, Step } from './types.ts';
import { failed } from './types.ts';

export const postgresDump: Engine<PostgresDumpJob> = {
  kind: 'postgres-dump',

  validate(raw) {
    const findings = [];
    const names = Array.isArray(raw.databases) ? raw.databases.map(String) : [];
    if (new Set(names).size < names.length)
      findings.push({ key: 'databases', allowed: 'each database once' });
    for (const key of ['replica_lag_max', 'fallback']) {
      if (raw[key] !== undefined && raw.take_from !== 'replica')
        findings.push({ key, allowed: 'nothing, unless take_from is replica' });
    }
    return findings;
  },

  plan(spec, context, seen): Step | null {
    if (context.borg === null) return null;
    const found = findSource(spec, context, seen);
    if ('step' in found) return found.step;
    if ('refused' in found) return null;
    return planParts(spec, context, partsOf(spec, context, found.source), seen);
  },

  outcome(spec, context, seen): Conclusion {
    if (context.borg === null) return failed(context.borgProblem ?? 'borg is not installed.');
    const found = findSource(spec, context, seen);
    if ('step' in found) return failed('The server was not asked for its databases.');
    if ('source' in found) return judge(spec, context, found.source, seen);
    const { question } = found;
    return failed(found.refused, {
      exitCode: question?.exitCode ?? null,
      signal: question?.signal ?? null,
    });
  },

  sources: (spec) => (spec.databases === 'all' ? ['all databases'] : spec.databases),

  inventory: (spec, context) => inventoryStep(spec.repository, context, spec.name),
};

/** Globals first: without roles no database is restored as it was. */
function partsOf(spec: PostgresDumpJob, context: EngineContext, source: PostgresSource): Part[] {
  const { bin, connection, facts } = source;
  const env = { PGCONNECT_TIMEOUT: CONNECT_SECONDS };
  return [
    globalsPart(spec, context, {
      command: dumpGlobalsArgv(bin, connection, facts.superuser),
      env,
      form: 'postgres-sql',
    }),
    ...chosen(spec, source).dump.map((database) =>
      databasePart(spec, context, database, 'dump', {
        command: dumpArgv(bin, connection, database),
        env,
        form: 'postgres-custom',
      }),
    ),
  ];
}

function chosen(spec: PostgresDumpJob, { facts }: PostgresSource) {
  const { unlisted, ...rest } = chooseDatabases(facts.databases, spec.databases, spec.excludes);
  // Every server has it; it is worth a word only when somebody keeps something in it.
  return { ...rest, unlisted: unlisted.filter((name) => name !== 'postgres' || facts.postgresIsUsed) };
}

function judge(
  spec: PostgresDumpJob,
  context: EngineContext,
  source: PostgresSource,
  seen: readonly Seen[],
): Conclusion {
  const parts = partsOf(spec, context, source);
  const { problems, ...judged } = judgeParts(spec, context, parts, seen, (said) =>
    explainPostgresFailure(said, placeOf(source.connection)),
  );
  const evidence = { ...judged, warnings: [], warningsTotal: 0 };
  const { excluded, unlisted } = chosen(spec, source);
  const remarks = [source.insteadOf, clientRemark(source), unlistedRemark(unlisted)].filter(Boolean);
  if (problems.length > 0) {
    const good = judged.recoveryPoints.length;
    const rest = good > 0 ? [`${good} of ${parts.length} dumps are good, from ${source.name}.`] : [];
    return failed([...problems, ...rest, ...remarks].join(' '), evidence);
  }
  const databases = parts.length - 1;
  const left = excluded.length > 0 ? `; ${excluded.length} excluded (${named(excluded)})` : '';
  const made = `${databases} ${databases === 1 ? 'database' : 'databases'} and the globals dumped from ${source.name}, seen in the repository${left}.`;
  return {
    ...evidence,
    outcome: remarks.length > 0 ? 'warning' : 'succeeded',
    reason: [...remarks, made].join(' '),
  };
}

function clientRemark({ facts, clientMajor }: PostgresSource): string {
  if (clientMajor === facts.major) return '';
  return `The dumps are made by pg_dump ${clientMajor} from a PostgreSQL ${facts.version}, and restoring them there may fail: install postgresql-client-${facts.major}.`;
}
