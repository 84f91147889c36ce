/** agent.yaml -> AgentConfig, every error at once; and the environment, which is read here and only here. */

import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readConfigFile } from '../proto/config-file.ts';
import { nearestOf } from '../proto/edit-distance.ts';
import { NAME_CHARS_MAX } from '../proto/limits.ts';
import { isZone, ownZoneIs, scheduleProblem } from '../proto/schedule.ts';
import { type ConfigFinding, readConfig } from '../proto/yaml-config.ts';
import type { JobSpec, RepositorySpec } from './config/job-spec.ts';
import { repositoryOf } from './config/repository.ts';
import { type AgentFile, agentSchema, jobOf } from './config/schema.ts';
import { PRUNE_PREFIX, pruneJobs } from './config/steward.ts';
import { storagePatterns } from './config/storage.ts';

export const DEFAULT_CONFIG_FILE = '/etc/backproof/agent.yaml';
export const DEFAULT_DATA_DIR = '/var/lib/backproof';
const SOCKET_NAME = 'agent.sock';

export interface AgentConfig {
  file: string;
  collectorUrl: string;
  zone: string;
  dataDir: string;
  socket: string;
  spoolBytesMax: number;
  repositories: RepositorySpec[];
  jobs: JobSpec[];
  /** Where repositories lie on disks of this machine, with `*` and `?`. */
  storage: string[];
  notBackedUp: { name: string; why: string }[];
  /** Folders of PostgreSQL's client programs by major. */
  postgresBins: Record<number, string>;
}

export interface AgentEnvironment {
  /** What children get. Systemd's private variables are taken out. */
  variables: Record<string, string>;
  /** Where systemd listens for READY and WATCHDOG, null when nobody does. */
  notifySocket: string | null;
  /** systemd ends the agent when it is not heard for this long; null when it does not. */
  watchdogMs: number | null;
  hostname: string;
}

/** Anything a group or others may do with a secret's file. */
const OPEN_MODE_BITS = 0o077;
/** sockaddr_un, unix(7). */
const SOCKET_PATH_BYTES_MAX = 107;
/** Where Debian and Red Hat put PostgreSQL's programs. */
const POSTGRES_FOLDERS: [parent: string, pattern: RegExp][] = [
  ['/usr/lib/postgresql', /^(\d+)$/],
  ['/usr', /^pgsql-(\d+)$/],
];

/** Keys that name files of secrets. */
const SECRET_KEYS = ['passphrase_file', 'defaults_file'];

/** A finding about one job's keys, from whoever knows the job's kind. */
export type JobCheck = (raw: Record<string, unknown>) => { key: string; allowed: string }[];

/**
 * @param checkJob what the engine of a job's kind has to say about its raw keys.
 * @param options `secrets: false`: files of passphrases need not be there yet.
 * @throws ConfigError with every problem; UserError when the file cannot be read.
 */
export async function loadConfig(
  file: string,
  checkJob: JobCheck = () => [],
  { secrets = true }: { secrets?: boolean } = {},
): Promise<AgentConfig> {
  const text = readConfigFile(file, 'agent');
  const { config } = await readConfig(text, file, agentSchema, (raw) =>
    findingsIn(raw, checkJob).filter(({ path }) => secrets || !SECRET_KEYS.includes(String(path.at(-1)))),
  );
  return configOf(file, config);
}

