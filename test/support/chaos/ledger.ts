/** What really happened, collected from outside: what each agent spooled and saw acked, in order. */

export interface KnownRecord {
  type: string;
  /** '' for what is no run. */
  runId: string;
  /** Known once the spool itself was read; null until then, and for what is no end of a run. */
  outcome: string | null;
}

export class HostLedger {
  readonly host: string;
  /** By seq - 1: gapless from the first. */
  readonly records: KnownRecord[] = [];
  /** The newest seq whose `append` has returned. */
  appendedSeq = 0;
  /** The newest seq the agent was told is on the collector's disk. */
  ackedSeq = 0;

  constructor(host: string) {
    this.host = host;
  }

  appended(seq: number, type: string, runId: string): void {
    this.appendedSeq = Math.max(this.appendedSeq, seq);
    // A record whose line was lost with its process is learnt from the spool before anybody asks.
    if (seq === this.records.length + 1) this.records.push({ type, runId, outcome: null });
  }

  acked(seq: number): void {
    this.ackedSeq = Math.max(this.ackedSeq, seq);
  }

  /** Ids of the runs that were started, in the order of the spool. */
  started(): string[] {
    return this.records.filter(({ type }) => type === 'run-started').map(({ runId }) => runId);
  }
}

/** Something is not as it was promised. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

export function promise(holds: boolean, otherwise: string | (() => string)): asserts holds {
  if (!holds) throw new BrokenPromise(typeof otherwise === 'string' ? otherwise : otherwise());
}
