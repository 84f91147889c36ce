/** What a process of light clients is told and answers, over the channel of `fork`. */

export type WireCommand =
  /** Connects the hosts [from, to) of the fleet file, so many a second; each declares its job. */
  | { do: 'connect'; from: number; to: number; perSecond: number; declare: boolean }
  /** Every client spools so many results and holds them back, as an agent does that is cut off. */
  | { do: 'prepare'; results: number }
  /** Sends what was prepared, as fast as the credit allows, until all of it is acked. */
  | { do: 'flood' }
  /** So many results a second in all, dealt out in turn. */
  | { do: 'pace'; forMs: number; perSecond: number }
  /** Every client spools so many results, connected or not. */
  | { do: 'spool'; results: number }
  | { do: 'state' };

export interface WireAnswers {
  connect: { connected: number; tookMs: number };
  prepare: Record<string, never>;
  flood: { acked: number; tookMs: number };
  pace: { latenciesMs: number[]; sent: number };
  spool: Record<string, never>;
  state: { welcomed: number; unacked: number; refusals: number };
}

export type WireAnswer<C extends WireCommand['do']> = WireAnswers[C];
