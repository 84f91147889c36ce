/**
 * What borg says on standard error under --log-json, line by line: progress, warnings told apart, errors.
 * Fixtures of 1.1.16, 1.2.4 and 1.4.0 are in test/golden/borg. Pure.
 *
 * borg's exit code says too little: different warnings collapse to 1, and a missing source still makes an
 * archive. 1.4 names its warnings by msgid, older versions only by their text.
 */
import { TEXT_CHARS_MAX, WARNINGS_PER_RUN_MAX } from '../../proto/limits.ts';
import type { RunWarning } from '../../proto/run.ts';
import { GUARD_MARK, GuardLog, type GuardSaid, NOTHING_GUARDED } from './guard-words.ts';

export interface BorgProgress {
  originalBytes: number;
  deduplicatedBytes: number;
  files: number;
  current: string;
}

export interface BorgError {
  /** borg's own name for it, '' where it gives none. */
  msgid: string;
  message: string;
}

export interface BorgSaid {
  /** The first WARNINGS_PER_RUN_MAX, those that matter before the harmless ones. */
  warnings: RunWarning[];
  warningsTotal: number;
  /** Those that are not harmless. */
  mattersTotal: number;
  errors: BorgError[];
  /** Lines that are no JSON: of the command behind --content-from-command, of ssh, of argument parsing. */
  plain: string[];
  /** What dump-guard said, which stands between borg and such a command. */
  guard: GuardSaid;
  excluded: Excluded;
}

/** What exclude patterns left out (`--list --filter x`). */
export interface Excluded {
  /** A folder that is left out counts once. */
  total: number;
  /** Sources, and what is right below one: the first TOP_EXCLUDED_MAX of them. */
  top: string[];
}

export const NOTHING_EXCLUDED: Excluded = { total: 0, top: [] };

/** Of a program that is no borg, or has said nothing. */
export const NOTHING_SAID: BorgSaid = {
  warnings: [],
  warningsTotal: 0,
  mattersTotal: 0,
  errors: [],
  plain: [],
  guard: NOTHING_GUARDED,
  excluded: NOTHING_EXCLUDED,
};

/** Errors come at the end of a run and are few; the first ones name the cause. */
const ERRORS_MAX = 10;
const PLAIN_LINES_MAX = 20;
/** Entries left out that the log names, for people to see what the patterns do. */
const EXCLUDED_SAMPLES_MAX = 20;
const TOP_EXCLUDED_MAX = 1_000;
/** How borg 1.x begins the line about an entry that a pattern leaves out. There may be a million of them. */
const EXCLUDED_LINE = '{"type": "file_status", "status": "x", "path": "';

/** One line, understood. `text` is what a person wants to read in the log, null for noise. */
export interface BorgLine {
  progress: BorgProgress | null;
  text: string | null;
}

const NOTHING: BorgLine = { progress: null, text: null };

export class BorgLog {
  readonly #matters: RunWarning[] = [];
  readonly #harmless: RunWarning[] = [];
  readonly #errors: BorgError[] = [];
  readonly #plain: string[] = [];
  readonly #guard = new GuardLog();
  readonly #sources: Set<string>;
  /** The same, as they stand between the quotes of borg's JSON, without a separator at their end. */
  readonly #escapedSources: Set<string>;
  readonly #topExcluded: string[] = [];
  #excludedTotal = 0;
  #warningsTotal = 0;
  #mattersTotal = 0;

  /** @param sources absolute paths the job names: that one of them is missing is never harmless. */
  constructor(sources: string[] = []) {
    this.#sources = new Set(sources);
    this.#escapedSources = new Set(sources.map((source) => escapedLikePython(source.replace(/\/+$/, ''))));
  }

