/** From what borgmatic is told to what this agent is told: repositories, jobs, and what stays behind. Pure. */
import type { Borgmatic, BorgmaticDatabases, BorgmaticRepository } from './borgmatic.ts';
import type { FoundSchedule } from './schedule.ts';
import { splitCommand } from './split-command.ts';

/** A part of agent.yaml, key by key as it is written, with what is to be said above it. */
export interface Written {
  says: string[];
  keys: Record<string, unknown>;
}

export interface Adopted {
  repositories: Map<string, Written>;
  jobs: Map<string, Written>;
  /** Passphrases that stood in a configuration, by the file they have to go to. */
  secrets: Map<string, string>;
  /** Sentences for the end. */
  left: string[];
}

export interface AdoptOptions {
  host: string;
  takeOver: boolean;
  /** Folder for passphrases that stand in a configuration. */
  keys: string;
}

/** What borgmatic's users run it as, where no timer and no cron line was found. */
const DEFAULT_SILENCE = '26h';
const NIGHTLY = { cron: '0 2 * * *', spread: '30m', finish_within: '8h' };
const LOCATION = /^(ssh:\/\/[^\s/]+\/|file:\/\/\/|\/|[^\s/:@]+@[^\s/:]+:)\S*$/;

export function adopt(
  read: { config: Borgmatic; schedule: FoundSchedule | null }[],
  options: AdoptOptions,
): Adopted {
  const adopted: Adopted = { repositories: new Map(), jobs: new Map(), secrets: new Map(), left: [] };
  for (const { config, schedule } of read) {
    const leave = (what: string) => adopted.left.push(`${config.file}: ${what}`);
    for (const what of config.left) leave(what);
    for (const repository of config.repositories) {
      const name = addRepository(adopted, config, repository, options, leave);
      if (name === null) continue;
      if (options.takeOver) takeOver(adopted, config, name, schedule, leave);
      else observe(adopted, config, name, schedule, options);
    }
  }
  return adopted;
}

