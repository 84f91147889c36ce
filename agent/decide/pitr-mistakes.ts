/** What the doctor finds wrong with point-in-time recovery of a server, each with what to do next. */
import { formatDuration } from '../../proto/duration.ts';
import type { PgBackRestStore, PostgresPitrJob } from '../config/job-spec.ts';
import { commandProblem, isFedByReceiver } from '../tools/archive-command.ts';
import { STANZA_NO_BACKUPS, STANZA_OK, type StanzaInfo } from '../tools/pgbackrest.ts';
import { neededInstead, type PgBackRestVersion, refusesRoot } from '../tools/pgbackrest-version.ts';
import type { ArchivingFacts } from '../tools/postgres-archiving.ts';

export interface Mistake {
  level: 'note' | 'warning' | 'failure';
  what: string;
  next: string;
}

export type Told<T> = { answer: T } | { problem: string };

export interface PgBackRestSeen {
  version: Told<PgBackRestVersion>;
  stanza: Told<StanzaInfo>;
  isRoot: boolean;
  /** Whether this agent can have base backups made: as postgres, by the unit, or because it is the server's user. */
  canBackUp: boolean;
  /** A file of the stanza that belongs to another user than the server does. */
  foreignFile: string | null;
}

export interface PitrSeen {
  /** By this machine's clock, when the server answered. */
  nowMs: number;
  /** Why the agent cannot take segments from its archive directory; null where it can, or there is none. */
  folderProblem: string | null;
  server: Told<ArchivingFacts>;
  /** Null when something else keeps the WAL. */
  pgBackRest: PgBackRestSeen | null;
}

/** Two looks, and what tells an unimportant segment from a change (config/postgres-pitr.ts). */
const STALE_OVER_TIMEOUT_MS = 180_000;
const CLOCK_APART_MAX_MS = 30_000;
const STANZA_MISSING = 1;
const STANZA_OF_ANOTHER = 5;

export function pitrMistakes(job: PostgresPitrJob, seen: PitrSeen): Mistake[] {
  const { server, pgBackRest, folderProblem } = seen;
  const facts = 'answer' in server ? server.answer : null;
  const { store } = job;
  return [
    ...('problem' in server ? [failure(server.problem, 'correct connection of the job')] : []),
    ...(facts ? serverMistakes(job, facts, seen.nowMs) : []),
    ...(folderProblem === null ? [] : [failure(folderProblem, folderOf(store))]),
    ...(pgBackRest && store.engine === 'pgbackrest' ? storeMistakes(job, store, pgBackRest, facts) : []),
  ];
}

function folderOf(store: PostgresPitrJob['store']): string {
  const folder = store.engine === 'archive-directory' ? store.directory : '';
  return `install -d -o postgres -g backproof -m 0770 ${folder}`;
}

function serverMistakes(job: PostgresPitrJob, facts: ArchivingFacts, nowMs: number): Mistake[] {
  const found: Mistake[] = [];
  if (!facts.mayMonitor)
    found.push(
      warning(
        `role ${facts.role} is not in pg_monitor, so the watch and this doctor may not see all there is`,
        `as a superuser: GRANT pg_monitor TO ${facts.role}`,
      ),
    );
  const apartMs = facts.atMs - nowMs;
  if (Math.abs(apartMs) > CLOCK_APART_MAX_MS)
    found.push(
      warning(
        `the server's clock is ${formatDuration(Math.abs(apartMs))} ${apartMs > 0 ? 'ahead of' : 'behind'} this machine's`,
        'let NTP set both: a moment to restore to is one of the server’s clock',
      ),
    );
  // What a standby archives is its primary's to say.
  if (facts.isStandby)
    found.push({
      level: 'note',
      what: 'this server is a standby: archiving is judged where its primary is.',
      next: 'check there as well',
    });
  else found.push(...archivingMistakes(job, facts));
  return found;
}

function archivingMistakes(job: PostgresPitrJob, facts: ArchivingFacts): Mistake[] {
  const { settings, waiting } = facts;
  const found: Mistake[] = [];
  const setup = `sudo backproof-agent pitr setup ${job.name} shows what is missing`;
  if (settings.wal_level === 'minimal')
    found.push(failure('wal_level is minimal: the log does not hold what a restore needs', setup));
  if (job.store.engine === 'archive-directory' && !facts.mayReplicate)
    found.push(failure(`role ${facts.role} may not make base backups: it lacks REPLICATION`, setup));
  const isOff = settings.archive_mode === 'off';
  if (!isFedByReceiver(job.store, facts)) {
    const next = waiting.includes('archive_mode') ? RESTART : setup;
    found.push(
      ...(isOff
        ? [failure('archive_mode is off: nothing is archived', next)]
        : commandMistakes(job, settings.archive_command ?? '', settings.archive_library ?? '', setup)),
    );
  }
  const others = waiting.filter((name) => name !== 'archive_mode' || !isOff);
  if (others.length > 0)
    found.push(warning(`${others.join(', ')} was changed and is not in force yet`, RESTART));
  const timeoutMs = Number(settings.archive_timeout ?? 0) * 1_000;
  if (timeoutMs === 0)
    found.push(
      warning('archive_timeout is 0: with little traffic a change may stay on this machine for days', setup),
    );
  else if (job.staleWarningMs < timeoutMs + STALE_OVER_TIMEOUT_MS)
    found.push(
      warning(
        `stale_after.warning is ${formatDuration(job.staleWarningMs)} and archive_timeout ${formatDuration(timeoutMs)}: an idle server would be called late`,
        `make stale_after.warning at least ${formatDuration(timeoutMs + STALE_OVER_TIMEOUT_MS)}, or archive_timeout shorter`,
      ),
    );
  return found;
}

