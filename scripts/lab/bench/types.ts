/** What a bench hands back. A figure stands beside its reference, taken in the same run on the same machine. */

export interface Figure {
  name: string;
  /** Of `ours` and of `reference`. */
  unit: string;
  ours: number;
  /** Null where a reference has no meaning; `referenceIs` then says what the goal comes from. */
  reference: number | null;
  referenceIs: string;
  /** ours / reference. */
  ratio: number | null;
  /** '' for a figure that is only stated. */
  goal: string;
  /** Null when there is no goal. */
  holds: boolean | null;
}

/** The room a bench works in: a temporary folder, and what it started, ended in the opposite order. */
export interface Room {
  folder: string;
  say(line: string): void;
  onEnd(end: () => Promise<unknown> | unknown): void;
}

export interface Bench {
  name: string;
  /** One sentence for docs/bench.md: what is compared with what. */
  about: string;
  run(room: Room): Promise<Figure[]>;
}

/** A figure with its ratio filled in; `holds` is asked only when there is a goal. */
export function figure(
  said: Omit<Figure, 'ratio' | 'holds' | 'goal' | 'reference'> & {
    reference?: number | null;
    goal?: string;
    holds?: boolean;
  },
): Figure {
  const reference = said.reference ?? null;
  return {
    name: said.name,
    unit: said.unit,
    ours: said.ours,
    reference,
    referenceIs: said.referenceIs,
    ratio: reference === null || reference === 0 ? null : said.ours / reference,
    goal: said.goal ?? '',
    holds: said.holds ?? null,
  };
}
