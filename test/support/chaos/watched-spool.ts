/** The real spool, with a step before and after everything that matters. */
import type { Spool } from '../../../agent/spool.ts';
import type { RecordBody } from '../../../proto/messages.ts';
import type { Steps } from './steps.ts';

/** How a spool can be broken, to see the checker notice. */
export type SpoolSabotage = 'append-later' | null;

/** Calls pass through to `spool`; what was appended and acked is said to the parent, in the spool's own order. */
export function watchedSpool(spool: Spool, host: string, steps: Steps, sabotage: SpoolSabotage): Spool {
  let held: { body: RecordBody; nowMs: number } | null = null;

  const instead: Partial<Spool> = {
    append(body, nowMs) {
      steps.at('append:before');
      if (sabotage === 'append-later') {
        if (held) spool.append(held.body, held.nowMs);
        held = { body, nowMs };
        const seq = spool.position().lastSeq + 1;
        steps.say(['appended', host, seq, body.type, runIdOf(body)]);
        steps.at('append:after');
        return seq;
      }
      const seq = spool.append(body, nowMs);
      steps.say(['appended', host, seq, body.type, runIdOf(body)]);
      steps.at('append:after');
      return seq;
    },
    chainAt(seq) {
      const chain = spool.chainAt(seq);
      // Asked for when the collector has said Welcome.
      steps.at('link:welcomed');
      return chain;
    },
    read(fromSeq, limit) {
      const records = spool.read(fromSeq, limit);
      if (records.length > 0) steps.at('send:read');
      return records;
    },
    ack(seq, nowMs) {
      steps.say(['acked', host, seq]);
      steps.at('ack:before');
      spool.ack(seq, nowMs);
      steps.at('ack:after');
    },
  };
  return new Proxy(spool, {
    get(target, name) {
      const own = instead[name as keyof Spool];
      if (own) return own;
      const member = Reflect.get(target, name, target) as unknown;
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

/** '' for what is no run. */
export function runIdOf(body: RecordBody): string {
  return body.type === 'run-started' || body.type === 'run-finished' ? body.value.runId : '';
}
