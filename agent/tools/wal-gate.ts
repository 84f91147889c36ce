/**
 * What replay must not do: make a tablespace. The record names production's folder, and replay takes it for its own
 * (tablespace.c, tblspc_redo): beside a production that is there, the copy would write into its files and remove them. A
 * base backup's own tablespaces were led into the copy's folder; this is about those made after it. Pure.
 *
 * So `restore_command` looks through each segment that it fetched, and ends recovery in front of such a record.
 */
import { shellWord } from './shell.ts';

/** Beyond 128 PostgreSQL takes recovery for ended, and not the WAL (xlogarchive.c, wait_result_is_any_signal). */
const GATE_CLOSED = 200;
const SAID = 'backproof: a tablespace is made';

/**
 * PostgreSQL's `restore_command`.
 * @param fetch gets `%f` to `%p`.
 * @param gate file of the script below.
 */
export function gatedCommand(fetch: string, gate: string): string {
  return `${fetch} && sh ${shellWord(gate).replaceAll('%', '%%')} %f "%p"`;
}

/**
 * The script; it names the first such record in the server's log.
 * @param bin folder of the server's programs.
 * @param held folder for the segment that was fetched before; made by the script.
 */
export function gateScript(bin: string, held: string): string {
  return `# usage: sh gate NAME FILE
case $1 in *.*) exit 0 ;; esac
export TZ=UTC LC_ALL=C
held=${shellWord(held)}
mkdir -p "$held" || exit 1
# A record may lie across two segments, also where the timeline changes: both get one timeline's name.
now=$held/00000001\${1#????????}
ln -f "$2" "$now" 2>/dev/null || cp "$2" "$now" || exit 1
first=$held/$(ls "$held" | head -n 1)
records() {
  ${shellWord(`${bin}/pg_waldump`)} "$@" "$first" "$now" 2>/dev/null
  [ "$first" = "$now" ] || ${shellWord(`${bin}/pg_waldump`)} "$@" "$now" 2>/dev/null
}
ends() { sed -n 's/^rmgr: Transaction .*desc: [A-Z_]* \\([0-9]*: \\)\\{0,1\\}\\([0-9-]* [0-9:.]*\\) UTC.*/\\2/p'; }
record='^rmgr: Tablespace .*desc: CREATE '
made=$(records -r Tablespace | grep -m 1 "$record")
if [ -n "$made" ]; then
  before=$(records | sed "/$record/q" | ends | sort | tail -n 1)
  next=$(records | sed "1,/$record/d" | ends | head -n 1)
  lsn=\${made#*lsn: }
  echo "${SAID} at \${lsn%%,*}, after [$before], committed [$next], in \${made#*desc: CREATE * }" >&2
  exit ${GATE_CLOSED}
fi
for file in "$held"/*; do [ "$file" = "$now" ] || rm -f "$file"; done
`;
}

export interface MadeTablespace {
  /** Of the record, as PostgreSQL writes it. */
  lsn: string;
  /** In quotes. */
  folder: string;
  /** When the newest transaction in front of it ended, and the first one behind it, as far as was fetched: null where there is none. UTC epoch microseconds. */
  beforeUs: number | null;
  committedUs: number | null;
}

/** What the script said last in a server's log; null when it said nothing. */
export function madeTablespace(log: string): MadeTablespace | null {
  const line = new RegExp(
    `^${SAID} at ([0-9A-F]+/[0-9A-F]+), after \\[(.*?)\\], committed \\[(.*?)\\], in (.*)$`,
    'gm',
  );
  const found = [...log.matchAll(line)].at(-1);
  if (!found) return null;
  const [, lsn, before, committed, folder] = found;
  return { lsn: lsn!, folder: folder!, beforeUs: microsOf(before!), committedUs: microsOf(committed!) };
}

/** `2026-11-23 08:10:47.343848` */
function microsOf(text: string): number | null {
  const match = /^(\S+ [^.]+)(?:\.(\d{1,6}))?$/.exec(text);
  const wholeMs = match ? Date.parse(`${match[1]!.replace(' ', 'T')}Z`) : Number.NaN;
  return Number.isNaN(wholeMs) ? null : wholeMs * 1_000 + Number((match![2] ?? '').padEnd(6, '0'));
}
