/**
 * What `pgbackrest repo-ls --output=json` prints, read as it comes: one object with a member for each entry. With
 * `--recurse` that of 200,000 segments is 26 MB, which nobody should hold. Pure.
 */

export interface ListedEntry {
  /** With `--recurse` the path below the listed folder. */
  name: string;
  isFolder: boolean;
  sizeBytes: number;
  changedAtMs: number;
}

/** Nearly every entry, quickly. */
const FILE = /([{,])"([^"\\]+)":\{"type":"file","size":(\d+),"time":(\d+)\}/y;
/** Every entry, with whatever else a version says of it. */
const ENTRY = /([{,])("(?:[^"\\]|\\.)+"):(\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})/y;
/** One entry is a few hundred bytes; more than this without one is no listing. */
export const ENTRY_CHARS_MAX = 64 * 1024;

export class ListingReader {
  readonly #onEntry: (entry: ListedEntry) => void;
  #rest = '';
  #isFirst = true;
  #isBroken = false;

  constructor(onEntry: (entry: ListedEntry) => void) {
    this.#onEntry = onEntry;
  }

  /** What was printed next, cut anywhere. */
  add(text: string): void {
    if (this.#isBroken) return;
    const all = this.#rest + text;
    let at = 0;
    for (;;) {
      const end = this.#entryAt(all, at);
      if (end === null) break;
      at = end;
    }
    this.#rest = all.slice(at);
    if (this.#rest.length > ENTRY_CHARS_MAX) this.#isBroken = true;
  }

  /** Whether it was a whole listing; false when it was cut off midway, or something else. */
  end(): boolean {
    const end = this.#isFirst ? '{}' : '}';
    return !this.#isBroken && this.#rest.trimEnd() === end;
  }

  /** Where the entry at `at` ends; null when there is none, or not all of it yet. */
  #entryAt(text: string, at: number): number | null {
    FILE.lastIndex = at;
    const file = FILE.exec(text);
    if (file) {
      if (!this.#follows(file[1]!)) return null;
      this.#tell(file[2]!, { type: 'file', size: Number(file[3]), time: Number(file[4]) });
      return FILE.lastIndex;
    }
    ENTRY.lastIndex = at;
    const entry = ENTRY.exec(text);
    if (!entry || !this.#follows(entry[1]!)) return null;
    const name = parsed(entry[2]!);
    const facts = parsed(entry[3]!);
    if (typeof name !== 'string' || facts === null || typeof facts !== 'object') {
      this.#isBroken = true;
      return null;
    }
    this.#tell(name, facts as Record<string, unknown>);
    return ENTRY.lastIndex;
  }

  #follows(separator: string): boolean {
    const isRight = separator === (this.#isFirst ? '{' : ',');
    if (!isRight) this.#isBroken = true;
    this.#isFirst = false;
    return isRight;
  }

  /** The folder that was asked for is an entry too, `.`. */
  #tell(name: string, { type, size, time }: Record<string, unknown>): void {
    if (name === '.') return;
    this.#onEntry({
      name,
      isFolder: type === 'path',
      sizeBytes: amount(size),
      changedAtMs: amount(time) * 1_000,
    });
  }
}

/** All entries; null when it is not a whole listing. */
export function parseListing(stdout: string): ListedEntry[] | null {
  const entries: ListedEntry[] = [];
  const reader = new ListingReader((entry) => entries.push(entry));
  reader.add(stdout);
  return reader.end() ? entries : null;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function amount(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
