/**
 * What borg said inside the output of another program: `borg create --json`, borgmatic's `--json` (a list of
 * such objects) and `--log-json`, wherever they appear among other lines. Pure.
 */
import { WARNINGS_PER_RUN_MAX } from '../../proto/limits.ts';
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

/** borg prints a few kilobytes, plus its own command line. */
const JSON_CHARS_MAX = 4 * 1024 * 1024;
/** One command may write to several repositories, and may make an archive a database. */
export const ARCHIVES_MAX = 50;

/** What was heard on several streams; null when it was nothing. */
export function joinedReports(reports: BorgReport[]): BorgReport | null {
  if (reports.length === 0) return null;
  const said = reports.map((one) => one.said);
  const sum = (of: 'warningsTotal' | 'mattersTotal') => said.reduce((total, one) => total + one[of], 0);
  return {
    archives: reports.flatMap(({ archives }) => archives).slice(0, ARCHIVES_MAX),
    said: {
      warnings: said.flatMap(({ warnings }) => warnings).slice(0, WARNINGS_PER_RUN_MAX),
      warningsTotal: sum('warningsTotal'),
      mattersTotal: sum('mattersTotal'),
      errors: said.flatMap(({ errors }) => errors),
    },
  };
}

/** Reads one stream, line by line. */
export class BorgOutput {
  readonly #log = new BorgLog();
  readonly #archives: ReportedArchive[] = [];
  /** The lines of an object or a list that has begun, null between them. */
  #open: string[] | null = null;
  #openChars = 0;
  #logged = false;

  /** What a person wants to read of the line in a log; null for noise. */
  add(line: string): string | null {
    if (!/^[[{]/.test(line)) {
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

  /** Null when borg was not heard. */
  report(): BorgReport | null {
    if (!this.#logged && this.#archives.length === 0) return null;
    return { archives: this.#archives, said: this.#log.said() };
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
      if (archive && this.#archives.length < ARCHIVES_MAX) this.#archives.push(archive);
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
