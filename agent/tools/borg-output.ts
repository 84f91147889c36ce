/**
 * What borg said inside the output of another program: `borg create --json`, borgmatic's `--json` (a list of
 * such objects) and `--log-json`, wherever they appear among other lines. Pure.
 */
import { WARNINGS_PER_RUN_MAX } from '../../proto/limits.ts';
import type { RunWarning } from '../../proto/run.ts';
import { readCreated } from './borg.ts';
import { BorgLog, type BorgSaid } from './borg-log.ts';

/** An archive as its maker reported it. When it was made is not among it: borg prints local times. */
export interface ReportedArchive {
  name: string;
  id: string;
  repositoryId: string;
  location: string;
  stats: { originalBytes: number; compressedBytes: number; deduplicatedBytes: number; files: number };
}

export interface BorgReport {
  archives: ReportedArchive[];
  said: Pick<BorgSaid, 'warnings' | 'warningsTotal' | 'mattersTotal' | 'errors'>;
}

/** What was heard on one stream. */
export interface Heard extends BorgReport {
  /** False: there was nothing but lines that read like borg's warnings. */
  isBorg: boolean;
  /** Words of the command lines that made the archives: their sources are among them. */
  words: ReadonlySet<string>;
}

/** borg prints a few kilobytes, plus its own command line. */
const JSON_CHARS_MAX = 4 * 1024 * 1024;
/** One command may write to several repositories, and may make an archive a database. */
export const ARCHIVES_MAX = 50;

/** What was heard on several streams; null when borg was on none. */
export function joinedReports(heard: Heard[]): BorgReport | null {
  if (!heard.some(({ isBorg }) => isBorg)) return null;
  const said = heard.map((one) => one.said);
  const words = new Set(heard.flatMap((one) => [...one.words]));
  const warnings = said.flatMap((one) => one.warnings).map((warning) => ofSource(warning, words));
  const mattering = warnings.filter(({ code }) => code === 'source-missing').length;
  const sum = (of: 'warningsTotal' | 'mattersTotal') => said.reduce((total, one) => total + one[of], 0);
  return {
    archives: heard.flatMap(({ archives }) => archives).slice(0, ARCHIVES_MAX),
    said: {
      warnings: warnings.toSorted(mattersFirst).slice(0, WARNINGS_PER_RUN_MAX),
      warningsTotal: sum('warningsTotal'),
      mattersTotal: sum('mattersTotal') + mattering,
      errors: said.flatMap(({ errors }) => errors),
    },
  };
}

/** What is not there and was named to borg has not vanished under its hands: it was to be saved. */
function ofSource(warning: RunWarning, words: ReadonlySet<string>): RunWarning {
  return warning.code === 'file-vanished' && words.has(warning.path)
    ? { ...warning, code: 'source-missing', harmless: false }
    : warning;
}

function mattersFirst(a: RunWarning, b: RunWarning): number {
  return Number(a.harmless) - Number(b.harmless);
}

/** Reads one stream, line by line. */
export class BorgOutput {
  readonly #log = new BorgLog();
  readonly #archives: ReportedArchive[] = [];
  /** The lines of an object or a list that has begun, null between them. */
  #open: string[] | null = null;
  #openChars = 0;
  #logged = false;
  readonly #words = new Set<string>();

  /** What a person wants to read of the line in a log; null for noise. */
  add(line: string): string | null {
    if (!/^[[{]/.test(line)) {
      if (this.#open === null && WARNING_LINE.test(line)) this.#log.addWarning(line, '');
      this.#continue(line);
      return line;
    }
    const value = parsed(line);
    if (value === undefined) {
      this.#open = [];
      this.#openChars = 0;
      this.#continue(line);
      return line;
    }
    this.#open = null;
    if (!isLogEvent(value)) {
      this.#take(value);
      return line;
    }
    this.#logged = true;
    return this.#log.add(line).text;
  }

  heard(): Heard {
    const isBorg = this.#logged || this.#archives.length > 0;
    return { archives: this.#archives, said: this.#log.said(), isBorg, words: this.#words };
  }

  /** A line of an object that takes several: it ends with a brace or a bracket at the line's beginning. */
  #continue(line: string): void {
    if (this.#open === null) return;
    this.#openChars += line.length;
    if (this.#openChars > JSON_CHARS_MAX) {
      this.#open = null;
      return;
    }
    this.#open.push(line);
    if (!/^[\]}]/.test(line)) return;
    this.#take(parsed(this.#open.join('\n')));
    this.#open = null;
  }

  #take(value: unknown): void {
    for (const one of [value].flat()) {
      const archive = reported(one);
      if (!archive || this.#archives.length >= ARCHIVES_MAX) continue;
      this.#archives.push(archive);
      for (const word of commandLineOf(one)) this.#words.add(word.replace(/(.)\/+$/, '$1'));
    }
  }
}

/** Undefined when it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How borg warns of a file where it was not asked for --log-json. */
const WARNING_LINE = /: \[Errno \d+\] |: file changed while we (?:read|backed)/;

/** borg's "Internals: Frontends" lists them. */
const LOG_TYPES = [
  'archive_progress',
  'file_status',
  'log_message',
  'progress_message',
  'progress_percent',
  'question_prompt',
  'question_accepted_true',
  'question_accepted_false',
  'question_env_answer',
  'question_invalid_answer',
];

function isLogEvent(value: unknown): boolean {
  return (
    value !== null &&
    typeof value === 'object' &&
    LOG_TYPES.includes(String((value as { type?: unknown }).type))
  );
}

function commandLineOf(created: unknown): string[] {
  const words = (created as { archive: { command_line?: unknown } }).archive.command_line;
  return Array.isArray(words) ? words.filter((word) => typeof word === 'string') : [];
}

function reported(value: unknown): ReportedArchive | null {
  const created = readCreated(value);
  if (!created) return null;
  const { id, location } = ((value as { repository?: Record<string, unknown> }).repository ?? {}) as Record<
    string,
    unknown
  >;
  const { originalBytes, compressedBytes, deduplicatedBytes, files } = created.stats;
  return {
    name: created.name,
    id: created.id,
    repositoryId: typeof id === 'string' ? id : '',
    location: typeof location === 'string' ? location : '',
    stats: { originalBytes, compressedBytes, deduplicatedBytes, files },
  };
}
