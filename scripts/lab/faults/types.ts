/** What a row of the fault matrix is: something that breaks, what must be said about it, and how soon. */
import type { Page } from '../pager.ts';
import type { Lab } from './lab.ts';

export interface Fault {
  /** kebab-case: the row's name on the command line, and of its host. */
  name: string;
  /** What is done to real tools, in words for the table. */
  done: string;
  /** The rule that must page; null when nobody may be called, and `instead` says what must happen. */
  rule: string | null;
  severity: 'critical' | 'warning' | 'info' | null;
  /** For the table, where nobody is called: 'the run succeeds'. */
  instead?: string;
  /** From the instant in `from` to the page. */
  allowedSeconds: number;
  /** The instant from which an observer who sees everything could have known. */
  from: string;
  /** The healthy twin: same configuration, same tools, without the fault. */
  twin: string;
  /** Longest first, so that the whole matrix ends early. Roughly, on two cores. */
  takesSeconds: number;
  /** What this machine lacks for it, null when it can be run here. */
  needs?: () => string | null;
  inject(lab: Lab): Promise<Injected>;
}

/** What was done, and to whom. Instants are UTC epoch milliseconds of this machine. */
export interface Injected {
  /** Everything that the pager of this installation hears, also later. */
  pages: readonly Page[];
  host: string;
  /** 'job:HOST/JOB', 'host:HOST' or 'collector'. */
  subject: string;
  twins: string[];
  /** A page before this instant cannot be about the fault: it is a false alarm. */
  earliestMs: number;
  knownAtMs: number;
  /** Where nobody may be called: how long it took until what must happen instead had happened. */
  actedAfterSeconds?: number;
  /** Anything that was not as it should be beside the pages: a twin that did not run, a fault that did not take. */
  problems: string[];
  /** Further rules that may page about the host, because the same fault breaks another promise as well. */
  mayFollow?: string[];
  /** What other tools said about the same fault in the same run, by tool. */
  others?: Record<string, string>;
  /** True: nobody else uses this collector, so pages about it belong to this row. */
  wholeInstallation?: boolean;
}

export interface Judgement {
  detected: boolean;
  /** From `knownAtMs` to the page, or to what must happen instead; null when there was none. */
  afterSeconds: number | null;
  /** What the page said. */
  reason: string | null;
  falseAlarms: Page[];
  others: Record<string, string>;
  problems: string[];
  holds: boolean;
}

export interface Row {
  fault: Fault;
  /** Null when it was not run; then `skipped` says what is needed. */
  judgement: Judgement | null;
  skipped: string | null;
}
