/** `backproof-agent pitr setup`: asks the server and pgBackRest what is missing, shows it, and applies it if told to. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Clock } from '../../proto/clock.ts';
import { UserError } from '../../proto/errors.ts';
import type { PostgresPitrJob } from '../config/job-spec.ts';
import { loadConfig, readEnvironment } from '../config.ts';
import { lineDiff } from '../decide/line-diff.ts';
import {
  changesNothing,
  configurationWith,
  planSetup,
  type SetupPlan,
  type SetupSeen,
  stanzaIn,
  withoutSecrets,
} from '../decide/pitr-setup.ts';
import { checkJob } from '../engines/index.ts';
import { infoArgv, type PgBackRestAccess, parseInfo, stanzaCreateArgv } from '../tools/pgbackrest.ts';
import { explainPostgresFailure, newestClient, type PostgresConnection } from '../tools/postgres.ts';
import {
  alterSystemSql,
  archivingFactsArgv,
  parseArchivingFacts,
  parseWrittenFacts,
  RELOAD_SQL,
  statementArgv,
  writtenFactsArgv,
} from '../tools/postgres-archiving.ts';
import { AGENT_USER, asUser, POSTGRES_USER } from '../tools/run-as.ts';
import { Asker, UNREADABLE } from '../watch/ask.ts';
import {
  findConfiguration,
  type PgBackRestFile,
  putBackConfiguration,
  replaceConfiguration,
} from './pgbackrest-file.ts';

/** As pgBackRest's manual makes one: 384 bits. */
const PASSPHRASE_BYTES = 48;

export interface SetupOptions {
  configFile: string;
  job: string;
  apply: boolean;
}

/** @throws UserError when something cannot be asked or done; what was done until then stays, and is not repeated. */
export async function setUpPitr(
  options: SetupOptions,
  clock: Clock,
  print: (text: string) => void,
): Promise<void> {
  const config = await loadConfig(options.configFile, checkJob, { secrets: false });
  const job = config.jobs.find(({ name }) => name === options.job);
  if (job?.kind !== 'postgres-pitr')
    throw new UserError(`${config.file} has no job "${options.job}" of kind postgres-pitr`, {
      next: 'write it into the configuration first; docs/operations.md shows how',
      exitCode: 2,
    });
  if (options.apply && process.getuid?.() !== 0)
    throw new UserError('only root may write the configuration of pgBackRest', { next: 'run it with sudo' });
  if (options.apply) refuseWithoutFolder(job);
  const setup = new Setup(job, newestClient(config.postgresBins)?.bin ?? null, clock);
  const seen = await setup.look();
  const passphrase = randomBytes(PASSPHRASE_BYTES).toString('base64');
  const plan = planSetup(job, setup.role, seen, passphrase);
  print(setup.described(plan, seen));
  if (changesNothing(plan)) return;
  if (!options.apply) return print(`\nto apply this: backproof-agent pitr setup ${job.name} --apply`);
  for (const done of await setup.apply(plan, seen)) print(done);
  if (plan.options['repo1-cipher-pass'] === passphrase)
    print(
      `\nThe passphrase of the repository, shown this once. Without it nothing can be restored once this machine is gone:\nkeep it somewhere else.\n  ${passphrase}`,
    );
}

class Setup {
  readonly role: string;
  readonly #job: PostgresPitrJob;
  readonly #bin: string;
  readonly #asker: Asker;
  readonly #prefix = asUser(POSTGRES_USER, process.getuid?.() === 0);
  readonly #file: PgBackRestFile;
  readonly #connection: PostgresConnection;

  constructor(job: PostgresPitrJob, bin: string | null, clock: Clock) {
    if (bin === null)
      throw new UserError('no PostgreSQL client programs were found', { next: 'install postgresql-client' });
    this.#job = job;
    this.#bin = bin;
    this.#asker = new Asker(clock, readEnvironment().variables);
    this.#connection = { ...job.connection, user: POSTGRES_USER };
    this.role = job.connection.user ?? AGENT_USER;
    this.#file = findConfiguration(job.store.engine === 'pgbackrest' ? job.store.configFile : null);
  }

