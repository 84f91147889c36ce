/**
 * `mysql-dump`: every database of a MySQL or MariaDB server, and its users and grants, each into a borg archive
 * of its own (see dump-parts.ts).
 */
import type { RecoveryPoint } from '../../proto/run.ts';
import type { MysqlDumpJob } from '../config/job-spec.ts';
import { chooseDatabases, exclusionOf } from '../decide/choose-databases.ts';
import { filterRemark } from '../decide/mysql-replica.ts';
import { dumpArgv } from '../tools/mysql.ts';
import { explainMysqlFailure } from '../tools/mysql-failure.ts';
import { inventoryOfJob } from './borg-steps.ts';
import { concludeDumps, dumpFindings, dumpSources, refusedBy } from './dump-conclusion.ts';
import {
  askBeside,
  type DumpHooks,
  databasePart,
  dumpOf,
  GLOBALS,
  judgeParts,
  type Part,
  planParts,
  saidOf,
  subjectOf,
} from './dump-parts.ts';
import { uncountedRemark, unlistedRemark, vanishedRemark } from './dump-words.ts';
import { countBesideStep, countStep, openStep } from './manifest-questions.ts';
import { countingOf, mysqlManifest } from './mysql-manifest.ts';
import { findMysqlSource, type MysqlSource } from './mysql-source.ts';
import { type UsersFound, usersOf } from './mysql-users.ts';
import {
  clientRemark,
  historyRemark,
  mayDumpHistory,
  publicRights,
  untransactional,
  writableReplica,
} from './mysql-words.ts';
import type { Conclusion, Engine, EngineContext, ProcessSeen, Seen, Step } from './types.ts';
import { failed, processesSeen } from './types.ts';

export const mysqlDump: Engine<MysqlDumpJob> = {
  kind: 'mysql-dump',

  validate(raw) {
    const findings = dumpFindings(raw);
    for (const key of ['connection', 'fallback']) {
      const { socket, host, port } = (raw[key] ?? {}) as Record<string, unknown>;
      if (socket !== undefined && (host !== undefined || port !== undefined))
        findings.push({ key, allowed: 'a socket, or a host and port' });
    }
    return findings;
  },

  plan(spec, context, seen): Step | null {
    if (context.borg === null) return null;
    const found = findMysqlSource(spec, context, seen);
    if ('step' in found) return found.step;
    if ('refused' in found) return null;
    const { source } = found;
    const users = usersOf(spec, context, source, seen);
    if ('step' in users) return users.step;
    return planParts(
      spec,
      context,
      partsOf(spec, context, source, users),
      seen,
      hooksOf(context, source, seen),
    );
  },

  meanwhile(spec, context, seen, step, elapsedMs) {
    const found = findMysqlSource(spec, context, seen);
    const users = 'source' in found ? usersOf(spec, context, found.source, seen) : null;
    if (!('source' in found) || users === null || 'step' in users) return null;
    const parts = partsOf(spec, context, found.source, users);
    return askBeside(parts, step, elapsedMs, hooksOf(context, found.source, seen));
  },

  outcome(spec, context, seen): Conclusion {
    if (context.borg === null) return failed(context.borgProblem ?? 'borg is not installed.');
    const found = findMysqlSource(spec, context, seen);
    if ('step' in found) return failed('The server was not asked for its databases.');
    if ('source' in found) return judge(spec, context, found.source, seen);
    return refusedBy(found.refused, found.question);
  },

  sources: dumpSources,

  inventory: (spec, context) => inventoryOfJob(spec, context, subjectOf),
};

function chosen(spec: MysqlDumpJob, { facts }: MysqlSource) {
  return chooseDatabases(facts.databases, spec.databases, spec.excludes);
}

/** Users first: views and routines name them as their definers. */
function partsOf(spec: MysqlDumpJob, context: EngineContext, source: MysqlSource, users: UsersFound): Part[] {
  const { programs, connection } = source;
  return [
    ...('part' in users ? [users.part] : []),
    ...chosen(spec, source).dump.map((database) =>
      databasePart(spec, context, database, 'sql', {
        command: dumpArgv(programs, connection, database, mayDumpHistory(source, database)),
        env: {},
        form: 'mysql-sql',
      }),
    ),
  ];
}

/** Each database is counted beside its dump; the manifest is stored with the dumps. */
function hooksOf(context: EngineContext, source: MysqlSource, seen: readonly Seen[]): DumpHooks {
  const processes = processesSeen(seen);
  const counting = (part: Part) => (part.subject === GLOBALS ? null : countingOf(source, part, processes));
  return {
    before(part) {
      const one = counting(part);
      return one && openStep(one, context);
    },
    meanwhile(part, _attempt, elapsedMs) {
      const one = counting(part);
      return one && countBesideStep(one, context, elapsedMs);
    },
    after(part, _attempt, dump) {
      const one = counting(part);
      return one && countStep(one, context, dump.tookMs ?? 0);
    },
    manifest: {
      engine: source.facts.flavour.toLowerCase(),
      serverVersion: source.facts.version,
      of: (part) => (part.subject === GLOBALS ? null : mysqlManifest(source, part, processes)),
    },
  };
}

function judge(
  spec: MysqlDumpJob,
  context: EngineContext,
  source: MysqlSource,
  seen: readonly Seen[],
): Conclusion {
  const users = usersOf(spec, context, source, seen);
  if ('step' in users) return failed('The users and grants were not asked for.');
  const processes = processesSeen(seen);
  const all = partsOf(spec, context, source, users);
  const vanished = all.filter((part) => hasVanished(spec, part, processes));
  const parts = all.filter((part) => !vanished.includes(part));
  const judged = judgeParts(spec, context, parts, seen, (said) =>
    explainMysqlFailure(said, source.connection),
  );
  const { dump, excluded, unlisted } = chosen(spec, source);
  const uncounted = parts.filter(
    (part) => isCounted(part, judged.recoveryPoints) && mysqlManifest(source, part, processes) === null,
  );
  return concludeDumps({
    judged,
    problems: 'problem' in users ? [users.problem] : [],
    remarks: [
      source.insteadOf,
      clientRemark(source),
      filterRemark(source.channels, exclusionOf(spec.excludes)),
      historyRemark(source, dump),
      unlistedRemark(unlisted),
      vanishedRemark(vanished.map(({ subject }) => subject)),
      uncountedRemark(uncounted.map(({ subject }) => subject)),
    ],
    warnings: [...untransactional(source, dump), ...writableReplica(source), ...publicRights(source)],
    parts: dump.length + 1,
    databases: dump.length - vanished.length,
    excluded,
    alongside: 'users',
    server: source.name,
  });
}

/** ER_BAD_DB_ERROR, as mariadb-dump and mysqldump print it. */
const NO_SUCH_DATABASE = /Got error: 1049:/;

/** Dropped between the listing and its dump, as the server says; one that is listed by name is missed. */
function hasVanished(spec: MysqlDumpJob, part: Part, processes: ReadonlyMap<string, ProcessSeen>): boolean {
  const dump = spec.databases === 'all' ? dumpOf(part, processes)?.dump : undefined;
  return dump !== undefined && dump.exitCode !== 0 && NO_SUCH_DATABASE.test(saidOf(dump));
}

/** Whether a part is a database whose dump was made. */
function isCounted(part: Part, made: readonly RecoveryPoint[]): boolean {
  return part.subject !== GLOBALS && made.some(({ name }) => name === part.archive);
}
