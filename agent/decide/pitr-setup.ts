/** What is missing for point-in-time recovery of a server, by what it, its role and pgBackRest say now. */
import type { PgBackRestStore, PostgresPitrJob } from '../config/job-spec.ts';
import {
  type CommandProblem,
  commandProblem,
  isFedByReceiver,
  wantedCommand,
} from '../tools/archive-command.ts';
import { STANZA_NO_BACKUPS, STANZA_OK, type StanzaInfo, stanzaCreateArgv } from '../tools/pgbackrest.ts';
import { optionOf, withOptions } from '../tools/pgbackrest-conf.ts';
import {
  type ArchivingFacts,
  type ArchivingSetting,
  alterSystemSql,
  RELOAD_SQL,
  roleSql,
  type WrittenFacts,
} from '../tools/postgres-archiving.ts';
import { asUser, POSTGRES_USER } from '../tools/run-as.ts';

const STANZA_MISSING = 1;
const DAY_MS = 86_400_000;
/** What is kept when the job promises nothing. */
const RETENTION_DEFAULT_DAYS = 7;
const ARCHIVE_TIMEOUT = '60s';
/** PostgreSQL's own default. */
const WAL_SENDERS = '10';
/** Where Debian's libpq, and so pgBackRest, looks for the server. */
const SOCKET_FOLDER = '/var/run/postgresql';
const PORT = 5432;
const CIPHER = 'aes-256-cbc';
/** Options whose value must not be shown. */
const SECRET_OPTION = /cipher-pass|-key(?:-secret)?$/;

export interface ConfigurationSeen {
  /** The file that is to be changed; '' when it is not there. */
  text: string;
  /** Everything pgBackRest reads, that file last. */
  all: string;
}

export interface SetupSeen {
  facts: ArchivingFacts;
  written: WrittenFacts;
  configuration: ConfigurationSeen;
  /** Whether the repository holds the stanza already, and whether that is encrypted. */
  stanza: { exists: boolean; isEncrypted: boolean };
}

export interface SettingChange {
  name: ArchivingSetting;
  from: string;
  to: string;
}

export interface SetupPlan {
  /** Options to set in the stanza's section; the passphrase among them. */
  options: Record<string, string>;
  createsStanza: boolean;
  roleSql: string[];
  settings: SettingChange[];
  /** The server has to read its files: for what is changed now, or was written before and is not in force. */
  reloads: boolean;
  /** What takes a restart of the server: changed now, or before. */
  waiting: ArchivingSetting[];
  /** What may be missing, where only its owner can know: the reason, and what to write or run. */
  byHand: string[];
  /** What a person sees to in any case. */
  notes: string[];
}

/** Null where pgBackRest could not look into its repository: then nothing is known to be missing. */
export function stanzaIn({ code, isEncrypted }: StanzaInfo): SetupSeen['stanza'] | null {
  if (code === STANZA_MISSING) return { exists: false, isEncrypted: false };
  return code === STANZA_OK || code === STANZA_NO_BACKUPS ? { exists: true, isEncrypted } : null;
}

const ARCHIVES: readonly ArchivingSetting[] = ['archive_mode', 'archive_command', 'archive_library'];
/** How archive_command is shown while archive_mode is off. */
const DISABLED = '(disabled)';
/** Commands that nobody misses. */
const ARCHIVES_NOTHING: readonly CommandProblem['kind'][] = ['none', 'keeps-nothing'];
const NEEDS_RESTART: readonly ArchivingSetting[] = ['archive_mode', 'wal_level', 'max_wal_senders'];

/** @param passphrase what a repository that has none yet is encrypted with. */
export function planSetup(
  job: PostgresPitrJob,
  role: string,
  seen: SetupSeen,
  passphrase: string,
): SetupPlan {
  const { store } = job;
  const { settings, unread, byHand } = missingSettings(store, seen);
  const toRead = [...settings.map(({ name }) => name), ...unread];
  const ofStore =
    store.engine === 'pgbackrest'
      ? missingStanza(job, store, seen, passphrase)
      : { options: {}, createsStanza: false, byHand: [], notes: [folderNote(store.directory)] };
  return {
    ...ofStore,
    byHand: [...byHand, ...ofStore.byHand],
    roleSql:
      role === seen.facts.role ? [] : roleSql(role, seen.written, store.engine === 'archive-directory'),
    settings,
    reloads: toRead.length > 0,
    waiting: [...new Set([...toRead.filter((name) => NEEDS_RESTART.includes(name)), ...seen.facts.waiting])],
  };
}

