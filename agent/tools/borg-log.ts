/**
 * What borg says on standard error under --log-json, line by line: progress, warnings told apart, errors.
 * Fixtures of 1.1.16, 1.2.4 and 1.4.0 are in test/golden/borg. Pure.
 *
 * borg's exit code says too little: different warnings collapse to 1, and a missing source still makes an
 * archive. 1.4 names its warnings by msgid, older versions only by their text.
 */
import { TEXT_CHARS_MAX, WARNINGS_PER_RUN_MAX } from '../../proto/limits.ts';
import type { RunWarning } from '../../proto/run.ts';

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
}

/** Errors come at the end of a run and are few; the first ones name the cause. */
const ERRORS_MAX = 10;
const PLAIN_LINES_MAX = 20;

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
  readonly #sources: Set<string>;
  #warningsTotal = 0;
  #mattersTotal = 0;

  /** @param sources absolute paths the job names: that one of them is missing is never harmless. */
  constructor(sources: string[] = []) {
    this.#sources = new Set(sources);
  }

  add(line: string): BorgLine {
    const event = parseEvent(line);
    if (event === null) return this.#addPlain(line);
    switch (event.type) {
      case 'archive_progress':
        return event.finished === true ? NOTHING : { progress: progressOf(event), text: null };
      case 'log_message':
        return this.#addMessage(event);
      case 'question_prompt':
        return this.#addError(textOf(event.msgid), textOf(event.message));
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
    };
  }

  #addMessage(event: Record<string, unknown>): BorgLine {
    const message = textOf(event.message);
    const level = textOf(event.levelname);
    if (level === 'ERROR' || level === 'CRITICAL') return this.#addError(textOf(event.msgid), message);
    if (level !== 'WARNING') return NOTHING;
    // What the other end of an ssh connection wrote to its standard error.
    if (message.startsWith('Remote: ')) return this.#addPlain(message);
    const warning = classify(message, textOf(event.msgid), this.#sources);
    const kept = warning.harmless ? this.#harmless : this.#matters;
    if (kept.length < WARNINGS_PER_RUN_MAX) kept.push(warning);
    this.#warningsTotal += 1;
    if (!warning.harmless) this.#mattersTotal += 1;
    return { progress: null, text: message };
  }

  #addError(msgid: string, message: string): BorgLine {
    if (this.#errors.length < ERRORS_MAX) this.#errors.push({ msgid, message });
    return { progress: null, text: message };
  }

  #addPlain(line: string): BorgLine {
    if (line.trim() === '') return NOTHING;
    this.#plain.push(cut(line));
    if (this.#plain.length > PLAIN_LINES_MAX) this.#plain.shift();
    return { progress: null, text: line };
  }
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
  if (msgid === 'BackupPermissionError' || errno === EACCES || errno === EPERM)
    return is('permission-denied', false);
  if (msgid === 'BackupFileNotFoundError' || errno === ENOENT) {
    // A file that went away between listing and reading is everyday life; a source that is not there is not.
    return sources.has(path) ? is('source-missing', false) : is('file-vanished', true);
  }
  if (errno === ENOSPC || message.startsWith('No space left on device')) return is('no-space', false);
  if (msgid === 'BackupIOError' || errno === EIO) return is('io-error', false);
  if (/^Killed stale lock /.test(message)) return is('stale-lock-removed', true);
  if (msgid === 'IncludePatternNeverMatchedWarning' || /Include pattern '.*' never matched/.test(message))
    return is('pattern-never-matched', false);
  return is(msgid === '' ? 'other' : msgid, false);
}

const EPERM = 1;
const ENOENT = 2;
const EIO = 5;
const EACCES = 13;
const ENOSPC = 28;

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function cut(text: string): string {
  return text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX - 1)}…` : text;
}