function findingsIn(raw: unknown, checkJob: JobCheck): ConfigFinding[] {
  const findings: ConfigFinding[] = [];
  const root = objectAt(raw);
  const repositories = objectAt(root.repositories);
  const zone = typeof root.timezone === 'string' ? root.timezone : systemZone();
  if (typeof root.timezone === 'string' && scheduleProblem('0 0 * * *', root.timezone))
    findings.push({
      path: ['timezone'],
      allowed: 'an IANA time zone such as Europe/Berlin',
      nearest: nearestOf(root.timezone, Intl.supportedValuesOf('timeZone')),
    });
  for (const [name, value] of Object.entries(repositories))
    findings.push(...repositoryFindings(['repositories', name], objectAt(value)));
  findings.push(...stewardFindings(objectAt(root.steward), objectAt(root.jobs), zone));
  for (const [name, value] of Object.entries(objectAt(root.jobs))) {
    const job = objectAt(value);
    const path = ['jobs', name];
    if (typeof job.repository === 'string' && !Object.hasOwn(repositories, job.repository)) {
      const known = Object.keys(repositories);
      const allowed =
        known.length > 0 ? `a name from repositories: ${known.join(', ')}` : 'a name from repositories';
      findings.push({ path: [...path, 'repository'], allowed, nearest: nearestOf(job.repository, known) });
    }
    if (job.schedule === undefined && job.longest_silence === undefined)
      findings.push({ path, allowed: 'a schedule, or longest_silence' });
    findings.push(...scheduleFindings([...path, 'schedule'], objectAt(job.schedule), zone));
    findings.push(...optionFileFindings(path, job));
    findings.push(...checkJob(job).map(({ key, allowed }) => ({ path: [...path, key], allowed })));
  }
  const socket = typeof root.socket === 'string' ? root.socket : '';
  if (Buffer.byteLength(socket) > SOCKET_PATH_BYTES_MAX)
    findings.push({ path: ['socket'], allowed: `a path of at most ${SOCKET_PATH_BYTES_MAX} bytes` });
  return findings;
}

/** A password for a database is a secret as much as a passphrase. */
function optionFileFindings(path: string[], job: Record<string, unknown>): ConfigFinding[] {
  return ['connection', 'fallback'].flatMap((key) => {
    const { defaults_file: file } = objectAt(job[key]);
    const problem = typeof file === 'string' && file.startsWith('/') ? secretProblem(file) : null;
    return problem ? [{ path: [...path, key, 'defaults_file'], ...problem }] : [];
  });
}

function scheduleFindings(path: string[], schedule: Record<string, unknown>, zone: string): ConfigFinding[] {
  const { cron } = schedule;
  if (typeof cron !== 'string') return [];
  // A wrong zone is a finding of its own.
  const problem = scheduleProblem(cron, scheduleProblem('0 0 * * *', zone) === null ? zone : 'UTC');
  return problem === null
    ? []
    : [{ path: [...path, 'cron'], allowed: `a cron expression of five fields; ${problem}` }];
}

function stewardFindings(
  steward: Record<string, unknown>,
  jobs: Record<string, unknown>,
  zone: string,
): ConfigFinding[] {
  const findings = scheduleFindings(['steward', 'schedule'], objectAt(steward.schedule), zone);
  for (const [name, value] of Object.entries(objectAt(steward.repositories))) {
    const path = ['steward', 'repositories', name];
    findings.push(...repositoryFindings(path, objectAt(value)));
    const job = PRUNE_PREFIX + name;
    if (Object.hasOwn(jobs, job) || job.length > NAME_CHARS_MAX)
      findings.push({
        path,
        allowed: `a name whose job, ${job}, is free and at most ${NAME_CHARS_MAX} long`,
      });
  }
  return findings;
}

function repositoryFindings(path: string[], repository: Record<string, unknown>): ConfigFinding[] {
  const ways = ['passphrase_file', 'passphrase_command'].filter((key) => repository[key] !== undefined);
  if (repository.unencrypted === true) ways.push('unencrypted');
  const findings: ConfigFinding[] = [];
  if (ways.length !== 1) {
    const found = ways.length === 0 ? 'no passphrase' : ways.join(' and ');
    findings.push({ path, found, allowed: 'one of passphrase_file, passphrase_command, unencrypted: true' });
  }
  const { passphrase_file: file } = repository;
  const problem = typeof file === 'string' && file.startsWith('/') ? secretProblem(file) : null;
  if (problem) findings.push({ path: [...path, 'passphrase_file'], ...problem });
  return findings;
}

/** What is wrong with the file of a passphrase, null when nothing is. */
export function secretProblem(file: string): { found: string; allowed: string } | null {
  try {
    const facts = statSync(file);
    if (!facts.isFile()) return { found: `${file}, no file`, allowed: 'a file' };
    if ((facts.mode & OPEN_MODE_BITS) !== 0) {
      const mode = (facts.mode & 0o777).toString(8).padStart(4, '0');
      return {
        found: `${file} with mode ${mode}`,
        allowed: `a file only its owner may read (chmod 600 ${file})`,
      };
    }
    return readFileSync(file, 'utf8').trim() === ''
      ? { found: `${file}, empty`, allowed: 'a file with a passphrase' }
      : null;
  } catch (error) {
    return {
      found: `${file} (${(error as NodeJS.ErrnoException).code})`,
      allowed: 'a file the agent may read',
    };
  }
}

