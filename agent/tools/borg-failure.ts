/**
 * Why borg failed, in one sentence that says what to do next. Pure.
 *
 * Causes are recognised by msgid, by the modern exit codes (borg >= 1.4, docs "Return codes") and, for what
 * comes from ssh or the system, by text. The first that fits wins, so the specific stand before the general.
 */
import type { BorgSaid } from './borg-log.ts';

export interface BorgFailure {
  code: string;
  reason: string;
}

interface Cause {
  code: string;
  msgids?: string[];
  exitCodes?: number[];
  text?: RegExp;
  reason: (where: Where) => string;
}

/** `text` is everything borg said, for the figures in it. */
interface Where {
  repository: string;
  location: string;
  lockHolders: string[];
  lockWaitMs: number;
  text: string;
}

const CAUSES: Cause[] = [
  {
    // Asks for it at the end of a line on which its JSON then begins.
    code: 'no-passphrase',
    msgids: ['NoPassphraseFailure'],
    exitCodes: [50],
    text: /Enter (?:new )?passphrase|can not acquire a passphrase/,
    reason: ({ repository }) =>
      `borg asked for the passphrase of repository ${repository}, which is encrypted though its configuration says unencrypted: true; set passphrase_file in its place.`,
  },
  {
    code: 'wrong-passphrase',
    msgids: ['PassphraseWrong'],
    exitCodes: [52],
    reason: ({ repository }) =>
      `The passphrase of repository ${repository} is wrong; put the right one into its passphrase_file (backproof-agent check tests it).`,
  },
  {
    code: 'lock-timeout',
    msgids: ['LockTimeout', 'LockErrorT'],
    exitCodes: [70, 71, 73],
    reason: lockReason,
  },
  {
    code: 'host-key-changed',
    text: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    reason: ({ location }) =>
      `The storage host's ssh key is unknown or has changed (${location}); compare it with the host, then correct known_hosts.`,
  },
  {
    // Said before the storage host refuses what is left to show to it.
    code: 'ssh-key-unusable',
    text: /UNPROTECTED PRIVATE KEY FILE|Load key ".*": |Identity file .* not accessible.*Permission denied \(/s,
    reason: ({ location, text }) =>
      `ssh cannot use this host's key for ${location}${figure(text, /(Load key ".*": .*|Identity file .* not accessible.*)/)}; the file has to be there, whole, and readable by the agent's user alone (mode 0600).`,
  },
  {
    code: 'ssh-refused-key',
    text: /Permission denied \((?:publickey|password|keyboard-interactive)/,
    reason: ({ location }) =>
      `The storage host takes none of this host's ssh keys (${location}); see that the key file of ssh_command is there, and that its public key is in authorized_keys on the storage host.`,
  },
  {
    code: 'connection-refused',
    text: /ssh: connect to host .*Connection refused/,
    reason: ({ location }) =>
      `The storage host refuses the connection (${location}); see whether sshd runs there and the port is right.`,
  },
  {
    code: 'host-unreachable',
    text: /Could not resolve hostname|No route to host|Connection timed out|Network is unreachable|Operation timed out/,
    reason: ({ location }) =>
      `The storage host cannot be reached (${location}); look at its name, the network and the firewall.`,
  },
  {
    code: 'path-not-allowed',
    msgids: ['PathNotAllowed'],
    exitCodes: [83],
    reason: ({ location }) =>
      `The storage host does not let this key use ${location}; correct --restrict-to-path there or the repository here.`,
  },
  {
    code: 'no-repository',
    msgids: ['Repository.DoesNotExist', 'Repository.PathDoesNotExist'],
    exitCodes: [13, 18],
    reason: ({ location }) =>
      `There is no borg repository at ${location}; if it never existed, make it with borg init, otherwise find out who removed it.`,
  },
  {
    code: 'not-a-repository',
    msgids: [
      'Repository.InvalidRepository',
      'Repository.InvalidRepositoryConfig',
      'Repository.ObjectNotFound',
    ],
    exitCodes: [15, 16],
    reason: ({ location }) =>
      `${location} is not a valid borg repository; its configuration is damaged or the path is another folder.`,
  },
  {
    code: 'quota',
    msgids: ['Repository.StorageQuotaExceeded'],
    exitCodes: [20],
    reason: ({ repository, text }) =>
      `Repository ${repository} has used up its storage quota${figure(text, /exceeded \((.*?)\)/)}; raise it on the storage host, or prune there.`,
  },
  {
    code: 'disk-full',
    msgids: ['Repository.InsufficientFreeSpaceError'],
    exitCodes: [14],
    text: /No space left on device|Disk quota exceeded/,
    reason: ({ repository }) =>
      `No space is left where repository ${repository} (or borg's cache on this host) is stored; make room, nothing new can be backed up until then.`,
  },
  {
    // borg 1.x says that it could not get a lock, also when it could not have got it ever.
    code: 'not-writable',
    msgids: ['LockFailed'],
    exitCodes: [72],
    text: /\[Errno 30\] /,
    reason: ({ repository, text }) =>
      `borg may not write where repository ${repository} (or borg's cache on this host) is stored${figure(text, /lock (\S+ \(\[Errno \d+\] [^:)]+)/) || figure(text, /(\[Errno 30\] .*)/)}; see whether that file system is mounted read-only and whose the folder is. Nothing can be backed up until then.`,
  },
  {
    code: 'relocated',
    msgids: ['BORG_RELOCATED_REPO_ACCESS_IS_OK', 'Cache.RepositoryAccessAborted'],
    exitCodes: [62],
    reason: ({ repository, location, text }) =>
      `The repository at ${location} was at another place before${figure(text, /previously located at (\S+)/)}; nothing was sent. If that move is yours, run backproof-agent key accept ${repository}.`,
  },
  {
    code: 'unencrypted',
    msgids: ['BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK', 'Cache.CacheInitAbortedError'],
    exitCodes: [60],
    reason: ({ location }) =>
      `The repository at ${location} is not encrypted although its configuration names a passphrase; somebody may have replaced it.`,
  },
  {
    code: 'replay',
    msgids: ['Cache.RepositoryReplay'],
    exitCodes: [64],
    reason: ({ location }) =>
      `The repository at ${location} is older than what this host has already seen; somebody put an older copy in its place. Look for what is missing in it; if it is meant, run borg delete --cache-only ${location} and remove manifest-timestamp from this repository's folder in borg's security folder (~/.config/borg/security).`,
  },
  {
    code: 'cache-damaged',
    text: /does not look like a Borg cache/,
    reason: ({ location, text }) =>
      `borg's cache on this host is damaged${figure(text, /Exception: (\S+) does not look like/)}; run borg delete --cache-only ${location}, and the next run makes it anew. Nothing is lost.`,
  },
  {
    code: 'encryption-changed',
    msgids: ['Cache.EncryptionMethodMismatch'],
    exitCodes: [61],
    reason: ({ location }) =>
      `The repository at ${location} uses another encryption than before; somebody may have replaced it.`,
  },
  {
    code: 'damaged',
    msgids: ['Repository.CheckNeeded', 'IntegrityError', 'DecompressionError', 'ErrorIgnoringTraceback'],
    exitCodes: [12, 90, 91, 92],
    text: /Inconsistency detected|IntegrityError|Data integrity error/,
    reason: ({ location }) =>
      `The repository at ${location} is damaged; run borg check on it, and restore from another copy if it cannot be repaired.`,
  },
  {
    code: 'archive-exists',
    msgids: ['Archive.AlreadyExists'],
    exitCodes: [30],
    reason: () =>
      'An archive of that name exists already; two hosts or clocks use the same job name and instant.',
  },
  {
    code: 'connection-lost',
    msgids: ['ConnectionClosed', 'ConnectionClosedWithHint', 'ConnectionBrokenWithHint'],
    exitCodes: [80, 81, 82, 87],
    // borg 1.x stumbles over it when it was about to send, and logs a traceback.
    text: /^borg\.remote\.ConnectionClosed|^(?:BrokenPipe|ConnectionReset|ConnectionAborted)Error/m,
    reason: ({ location, text }) =>
      `The storage host closed the connection (${location})${figure(text, /Remote: (.*[a-z].*)/)}; see whether borg is installed there and what its sshd logged.`,
  },
  {
    code: 'not-borg',
    msgids: ['UnexpectedRPCDataFormatFromServer'],
    exitCodes: [86],
    text: /unexpected RPC data format/,
    reason: ({ location, text }) =>
      `Something on the storage host writes before borg does (${location})${figure(text, /from server:\s*(\S.*)/)}: a greeting in a shell's start file, or a forced command that is no borg serve; make it silent.`,
  },
  {
    code: 'asked',
    text: /\[yN\]|Type 'YES' if you understand|\(yes\/no/,
    reason: ({ text }) =>
      `borg asked what nobody is there to answer, and ended: ${text.split('\n', 1)[0]!.replace(/[.:\s]*$/, '')}. Run it by hand to see the whole question.`,
  },
  {
    code: 'usage',
    text: /borg: error: |usage: borg /,
    reason: ({ text }) =>
      `This borg does not understand the call${figure(text, /borg: error: (.*)/)}; borg >= 1.1 is needed, and >= 1.2 for dumps.`,
  },
];

function lockReason({ location, lockHolders, lockWaitMs }: Where): string {
  const waited = `Repository ${location} stayed locked for ${Math.round(lockWaitMs / 1_000)} s`;
  if (lockHolders.length === 0)
    return `${waited} by another borg; see on the storage host whether one is running, and only if none is, run borg break-lock ${location}.`;
  return `${waited} by ${lockHolders.join(' and ')}; if that process is gone, run borg break-lock ${location}: borg removes a dead lock by itself only on the host that made it.`;
}

function figure(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1]?.trim();
  return found ? ` (${found})` : '';
}

/** Everything borg said, one a line. */
export function textOfSaid(said: BorgSaid): string {
  return [
    ...said.errors.map((error) => error.message),
    ...said.plain,
    ...said.warnings.map((warning) => warning.message),
  ].join('\n');
}

/**
 * @param exitCode of borg itself, null when a signal ended it.
 * @param lockHolders `host (process N)` as read from the repository's lock folder, where it is local.
 */
export function explainBorgFailure(
  said: BorgSaid,
  exitCode: number | null,
  where: { repository: string; location: string; lockHolders: string[]; lockWaitMs: number },
): BorgFailure {
  const text = textOfSaid(said);
  const cause = CAUSES.find(
    (one) =>
      said.errors.some((error) => one.msgids?.includes(error.msgid)) ||
      (exitCode !== null && one.exitCodes?.includes(exitCode)) ||
      one.text?.test(text),
  );
  if (cause) return { code: cause.code, reason: cause.reason({ ...where, text }) };
  const first = exceptionOf(said) ?? said.errors[0]?.message ?? said.plain.at(-1) ?? 'it said nothing';
  return {
    code: 'other',
    reason: `borg ended with exit code ${exitCode}: ${first.split('\n', 1)[0]!.replace(/[.\s]*$/, '.')}`,
  };
}

/** The last line of a traceback, above what borg adds about the system; "Local Exception" says nothing. */
function exceptionOf({ errors }: BorgSaid): string | undefined {
  const traceback = errors.find(({ message }) => message.startsWith('Traceback'));
  const [calls] = (traceback?.message ?? '').split('\n\nPlatform: ', 1);
  return calls?.split('\n').at(-1) || undefined;
}
