/** A page was asked for by a cursor that none of the pages before gave. */
export class UnreadableCursor extends Error {
  override readonly name = 'UnreadableCursor';

  constructor() {
    super('The cursor is none that a page before has given: begin without one.');
  }
}

/**
 * The database cannot be used right now: disk full, I/O error, locked by another process, gone. Nothing
 * was changed. Whoever catches it keeps what it has, acks nothing and tries again later.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** SQLite's own name of what went wrong: SQLITE_FULL, SQLITE_IOERR_WRITE ... */
  readonly code: string;

  constructor(code: string, cause: Error) {
    super(`the database cannot be used: ${cause.message} (${code})`, { cause });
    this.code = code;
  }
}
