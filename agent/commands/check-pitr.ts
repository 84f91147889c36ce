/** The doctor's look at a PITR job: the server, pgBackRest, and how this agent may use both. Changes nothing. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../proto/clock.ts';
import { messageOf } from '../../proto/errors.ts';
import type { PgBackRestStore, PostgresPitrJob } from '../config/job-spec.ts';
import { type PgBackRestSeen, pitrMistakes, type Told } from '../decide/pitr-mistakes.ts';
import { ownerOf } from '../restore/folder.ts';
import { BASE_BACKUP_SOCKET } from '../tools/base-backup.ts';
import { infoArgv, type PgBackRestAccess, parseInfo, type StanzaInfo } from '../tools/pgbackrest.ts';
import { optionOf } from '../tools/pgbackrest-conf.ts';
import { type PgBackRestVersion, parsePgBackRestVersion, versionArgv } from '../tools/pgbackrest-version.ts';
import { explainPostgresFailure, newestClient } from '../tools/postgres.ts';
import { type ArchivingFacts, archivingFactsArgv, parseArchivingFacts } from '../tools/postgres-archiving.ts';
import { asUser, POSTGRES_USER } from '../tools/run-as.ts';
import { Asker, UNREADABLE } from '../watch/ask.ts';
import { mayConnect } from '../watch/unit-socket.ts';
import { type Finding, ok } from './finding.ts';
import { findConfiguration } from './pgbackrest-file.ts';

const CONNECT_SECONDS = '10';
/** pgBackRest's own default for repo1-path. */
const REPOSITORY = '/var/lib/pgbackrest';

/** @param environment what programs get. */
export async function checkPitr(
  job: PostgresPitrJob,
  postgresBins: Record<number, string>,
  environment: Record<string, string>,
  clock: Clock,
): Promise<Finding[]> {
  const asker = new Asker(clock, environment);
  const server = await askServer(job, newestClient(postgresBins)?.bin ?? null, asker);
  const nowMs = clock.nowMs();
  const facts = 'answer' in server ? server.answer : null;
  const { store } = job;
  const pgBackRest = store.engine === 'pgbackrest' ? await lookAtStore(store, facts, asker) : null;
  const subject = `job ${job.name}`;
  const folderProblem = store.engine === 'archive-directory' ? problemOf(store.directory) : null;
  const mistakes = pitrMistakes(job, { nowMs, server, pgBackRest, folderProblem });
  if (mistakes.length > 0) return mistakes.map((one) => ({ subject, ...one }));
  const version = pgBackRest && 'answer' in pgBackRest.version ? pgBackRest.version.answer.text : '';
  const into =
    store.engine === 'pgbackrest' ? `stanza ${store.stanza} by pgBackRest ${version}` : store.directory;
  return [ok(subject, `PostgreSQL ${facts?.major} archives into ${into}`)];
}

/** Segments are read and removed there. */
function problemOf(folder: string): string | null {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return `the agent cannot take segments out of its archive directory: ${messageOf(error)}`;
  }
}

async function askServer(
  { connection }: PostgresPitrJob,
  bin: string | null,
  asker: Asker,
): Promise<Told<ArchivingFacts>> {
  if (bin === null)
    return { problem: 'No PostgreSQL client programs were found; install postgresql-client.' };
  const said = await asker.ask(archivingFactsArgv(bin, connection), { PGCONNECT_TIMEOUT: CONNECT_SECONDS });
  if ('problem' in said)
    return { problem: explainPostgresFailure(said.problem, connection.host ?? 'the default socket') };
  const answer = parseArchivingFacts(said.answer);
  return answer ? { answer } : { problem: UNREADABLE };
}

async function lookAtStore(
  { program, stanza, configFile }: PgBackRestStore,
  facts: ArchivingFacts | null,
  asker: Asker,
): Promise<PgBackRestSeen> {
  const isRoot = process.getuid?.() === 0;
  const access = { program, stanza, configFile, prefix: asUser(POSTGRES_USER, isRoot) };
  const owner = userOf(facts?.dataDirectory ?? '');
  return {
    version: await askVersion(access, asker),
    stanza: await askStanza(access, asker),
    isRoot,
    // A server on another machine, or one whose folder is not to be seen: nothing can be said against it.
    canBackUp: isRoot || mayConnect(BASE_BACKUP_SOCKET) || owner === null || owner === process.getuid?.(),
    foreignFile: owner === null ? null : foreignFile(configFile, stanza, owner),
  };
}

async function askVersion(access: PgBackRestAccess, asker: Asker): Promise<Told<PgBackRestVersion>> {
  const said = await asker.ask(versionArgv(access));
  if ('problem' in said) return said;
  const answer = parsePgBackRestVersion(said.answer);
  return answer
    ? { answer }
    : { problem: `${access.program} does not say which version of pgBackRest it is` };
}

async function askStanza(access: PgBackRestAccess, asker: Asker): Promise<Told<StanzaInfo>> {
  const said = await asker.ask(infoArgv(access));
  if ('problem' in said) return { problem: `pgBackRest cannot look at its repository: ${said.problem}` };
  const answer = parseInfo(said.answer, access.stanza);
  return answer ? { answer } : { problem: `pgBackRest did not say what stanza ${access.stanza} holds` };
}

/** Of the stanza's files that archive-push writes: one that is not the server's; null where the repository is elsewhere. */
function foreignFile(configFile: string | null, stanza: string, owner: number): string | null {
  let conf: string;
  try {
    conf = findConfiguration(configFile).read().all;
  } catch {
    return null;
  }
  const repository = optionOf(conf, stanza, 'repo1-path') ?? REPOSITORY;
  const files = ['archive', 'backup'].flatMap((kind) => {
    const folder = join(repository, kind, stanza);
    return [folder, join(folder, `${kind}.info`)];
  });
  return files.find((file) => ![null, owner].includes(userOf(file))) ?? null;
}

/** Null also for what may not be seen. */
function userOf(file: string): number | null {
  try {
    return ownerOf(file)?.uid ?? null;
  } catch {
    return null;
  }
}