function configOf(file: string, parsed: AgentFile): AgentConfig {
  const zone = parsed.timezone ?? systemZone();
  const repositories = Object.entries(parsed.repositories).map(([name, one]) => repositoryOf(name, one));
  const named = (wanted: string | undefined) => repositories.find((one) => one.name === wanted);
  const dataDir = parsed.data.replace(/(.)\/+$/, '$1');
  const prunes = pruneJobs(parsed.steward, zone, dataDir);
  const pruned = prunes.map((job) => job.repository);
  return {
    file,
    collectorUrl: parsed.collector,
    zone,
    dataDir,
    socket: parsed.socket ?? join(dataDir, SOCKET_NAME),
    spoolBytesMax: parsed.spool.max,
    repositories,
    jobs: [...Object.entries(parsed.jobs).map(([name, job]) => jobOf(name, job, zone, named)), ...prunes],
    storage: storagePatterns(parsed.storage, [...repositories, ...pruned]),
    notBackedUp: Object.entries(parsed.not_backed_up).map(([name, why]) => ({ name, why })),
    postgresBins: { ...installedPostgres(), ...parsed.postgres },
  };
}

/** Client programs by major, as far as a distribution's usual folders have them. */
function installedPostgres(): Record<number, string> {
  const found: Record<number, string> = {};
  for (const [parent, pattern] of POSTGRES_FOLDERS) {
    for (const name of namesIn(parent)) {
      const major = pattern.exec(name)?.[1];
      const bin = join(parent, name, 'bin');
      if (major !== undefined && namesIn(bin).includes('pg_dump')) found[Number(major)] = bin;
    }
  }
  return found;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The zone of this machine. Intl knows it as well, for 8 MiB of data: only when nothing else tells. */
function systemZone(): string {
  const told = process.env.TZ ?? /zoneinfo\/(.+)$/.exec(linkAt('/etc/localtime'))?.[1];
  return told !== undefined && isZone(told) ? told : new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function linkAt(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

/**
 * Makes the configuration's zone that of this process: its schedules then need no Intl (see ownZoneIs). To be
 * called after `readEnvironment`, because children keep the zone they would have had.
 */
export async function enterZone(file: string): Promise<void> {
  const { timezone } = await leniently(file);
  const zone = typeof timezone === 'string' ? timezone : systemZone();
  if (!isZone(zone)) return;
  process.env.TZ = zone;
  ownZoneIs(zone);
}

function objectAt(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** Variables systemd means for the agent alone (sd_notify(3), sd_watchdog_enabled(3)). */
const SYSTEMD_VARIABLES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID', 'LISTEN_FDS', 'LISTEN_PID'];

/** @param source the process's environment. */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): AgentEnvironment {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) {
    if (value !== undefined && !SYSTEMD_VARIABLES.includes(name)) variables[name] = value;
  }
  variables.PATH ??= '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const watchdogMs = Number(source.WATCHDOG_USEC) / 1_000;
  return {
    variables,
    notifySocket: source.NOTIFY_SOCKET ?? null,
    watchdogMs: watchdogMs > 0 ? watchdogMs : null,
    hostname: hostname(),
  };
}

/** All of it, for a command that is run as if we were not there. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/**
 * The agent's socket as a configuration names it. Asks for no more than that: `exec` and `status` are run by
 * people who may not read passphrases, and work beside a configuration that has become wrong.
 */
export async function findSocket(file: string): Promise<string> {
  const raw = await leniently(file);
  if (typeof raw.socket === 'string') return raw.socket;
  return join(typeof raw.data === 'string' ? raw.data : DEFAULT_DATA_DIR, SOCKET_NAME);
}

/** The keys of a configuration, whatever else is wrong with it; none when it cannot be read. */
async function leniently(file: string): Promise<Record<string, unknown>> {
  try {
    const { parse } = await import('yaml');
    return objectAt(parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
