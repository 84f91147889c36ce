/** What the doctor looks at: identity, tools, repositories, databases, sources, schedules. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../proto/clock.ts';
import { messageOf, UserError } from '../../proto/errors.ts';
import { nextDue } from '../../proto/schedule.ts';
import { customerFindings } from '../config/customers.ts';
import type {
  FilesJob,
  JobSpec,
  MysqlDumpJob,
  PostgresDumpJob,
  PostgresPitrJob,
  RepositorySpec,
} from '../config/job-spec.ts';
import { type AgentConfig, type AgentEnvironment, loadConfig, readEnvironment } from '../config.ts';
import { chooseDatabases } from '../decide/choose-databases.ts';
import { linksAside } from '../decide/sources.ts';
import { accessOf, borgStep, explain } from '../engines/borg-steps.ts';
import { checkJob } from '../engines/index.ts';
import { findMysqlSource } from '../engines/mysql-source.ts';
import { findSource } from '../engines/postgres-source.ts';
import type { EngineContext, ProcessSeen, Seen } from '../engines/types.ts';
import { IdentityStore } from '../identity.ts';
import { findProgram } from '../process.ts';
import { StepRunner } from '../runner/steps.ts';
import { listArchivesArgv, parseEncryption, versionIsVulnerable } from '../tools/borg.ts';
import { CRONTABS_SOCKET } from '../tools/crontabs.ts';
import { look } from '../watch/look.ts';
import { Tools } from '../watch/tools.ts';
import { mayConnect } from '../watch/unit-socket.ts';
import { checkCollector } from './check-collector.ts';
import { checkPitr } from './check-pitr.ts';
import { type Finding, failure, ok } from './finding.ts';

/** Nothing is written: a lock that a running backup holds is waited for this long only. */
const LOCK_WAIT_MS = 5_000;
const STEP_WITHIN_MS = 60_000;
const NEXT_DUES_SHOWN = 3;

/** @throws UserError when the configuration itself cannot be used. */
export async function inspect(configFile: string, clock: Clock): Promise<Finding[]> {
  const config = await loadConfig(configFile, checkJob);
  const environment = readEnvironment();
  const doctor = new Doctor(config, environment, clock);
  return doctor.findings();
}

class Doctor {
  readonly #config: AgentConfig;
  readonly #environment: AgentEnvironment;
  readonly #clock: Clock;
  readonly #tools: Tools;

  constructor(config: AgentConfig, environment: AgentEnvironment, clock: Clock) {
    this.#config = config;
    this.#environment = environment;
    this.#clock = clock;
    this.#tools = new Tools(environment.variables, clock);
  }