  async look(): Promise<SetupSeen> {
    const facts = parseArchivingFacts(await this.#sql(archivingFactsArgv(this.#bin, this.#connection)));
    if (facts === null) throw new UserError('the server gave an answer that could not be read');
    if (facts.isStandby)
      throw new UserError('this server is a standby', {
        next: 'set up its primary; settings come from there',
      });
    const argv = writtenFactsArgv(this.#bin, this.#connection, this.role);
    const written = parseWrittenFacts(await this.#sql(argv));
    if (written === null) throw new UserError('the server gave an answer that could not be read');
    const configuration = this.#file.read();
    return { facts, written, configuration, stanza: await this.#stanza(configuration) };
  }

  /** @throws UserError when the repository could not be looked into: what is in it must not be taken for missing. */
  async #stanza({ text }: SetupSeen['configuration']): Promise<SetupSeen['stanza']> {
    const access = this.#access();
    // pgBackRest does not start without a file that it was given; setup is to write that.
    if (access === null || (access.configFile !== null && text === ''))
      return { exists: false, isEncrypted: false };
    const said = await this.#asker.ask(infoArgv(access));
    const info = 'answer' in said ? parseInfo(said.answer, access.stanza) : null;
    const stanza = info && stanzaIn(info);
    if (stanza) return stanza;
    const why = 'problem' in said ? said.problem : (info?.message ?? UNREADABLE);
    throw new UserError(`pgBackRest cannot tell what stanza ${access.stanza} holds: ${why}`, {
      next: 'see that its repository is mounted and reachable, and run this with sudo; nothing was changed',
    });
  }

  #access(): PgBackRestAccess | null {
    const { store } = this.#job;
    if (store.engine !== 'pgbackrest') return null;
    return {
      program: store.program,
      stanza: store.stanza,
      configFile: store.configFile,
      prefix: this.#prefix,
    };
  }

  /** All of it in words, with nothing secret in them. */
  described(plan: SetupPlan, { configuration, facts }: SetupSeen): string {
    const parts: string[] = [];
    const access = this.#access();
    if (access && Object.keys(plan.options).length > 0) {
      const after = configurationWith(configuration, access.stanza, plan);
      const diff = lineDiff(withoutSecrets(configuration.text), withoutSecrets(after));
      parts.push(`${this.#file.path}\n${diff.join('\n')}`);
    }
    if (access && plan.createsStanza)
      parts.push(`as ${POSTGRES_USER}\n  ${stanzaCreateArgv({ ...access, prefix: [] }).join(' ')}`);
    const sql = this.#statements(plan);
    if (sql.length > 0) parts.push(`SQL, as a superuser\n${sql.map((one) => `  ${one}`).join('\n')}`);
    const changed = plan.settings.map(({ name, from, to }) => `  ${name}: "${from}" -> "${to}"`);
    if (changed.length > 0) parts.push(`which changes\n${changed.join('\n')}`);
    parts.push(...plan.byHand, ...plan.notes);
    if (changesNothing(plan) && plan.byHand.length === 0)
      parts.push(`Nothing is missing for job ${this.#job.name}.`);
    if (plan.waiting.length > 0)
      parts.push(
        `A restart of the server is needed for ${plan.waiting.join(', ')}, when it suits you: ${restartOf(facts.dataDirectory)}`,
      );
    return parts.join('\n\n');
  }

  /** @returns what was done, a line each. */
  async apply(plan: SetupPlan, { configuration, facts }: SetupSeen): Promise<string[]> {
    const done: string[] = [];
    const access = this.#access();
    let putBack = () => {};
    if (access && Object.keys(plan.options).length > 0) {
      const text = configurationWith(configuration, access.stanza, plan);
      const kept = replaceConfiguration(this.#file.path, text, facts.dataDirectory);
      putBack = () => putBackConfiguration(this.#file.path, kept);
      done.push(`written: ${this.#file.path}${kept === null ? '' : `; as it was: ${kept}`}`);
    }
    if (access && plan.createsStanza) {
      const said = await this.#asker.ask(stanzaCreateArgv(access));
      if ('problem' in said) {
        putBack();
        throw new UserError(`the stanza could not be made: ${said.problem}`, {
          next: "correct that, then run this again; pgBackRest's configuration is as it was",
        });
      }
      done.push(`made: stanza ${access.stanza}`);
    }
    for (const statement of this.#statements(plan)) {
      await this.#sql(statementArgv(this.#bin, this.#connection, statement));
      done.push(`done: ${statement}`);
    }
    return done;
  }

  #statements({ roleSql, settings, reloads }: SetupPlan): string[] {
    const altered = settings.map(({ name, to }) => alterSystemSql(name, to));
    return [...roleSql, ...altered, ...(reloads ? [RELOAD_SQL] : [])];
  }

  async #sql(argv: string[]): Promise<string> {
    const said = await this.#asker.ask([...this.#prefix, ...argv], { PGCONNECT_TIMEOUT: '10' });
    if ('answer' in said) return said.answer;
    const where = this.#connection.host ?? 'the default socket';
    throw new UserError(explainPostgresFailure(said.problem, where), {
      next: 'run this as root on the server itself, whose superuser is postgres',
    });
  }
}

/** Where the folder is not there, each segment fails as soon as the command is set. */
function refuseWithoutFolder({ store }: PostgresPitrJob): void {
  if (store.engine !== 'archive-directory') return;
  const { directory } = store;
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new UserError(`${directory} is no folder, so nothing can be archived into it`, {
    next: `install -d -o postgres -g backproof -m 0770 ${directory}`,
  });
}

/** Debian names its clusters by version and name. */
function restartOf(dataDirectory: string): string {
  const cluster = /^\/var\/lib\/postgresql\/([\d.]+)\/([^/]+)$/.exec(dataDirectory);
  return cluster ? `systemctl restart postgresql@${cluster[1]}-${cluster[2]}` : 'restart it as you always do';
}