export function changesNothing({ options, createsStanza, roleSql, reloads }: SetupPlan): boolean {
  return Object.keys(options).length + roleSql.length === 0 && !createsStanza && !reloads;
}

interface WantedSetting {
  name: ArchivingSetting;
  isRight: (value: string) => boolean;
  to: string;
}

function wantedSettings(store: PostgresPitrJob['store']): WantedSetting[] {
  return [
    { name: 'archive_mode', isRight: (value) => /^(?:on|always)$/.test(value), to: 'on' },
    { name: 'wal_level', isRight: (value) => value !== 'minimal', to: 'replica' },
    { name: 'max_wal_senders', isRight: (value) => value !== '0', to: WAL_SENDERS },
    // With both, the library is used and the command is not, or the server refuses to archive.
    { name: 'archive_library', isRight: (value) => value === '', to: '' },
    {
      name: 'archive_command',
      isRight: (value) => commandProblem(value, store) === null,
      to: wantedCommand(store),
    },
    // In a file with or without a unit.
    { name: 'archive_timeout', isRight: (value) => !/^0*\D*$/.test(value), to: ARCHIVE_TIMEOUT },
  ];
}

function missingSettings(
  store: PostgresPitrJob['store'],
  { facts, written }: SetupSeen,
): Pick<SetupPlan, 'settings' | 'byHand'> & { unread: ArchivingSetting[] } {
  const wanted = wantedSettings(store);
  // What waits for a restart is not in force yet; without archive_mode the command in force is not shown.
  const now = (name: ArchivingSetting) =>
    written.settings[name] ?? (facts.settings[name] ?? '').replace(DISABLED, '');
  const isUnread = ({ name, isRight }: WantedSetting) => {
    const inForce = facts.settings[name] ?? DISABLED;
    return isRight(now(name)) && inForce !== DISABLED && !isRight(inForce) && !facts.waiting.includes(name);
  };
  const missing = wanted.flatMap(({ name, isRight, to }) =>
    isRight(now(name)) ? [] : [{ name, from: now(name), to }],
  );
  const library = now('archive_library');
  const command = now('archive_command');
  const problem = commandProblem(command, store);
  const isForeign = library !== '' || (problem !== null && !ARCHIVES_NOTHING.includes(problem.kind));
  // What pg_receivewal fetches, the server need not archive.
  const isFed = isFedByReceiver(store, facts);
  const isOurs = (name: ArchivingSetting) => !ARCHIVES.includes(name) || !(isFed || isForeign);
  const foreign = library === '' ? `archive_command is "${command}"` : `archive_library is "${library}"`;
  const left = missing.filter(({ name }) => !isFed && !isOurs(name));
  return {
    settings: missing.filter(({ name }) => isOurs(name)),
    unread: wanted.filter((one) => isOurs(one.name) && isUnread(one)).map(({ name }) => name),
    byHand: left.length === 0 ? [] : [foreignNote(foreign, left)],
  };
}

/** From the moment it is replaced, nothing more goes where it goes now. */
function foreignNote(foreign: string, left: SettingChange[]): string {
  const statements = [...left.map(({ name, to }) => alterSystemSql(name, to)), RELOAD_SQL];
  return `${foreign}: setup cannot tell where that archives to, so archiving stays as it is. To have this job's instead, as a superuser:
${statements.map((one) => `  ${one}`).join('\n')}`;
}

/** The agent takes away what is in its repository; its unit writes nowhere else than it is told. */
function folderNote(directory: string): string {
  return `Segments arrive in ${directory}, and the agent removes them from there when they are in its repository:
  install -d -o postgres -g backproof -m 0770 ${directory}
  systemctl edit backproof-agent   # [Service] ReadWritePaths=${directory}`;
}