const RESTART = 'restart the server when it suits you: the setting is written and waits for that';

function commandMistakes(job: PostgresPitrJob, command: string, library: string, setup: string): Mistake[] {
  if (library !== '')
    return [failure(`archive_library is ${library}, so archive_command is not used`, setup)];
  const problem = commandProblem(command, job.store);
  const target = job.store.engine === 'pgbackrest' ? `stanza ${job.store.stanza}` : job.store.directory;
  switch (problem?.kind) {
    case undefined:
      return [];
    case 'none':
      return [failure('archive_command is empty: segments pile up on this machine', setup)];
    case 'keeps-nothing':
      return [failure(`archive_command is "${command}": it says yes and keeps nothing`, setup)];
    case 'other-stanza':
      return [failure(`archive_command archives into stanza ${problem.stanza}, not into ${target}`, setup)];
    case 'not-a-push':
      return [failure(`archive_command "${command}" calls pgBackRest, but not archive-push`, setup)];
    case 'unclear':
      return [
        warning(
          `archive_command "${command}" does not name ${target}`,
          `see that it archives there; if it does not: ${setup}`,
        ),
      ];
  }
}

function storeMistakes(
  job: PostgresPitrJob,
  store: PgBackRestStore,
  { version, stanza, isRoot, canBackUp, foreignFile }: PgBackRestSeen,
  facts: ArchivingFacts | null,
): Mistake[] {
  if ('problem' in version)
    return [failure(version.problem, ABSENT.test(version.problem) ? 'install pgbackrest' : CORRECT)];
  const found: Mistake[] = [];
  const { text } = version.answer;
  const needed = facts && neededInstead(version.answer, facts.major);
  if (needed)
    found.push(
      failure(
        `pgBackRest ${text} does not know PostgreSQL ${facts.major}`,
        `install pgBackRest ${needed} or newer (apt.postgresql.org has it)`,
      ),
    );
  if (isRoot && refusesRoot(version.answer))
    found.push(
      warning(
        `this runs as root, and pgBackRest ${text} refuses root: it is run as postgres instead`,
        'run the agent by its unit (scripts/install agent), which is not root, and pgBackRest by hand as postgres',
      ),
    );
  if (!canBackUp)
    found.push(
      failure(
        'base backups cannot be made: this user is not postgres, and may not ask the unit that is',
        'start the agent, with which it comes (or: systemctl start backproof-base-backup.socket)',
      ),
    );
  if (foreignFile !== null)
    found.push(
      failure(
        `${foreignFile} does not belong to the server's user: pgBackRest was run as somebody else, and archive-push fails`,
        'give the repository back (chown -R postgres:postgres), and run pgBackRest as postgres only',
      ),
    );
  found.push(
    ...('problem' in stanza
      ? [failure(stanza.problem, READABLE.test(stanza.problem) ? MAKE_READABLE : CORRECT)]
      : stanzaMistakes(job, store, stanza.answer, facts)),
  );
  return found;
}

const CORRECT = 'correct that, then check again';
/** Said of the program itself, or by runuser. */
const ABSENT = /not installed|No such file or directory/;
const READABLE = /\[13\]|Permission denied/;
const MAKE_READABLE =
  'let sudo backproof-agent check look as the agent’s unit does; an agent without that unit has to be in the group postgres';

function stanzaMistakes(
  job: PostgresPitrJob,
  { stanza }: PgBackRestStore,
  info: StanzaInfo,
  facts: ArchivingFacts | null,
): Mistake[] {
  if (info.code === STANZA_MISSING)
    return [
      failure(
        `the repository has no stanza ${stanza}: the name is wrong, it is not mounted, or nobody has made it`,
        `sudo backproof-agent pitr setup ${job.name} shows what is missing`,
      ),
    ];
  const isOther =
    facts !== null && info.systemIdentifier !== null && info.systemIdentifier !== facts.systemIdentifier;
  if (isOther || info.code === STANZA_OF_ANOTHER)
    return [
      failure(
        `stanza ${stanza} is of another cluster (${info.systemIdentifier}) than this server (${facts?.systemIdentifier ?? 'unknown'})`,
        `correct stanza of the job; if this server took the place of that one: pgbackrest --stanza=${stanza} stanza-upgrade`,
      ),
    ];
  if (info.code !== STANZA_OK && info.code !== STANZA_NO_BACKUPS) {
    const what = `pgBackRest cannot use stanza ${stanza}: ${info.message}`;
    return [failure(what, READABLE.test(info.message) ? MAKE_READABLE : CORRECT)];
  }
  const found: Mistake[] = [];
  if (!info.isEncrypted)
    found.push(
      warning(
        `the repository of stanza ${stanza} is NOT encrypted`,
        'make a new one with repo1-cipher-type: it cannot be added later',
      ),
    );
  if (info.backups.length === 0)
    found.push(
      warning(
        'there is no base backup yet, so nothing can be restored',
        `sudo backproof-agent start ${job.name} --wait`,
      ),
    );
  return found;
}

function failure(what: string, next: string): Mistake {
  return { level: 'failure', what: sentence(what), next };
}

function warning(what: string, next: string): Mistake {
  return { level: 'warning', what: sentence(what), next };
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