function addRepository(
  adopted: Adopted,
  config: Borgmatic,
  { path, label }: BorgmaticRepository,
  options: AdoptOptions,
  leave: (what: string) => void,
): string | null {
  const location = path.replaceAll('{hostname}', options.host);
  if (!LOCATION.test(location) || /[{}]|\$\{/.test(location)) {
    leave(`repository ${path}: write the place out, without placeholders, as an absolute path or ssh://`);
    return null;
  }
  for (const [name, { keys }] of adopted.repositories) if (keys.borg === location) return name;
  const name = freeName(adopted.repositories, label ?? location.replace(/\/+$/, '').split(/[/:]/).at(-1)!);
  const says: string[] = [];
  const keys: Record<string, unknown> = {
    borg: location,
    ...passphraseOf(adopted, config, name, options, says),
  };
  if (config.lockWaitSeconds !== null) keys.lock_wait = `${config.lockWaitSeconds}s`;
  if (config.uploadKibPerSecond !== null) keys.upload_limit = `${config.uploadKibPerSecond}KiB`;
  if (config.checkpointSeconds !== null) keys.checkpoint_interval = `${config.checkpointSeconds}s`;
  if (config.sshCommand !== null) keys.ssh_command = config.sshCommand;
  if (config.remotePath !== null) keys.remote_path = config.remotePath;
  if (config.localPath !== null) keys.program = config.localPath;
  if (config.lockWaitSeconds === null && !options.takeOver) {
    says.push(
      'A look holds the lock for a moment and borg waits 1 s for it: set lock_wait: 60 in borgmatic.',
    );
  }
  adopted.repositories.set(name, { says, keys });
  return name;
}

function passphraseOf(
  adopted: Adopted,
  { passcommand, passphrase, file }: Borgmatic,
  name: string,
  { keys }: AdoptOptions,
  says: string[],
): Record<string, unknown> {
  if (passcommand !== null) return { passphrase_command: splitCommand(passcommand) };
  if (passphrase === null) {
    says.push(
      'No passphrase is configured there. If the environment gives one, name it with passphrase_file.',
    );
    return { unencrypted: true };
  }
  const path = `${keys.replace(/\/+$/, '')}/${name}`;
  adopted.secrets.set(path, passphrase);
  says.push(`The passphrase stands in ${file}: --write-keys copies it into this file, mode 0600.`);
  return { passphrase_file: path };
}

function observe(
  adopted: Adopted,
  config: Borgmatic,
  repository: string,
  schedule: FoundSchedule | null,
  options: AdoptOptions,
): void {
  const says = [
    schedule
      ? `${schedule.from} runs it: ${schedule.says}.`
      : 'Neither a cron line nor a timer of it was found; say how long it may be silent.',
  ];
  const keys: Record<string, unknown> = { kind: 'observed', repository };
  const glob = globOf(config.nameFormat, options.host);
  if (/^[^*?[]+\*$/.test(glob)) keys.archive_prefix = glob.slice(0, -1);
  else if (glob !== '*') keys.archive_glob = glob;
  keys.longest_silence = schedule?.silence ?? DEFAULT_SILENCE;
  Object.assign(keys, keepOf(config));
  adopted.jobs.set(freeName(adopted.jobs, repository), { says, keys });
}

function takeOver(
  adopted: Adopted,
  config: Borgmatic,
  repository: string,
  found: FoundSchedule | null,
  leave: (what: string) => void,
): void {
  const several = config.repositories.length > 1;
  const named = (base: string) => freeName(adopted.jobs, several ? `${base}-${repository}` : base);
  const schedule = found?.cron ? { ...NIGHTLY, cron: found.cron } : NIGHTLY;
  const common = { repository, schedule, ...keepOf(config) };
  const paths = config.sources.filter((path) => /^\/[^*?[\]{}$]*$/.test(path));
  for (const path of config.sources.filter((one) => !paths.includes(one)))
    leave(`source ${path}: write it out, absolute and without wildcards`);
  if (paths.length > 0) {
    const keys = {
      kind: 'files',
      ...common,
      paths,
      ...(config.excludes.length > 0 ? { exclude: config.excludes } : {}),
    };
    adopted.jobs.set(named('files'), { says: ['Stop borgmatic’s own create before this starts.'], keys });
  }
  for (const server of config.databases) {
    const keys = { kind: server.kind, ...common, connection: connectionOf(server), databases: server.names };
    adopted.jobs.set(named(server.kind === 'postgres-dump' ? 'postgres' : 'mysql'), { says: [], keys });
  }
}

function connectionOf({ host, port, user }: BorgmaticDatabases): Record<string, unknown> {
  return {
    ...(host === null ? {} : { host }),
    ...(port === null ? {} : { port }),
    ...(user === null ? {} : { user }),
  };
}

/** The promise that its retention makes without any hole: days, or the window of keep_within. */
function keepOf({ keepWithin, keepDaily }: Borgmatic): Record<string, unknown> {
  const within = /^(\d+)([Hdw])$/.exec(keepWithin ?? '');
  const days = within ? Number(within[1]) * { H: 1 / 24, d: 1, w: 7 }[within[2] as 'H' | 'd' | 'w'] : 0;
  const most = Math.floor(Math.max(days, keepDaily ?? 0));
  return most >= 1 ? { keep: `${most}d` } : {};
}

/** What borg makes of the format, as a glob: everything that is not known beforehand becomes `*`. */
export function globOf(format: string, host: string): string {
  const glob = format
    .split(/(\{[^}]*\})/)
    .map((part) => {
      if (part === '{hostname}') return part;
      return part.startsWith('{') ? '*' : part.replace(/[*?[]/g, '[$&]');
    })
    .join('')
    .replaceAll('{hostname}', host)
    .replace(/\*+/g, '*');
  return glob;
}

/** A name as ours have to be, that nobody has yet. */
function freeName(taken: Map<string, unknown>, wanted: string): string {
  const clean =
    wanted
      .replace(/[^a-zA-Z0-9._-]+/g, '-')
      .replace(/^[^a-zA-Z0-9]+/, '')
      .slice(0, 60) || 'borgmatic';
  for (let i = 1; ; i += 1) {
    const name = i === 1 ? clean : `${clean}-${i}`;
    if (!taken.has(name)) return name;
  }
}