function missingStanza(
  job: PostgresPitrJob,
  store: PgBackRestStore,
  { facts, configuration, stanza: there }: SetupSeen,
  passphrase: string,
): Pick<SetupPlan, 'options' | 'createsStanza' | 'byHand' | 'notes'> {
  const { stanza } = store;
  const has = (key: string) => optionOf(configuration.all, stanza, key);
  const options: Record<string, string> = {};
  const byHand: string[] = [];
  const notes: string[] = [];
  const isDescribed = has('pg1-path') !== null;
  const isNew = !there.exists && !isDescribed;
  const want = (key: string, value: string) => {
    if (has(key) !== value) options[key] = value;
  };
  want('pg1-path', facts.dataDirectory);
  if (facts.port !== PORT || has('pg1-port') !== null) want('pg1-port', String(facts.port));
  const socket = facts.socketFolders.split(',')[0]!.trim();
  if (socket !== SOCKET_FOLDER && socket !== '') want('pg1-socket-path', socket);
  if (!there.exists && isDescribed) byHand.push(unmountedNote(store));
  if ((has('repo1-cipher-type') ?? 'none') === 'none') {
    if (isNew) Object.assign(options, { 'repo1-cipher-type': CIPHER, 'repo1-cipher-pass': passphrase });
    else if (there.exists && !there.isEncrypted)
      notes.push(
        `Stanza ${stanza} is not encrypted, and cannot become so: for that make a new one, with a repo1-path of its own.`,
      );
  }
  const retention = missingRetention(job, stanza, has, isNew);
  Object.assign(options, retention.options);
  if (has('start-fast') === null) options['start-fast'] = 'y';
  if (has('compress-type') === null) options['compress-type'] = 'zst';
  return { options, createsStanza: isNew, byHand: [...byHand, ...retention.byHand], notes };
}

/** An empty mount point looks like an empty repository; what is made there is in the way of the real one. */
function unmountedNote({ program, stanza, configFile }: PgBackRestStore): string {
  const argv = stanzaCreateArgv({ program, stanza, configFile, prefix: asUser(POSTGRES_USER, true) });
  return `Stanza ${stanza} is described in pgBackRest's configuration, and its repository does not hold it: is the repository mounted? Only where it is a new one, make it, with a cipher in [${stanza}] before:
  ${argv.join(' ')}`;
}

/** A retention that is shorter than it was drops backups at once: setup only ever makes it longer. */
function missingRetention(
  { keepMs }: PostgresPitrJob,
  stanza: string,
  has: (key: string) => string | null,
  isNew: boolean,
): Pick<SetupPlan, 'options' | 'byHand'> {
  const days = keepMs > 0 ? Math.ceil(keepMs / DAY_MS) : RETENTION_DEFAULT_DAYS;
  const wanted: Record<string, string> = {
    'repo1-retention-full-type': 'time',
    'repo1-retention-full': String(days),
  };
  const kept = has('repo1-retention-full');
  if (kept === null && isNew) return { options: wanted, byHand: [] };
  // A cluster that promises nothing keeps what its owner has chosen.
  if (keepMs === 0) return { options: {}, byHand: [] };
  if (kept !== null && has('repo1-retention-full-type') === 'time')
    return { options: Number(kept) >= days ? {} : wanted, byHand: [] };
  const now =
    kept === null
      ? `Stanza ${stanza} keeps every base backup, until its disk is full.`
      : `Stanza ${stanza} keeps ${kept} full backups, which may be fewer or more days than the ${days} that are promised.`;
  const lines = Object.entries(wanted).map(([key, value]) => `\n  ${key}=${value}`);
  return {
    options: {},
    byHand: [`${now} To keep by time, which drops what is older, write into [${stanza}]:${lines.join('')}`],
  };
}

/** @returns the file as it will be. */
export function configurationWith(configuration: ConfigurationSeen, stanza: string, plan: SetupPlan): string {
  return withOptions(configuration.text, stanza, plan.options);
}

/** Lines of a configuration with what is secret in them taken out. */
export function withoutSecrets(text: string): string {
  return text.replace(/^(\s*)([a-z0-9-]+)(\s*=\s*).+$/gm, (line, blank, key, equals) =>
    SECRET_OPTION.test(key) ? `${blank}${key}${equals}…` : line,
  );
}