  add(line: string): BorgLine {
    if (line.startsWith(EXCLUDED_LINE)) return this.#addExcluded(line);
    if (line.startsWith(GUARD_MARK)) return { progress: null, text: this.#guard.add(line) };
    const event = parseEvent(line);
    if (event === null) return this.#addPlain(line);
    switch (event.type) {
      case 'archive_progress':
        return event.finished === true ? NOTHING : { progress: progressOf(event), text: null };
      case 'log_message':
        return this.#addMessage(event);
      case 'question_prompt':
        return this.#addError(textOf(event.msgid), textOf(event.message));
      case 'question_env_answer':
        return this.#answered(textOf(event.msgid), textOf(event.message));
      default:
        return NOTHING;
    }
  }

  said(): BorgSaid {
    return {
      warnings: [...this.#matters, ...this.#harmless].slice(0, WARNINGS_PER_RUN_MAX),
      warningsTotal: this.#warningsTotal,
      mattersTotal: this.#mattersTotal,
      errors: this.#errors,
      plain: this.#plain,
      guard: this.#guard.said(),
      excluded: { total: this.#excludedTotal, top: this.#topExcluded },
    };
  }

  #addExcluded(line: string): BorgLine {
    this.#excludedTotal += 1;
    const isSample = this.#excludedTotal <= EXCLUDED_SAMPLES_MAX;
    // Compared as borg escaped them, so that most lines are never parsed.
    const escaped = line.slice(EXCLUDED_LINE.length, line.lastIndexOf('"'));
    const folder = escaped.slice(0, escaped.lastIndexOf('/'));
    const isTop = this.#escapedSources.has(escaped) || this.#escapedSources.has(folder);
    if (!isSample && !isTop) return NOTHING;
    const path = textOf(parseEvent(line)?.path);
    if (isTop && this.#topExcluded.length < TOP_EXCLUDED_MAX) this.#topExcluded.push(path);
    return { progress: null, text: isSample ? `left out by a pattern: ${path}` : null };
  }

  #addMessage(event: Record<string, unknown>): BorgLine {
    const message = textOf(event.message);
    const level = textOf(event.levelname);
    if (level === 'ERROR' || level === 'CRITICAL') return this.#addError(textOf(event.msgid), message);
    if (level !== 'WARNING') return NOTHING;
    // What the other end of an ssh connection wrote to its standard error.
    if (message.startsWith('Remote: ')) return this.#addPlain(message);
    return this.addWarning(message, textOf(event.msgid));
  }

  /** What borg warned of, '' for the msgid where it gave none. */
  addWarning(message: string, msgid: string): BorgLine {
    const warning = classify(message, msgid, this.#sources);
    const kept = warning.harmless ? this.#harmless : this.#matters;
    // The judgement of the run hangs on its sources: they are kept whatever came before.
    if (this.#sources.has(warning.path)) kept.unshift(warning);
    else kept.push(warning);
    kept.length = Math.min(kept.length, WARNINGS_PER_RUN_MAX);
    this.#warningsTotal += 1;
    if (!warning.harmless) this.#mattersTotal += 1;
    return { progress: null, text: message };
  }

  #addError(msgid: string, message: string): BorgLine {
    if (this.#errors.length < ERRORS_MAX) this.#errors.push({ msgid, message });
    return { progress: null, text: message };
  }

  /** A question that our environment answers with yes was none. */
  #answered(msgid: string, message: string): BorgLine {
    const at = message.startsWith('yes ') ? this.#errors.findIndex((error) => error.msgid === msgid) : -1;
    if (at !== -1) this.#errors.splice(at, 1);
    return NOTHING;
  }

  #addPlain(line: string): BorgLine {
    if (line.trim() === '') return NOTHING;
    this.#plain.push(cut(line));
    if (this.#plain.length > PLAIN_LINES_MAX) this.#plain.shift();
    return { progress: null, text: line };
  }
}

/** As Python's json.dumps writes a text between its quotes. */
function escapedLikePython(text: string): string {
  const code = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u0080-\uffff]/g, code);
}

function parseEvent(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function progressOf(event: Record<string, unknown>): BorgProgress {
  return {
    originalBytes: countOf(event.original_size),
    deduplicatedBytes: countOf(event.deduplicated_size),
    files: countOf(event.nfiles),
    current: cut(textOf(event.path)),
  };
}

/** Which warning this is, by msgid where borg gives one, otherwise by its text. */
export function classify(message: string, msgid: string, sources: ReadonlySet<string>): RunWarning {
  const file = /^(.*?)(?:: [a-z_]+)?: \[Errno (\d+)\]/s.exec(message);
  const path = cut(file?.[1] ?? /^(.*): file changed while we /s.exec(message)?.[1] ?? '');
  const errno = Number(file?.[2] ?? 0);
  const is = (code: string, harmless: boolean): RunWarning => ({
    code,
    message: cut(message),
    path,
    harmless,
  });
  if (msgid === 'FileChangedWarning' || /: file changed while we (read|backed)/.test(message))
    return is('file-changed', true);
  // A file that went away between listing and reading is everyday life; a source that is not there is not.
  if (errno > 0 && sources.has(path))
    return is(errno === ENOENT ? 'source-missing' : 'source-unreadable', false);
  if (msgid === 'BackupPermissionError' || errno === EACCES || errno === EPERM)
    return is('permission-denied', false);
  if (msgid === 'BackupFileNotFoundError' || errno === ENOENT) return is('file-vanished', true);
  if (errno === ENOSPC || message.startsWith('No space left on device')) return is('no-space', false);
  if (msgid === 'BackupIOError' || [EIO, ENOTCONN, ESTALE].includes(errno)) return is('io-error', false);
  if (/^(?:Killed stale lock|Removed stale \w+ roster lock) /.test(message))
    return is('stale-lock-removed', true);
  if (msgid === 'IncludePatternNeverMatchedWarning' || /Include pattern '.*' never matched/.test(message))
    return is('pattern-never-matched', false);
  return is(msgid === '' ? 'other' : msgid, false);
}

const EPERM = 1;
const ENOENT = 2;
const EIO = 5;
const EACCES = 13;
const ENOSPC = 28;
/** A FUSE file system whose server has ended. */
const ENOTCONN = 107;
/** NFS. */
const ESTALE = 116;

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function cut(text: string): string {
  return text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX - 1)}…` : text;
}
