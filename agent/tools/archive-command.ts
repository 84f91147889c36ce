/** What archive_command should be, and what is wrong with one. Pure. */
import type { PostgresPitrJob } from '../config/job-spec.ts';
import type { ArchivingFacts } from './postgres-archiving.ts';

type Store = PostgresPitrJob['store'];

/** Ends well and keeps nothing: `/bin/true`, `:`, `exit 0`, `echo %p`. */
const KEEPS_NOTHING = /^\s*(?:(?:\/usr)?\/bin\/)?(?:true|:|exit 0|echo\b.*|test\b[^&|;]*)\s*;?\s*$/;
/** What may stand around a path in a command: everything else is part of a longer one, and so of another folder. */
const PATH_BEGINS = /(?:^|[\s"'=<>(])$/;
const PATH_ENDS = /^(?:$|[/\s"';&|)])/;
const SAFE_IN_A_SHELL = /^[\w./+@:-]+$/;

/** What is wrong; `unclear`: a script of somebody's, which nobody can look into. */
export type CommandProblem =
  | { kind: 'none' | 'keeps-nothing' | 'not-a-push' | 'unclear' }
  | { kind: 'other-stanza'; stanza: string };

/** Null when it archives into this job's store. */
export function commandProblem(command: string, store: Store): CommandProblem | null {
  if (command.trim() === '') return { kind: 'none' };
  if (KEEPS_NOTHING.test(command)) return { kind: 'keeps-nothing' };
  if (store.engine === 'archive-directory')
    return namesFolder(command, store.directory) ? null : { kind: 'unclear' };
  if (!/pgbackrest/i.test(command)) return { kind: 'unclear' };
  if (!/(?:^|\s)archive-push(?:\s|$)/.test(command)) return { kind: 'not-a-push' };
  const stanza = /--stanza[=\s]\s*["']?([^\s"']+)/.exec(command)?.[1];
  if (stanza === undefined) return { kind: 'unclear' };
  return stanza === store.stanza ? null : { kind: 'other-stanza', stanza };
}

/** Whether it is in there as a whole, as it is or as wantedCommand writes it: a neighbour's name may begin alike. */
function namesFolder(command: string, directory: string): boolean {
  const path = directory.replace(/\/+$/, '');
  return [path, quoted(path)].some((spelled) => {
    const around = command.split(spelled);
    return around.slice(1).some((after, at) => PATH_BEGINS.test(around[at]!) && PATH_ENDS.test(after));
  });
}

/** Segments arrive in the folder although the server archives nothing itself. */
export function isFedByReceiver(store: Store, { receivers }: Pick<ArchivingFacts, 'receivers'>): boolean {
  return store.engine === 'archive-directory' && receivers > 0;
}

/** The whole setting, with PostgreSQL's own %p and %f. */
export function wantedCommand(store: Store): string {
  if (store.engine === 'archive-directory') {
    const file = `${quoted(store.directory)}/%f`;
    // A segment is archived again after a crash: the same content is success, another one never replaces it.
    return `if test -f ${file}; then cmp -s %p ${file}; else cp %p ${file}.tmp && sync ${file}.tmp && mv ${file}.tmp ${file}; fi`;
  }
  const config = store.configFile === null ? '' : ` --config=${quoted(store.configFile)}`;
  return `${quoted(store.program)}${config} --stanza=${store.stanza} archive-push %p`;
}

function quoted(path: string): string {
  if (SAFE_IN_A_SHELL.test(path)) return path;
  return `'${path.replaceAll("'", "'\\''").replaceAll('%', '%%')}'`;
}