  async findings(): Promise<Finding[]> {
    const { config } = { config: this.#config };
    const found: Finding[] = [ok('configuration', `${config.file}: ${config.jobs.length} jobs`)];
    const { host, customer, finding, identity } = this.#identity();
    found.push(finding);
    if (identity) found.push(await checkCollector(config.collectorUrl, identity, this.#clock));
    found.push(...this.#priorities(), ...this.#customers(customer));
    for (const repository of config.repositories) found.push(...(await this.#repository(repository)));
    for (const job of config.jobs) {
      found.push(this.#schedule(job, host));
      if (job.kind === 'files') found.push(...(await this.#sources(job)));
      if (job.kind === 'postgres-dump' || job.kind === 'mysql-dump') found.push(await this.#database(job));
      if (job.kind === 'postgres-pitr') found.push(...(await this.#pitr(job)));
      if (job.kind === 'command' && job.command) found.push(this.#command(job.name, job.command[0]!));
    }
    return found;
  }

  /** `identity` where there is one that may be shown to the collector. */
  #identity(): { host: string; customer: string; finding: Finding; identity: IdentityStore | null } {
    const { dataDir } = this.#config;
    try {
      const identity = IdentityStore.open(dataDir);
      const finding =
        identity.certificateNotAfterMs < this.#clock.nowMs()
          ? failure('identity', `the certificate of ${identity.host} has expired`, 'enroll this host again')
          : ok('identity', `${identity.host} of ${identity.customer}`);
      const open = ['key.pem', 'certificate.pem', 'ca.pem'].find((name) =>
        isOpen(join(dataDir, 'identity', name)),
      );
      return {
        host: identity.host,
        customer: identity.customer,
        identity: finding.level === 'ok' ? identity : null,
        finding: open
          ? failure(
              'identity',
              `${open} may be read by others`,
              `chmod 600 ${join(dataDir, 'identity', open)}`,
            )
          : finding,
      };
    } catch (error) {
      const next = error instanceof UserError ? (error.next ?? '') : '';
      return { host: '', customer: '', finding: failure('identity', messageOf(error), next), identity: null };
    }
  }

  /** A host that is not enrolled yet has no customer to compare with. */
  #customers(customer: string): Finding[] {
    if (customer === '') return [];
    return customerFindings(this.#config, customer).map(({ key, what, next }) => failure(key, what, next));
  }

  #priorities(): Finding[] {
    const path = this.#environment.variables.PATH ?? '';
    const missing = ['nice', 'ionice'].filter((name) => findProgram(name, path) === null);
    if (missing.length === 0) return [];
    const what = `${missing.join(' and ')} not installed: backups compete with everything else`;
    return [{ level: 'warning', subject: 'priority', what, next: 'install coreutils and util-linux' }];
  }

  async #repository(repository: RepositorySpec): Promise<Finding[]> {
    const subject = `repository ${repository.name}`;
    const forDumps = this.#config.jobs.some(
      (job) =>
        (job.kind === 'postgres-dump' || job.kind === 'mysql-dump' || job.kind === 'postgres-pitr') &&
        job.repository?.name === repository.name,
    );
    const borg = await this.#tools.borg(repository.program, forDumps);
    if (!borg.version)
      return [failure(subject, borg.problem ?? 'borg is not installed', 'correct that, then check again')];
    const found: Finding[] = [];
    if (versionIsVulnerable(borg.version))
      found.push({
        level: 'warning',
        subject,
        what: `borg ${borg.version.text} has CVE-2023-36811: whoever can write to the repository can forge archives.`,
        next: 'upgrade to borg 1.2.5 or newer (Debian 13, backports), or keep the repository append-only',
      });
    found.push(await this.#reach(subject, { ...repository, lockWaitMs: LOCK_WAIT_MS }));
    return found;
  }

  /** Opens the repository with its passphrase, and reads nothing but its list. */
  async #reach(subject: string, repository: RepositorySpec): Promise<Finding> {
    const context = this.#context();
    const step = borgStep(repository, context, {
      id: 'reach',
      argv: listArchivesArgv(accessOf(repository), 'backproof-looks-for-nothing'),
      about: '',
    });
    const seen = await this.#carryOut(repository, step);
    if (seen === null)
      return failure(subject, `gave no answer within ${STEP_WITHIN_MS / 1_000} s`, 'try it by hand');
    if (seen.exitCode === 0) {
      const mode = parseEncryption(seen.stdout);
      return mode === 'none'
        ? { level: 'warning', subject, what: 'reachable, NOT encrypted.', next: 'make an encrypted one' }
        : ok(subject, `reachable, encrypted (${mode ?? 'unknown mode'}), the passphrase is right`);
    }
    const { code, reason } = explain(seen, repository, []);
    return code === 'lock-timeout'
      ? {
          level: 'note',
          subject,
          what: 'reachable, but somebody works in it right now.',
          next: 'check again later',
        }
      : failure(subject, reason, 'correct that, then check again');
  }

  async #database(job: PostgresDumpJob | MysqlDumpJob): Promise<Finding> {
    const subject = `job ${job.name}`;
    const clients = job.kind === 'mysql-dump' ? await this.#tools.mysqlForDumps(job) : null;
    const mysql = { mysql: clients?.programs ?? null, mysqlProblem: clients?.problem ?? null };
    const context = { ...this.#context(), ...mysql };
    const find = (seen: readonly Seen[]) =>
      job.kind === 'mysql-dump' ? findMysqlSource(job, context, seen) : findSource(job, context, seen);
    const borg = await this.#tools.borg(job.repository.program, true);
    if (!borg.version)
      return failure(subject, borg.problem ?? 'borg is not installed', 'correct that, then check again');
    const seen: Seen[] = [];
    let found = find(seen);
    while ('step' in found) {
      const one = await this.#carryOut(null, found.step);
      if (one === null) return failure(subject, 'the server gave no answer', 'look at the connection');
      seen.push(one);
      found = find(seen);
    }
    if ('refused' in found) return failure(subject, found.refused, 'correct that, then check again');
    const { facts, name, insteadOf } = found.source;
    if (insteadOf !== '')
      return failure(subject, insteadOf, `mend the replica; meanwhile dumps come from ${name}`);
    const { dump } = chooseDatabases(facts.databases, job.databases, job.excludes);
    const missing = dump.filter((wanted) => !facts.databases.includes(wanted));
    if (missing.length > 0)
      return failure(subject, `no database ${missing.join(', ')} on the server`, 'correct databases');
    return ok(subject, `${dump.length} databases of ${name}; client programs fit`);
  }

  #pitr(job: PostgresPitrJob): Promise<Finding[]> {
    return checkPitr(job, this.#config.postgresBins, this.#environment.variables, this.#clock);
  }

  async #sources(job: FilesJob): Promise<Finding[]> {
    const subject = `job ${job.name}`;
    const seen = await look({
      type: 'look',
      id: 'check',
      paths: job.paths,
      mounts: job.requireMounted,
      folders: [],
      lockedRepository: null,
    });
    const found: Finding[] = [];
    if (seen.silent.length > 0)
      found.push(
        failure(subject, `${seen.silent.join(', ')} gives no answer`, 'see whether its file server hangs'),
      );
    for (const { path, target } of linksAside(job.paths, seen.links))
      found.push(
        failure(subject, `${path} is a link, which borg archives alone`, `put ${target} into paths`),
      );
    if (seen.missing.length > 0)
      found.push(failure(subject, `${seen.missing.join(', ')} missing`, 'correct paths, or create them'));
    if (seen.empty.length > 0 && !job.allowEmpty)
      found.push(
        failure(subject, `${seen.empty.join(', ')} empty`, 'set allow_empty: true if that is meant'),
      );
    if (seen.notMounted.length > 0)
      found.push(failure(subject, `${seen.notMounted.join(', ')} not mounted`, 'mount it'));
    if (job.dumpCrontabs && process.getuid!() !== 0 && !mayConnect(CRONTABS_SOCKET))
      found.push(
        failure(
          subject,
          `crontabs cannot be dumped: ${CRONTABS_SOCKET} is not there or not for this user`,
          'start the agent, with which it comes (or: systemctl start backproof-crontabs.socket)',
        ),
      );
    return found;
  }

  #command(job: string, program: string): Finding {
    const path = findProgram(program, this.#environment.variables.PATH ?? '');
    return path
      ? ok(`job ${job}`, path)
      : failure(`job ${job}`, `${program} is not installed or not executable`, 'correct command');
  }

  #schedule(job: JobSpec, host: string): Finding {
    const subject = `job ${job.name}`;
    const { schedule } = job;
    if (!schedule)
      return { level: 'note', subject, what: 'no schedule: judged by longest_silence.', next: '' };
    const dues: string[] = [];
    let afterMs = this.#clock.nowMs();
    while (dues.length < NEXT_DUES_SHOWN) {
      const due = nextDue(schedule, host, job.name, afterMs);
      if (!due) break;
      afterMs = due.dueAtMs;
      dues.push(localTime(due.dueAtMs, schedule.zone));
    }
    const by = job.startedByAgent ? '' : ' (started from outside, by exec)';
    return ok(subject, `due ${dues.join(', ')} in ${schedule.zone}${by}`);
  }

  async #carryOut(
    repository: RepositorySpec | null,
    step: Parameters<StepRunner['carryOut']>[0],
  ): Promise<ProcessSeen | null> {
    const steps = new StepRunner(this.#clock, this.#environment.variables, {}, repository, {
      onGroup: () => {},
      onLine: () => {},
      onProgress: () => {},
    });
    const cancel = this.#clock.after(STEP_WITHIN_MS, () => steps.stop());
    const seen = await steps.carryOut(step);
    cancel();
    return steps.stopped || seen?.type !== 'process' ? null : seen;
  }

  #context(): EngineContext {
    return {
      // Nothing is archived here, and the host may not be enrolled yet.
      host: this.#environment.hostname,
      startedAtMs: this.#clock.nowMs(),
      environment: this.#environment.variables,
      borg: null,
      borgProblem: null,
      postgresBins: this.#config.postgresBins,
      dumpGuard: [],
      isRoot: false,
      mysql: null,
      mysqlProblem: null,
      crontabs: [],
      baseBackup: [],
      inventoryDue: false,
    };
  }
}

function isOpen(file: string): boolean {
  return (statSync(file).mode & 0o077) !== 0;
}

/** `2026-11-23 02:10:00` on the clocks of that zone. */
function localTime(atMs: number, zone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return format.format(atMs);
}
