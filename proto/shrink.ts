/** Makes a record's body smaller, giving up first what is missed least. Pure. */
import { cutTail, cutText } from './fields.ts';
import type { RecordBody } from './messages.ts';

/** Under this many characters of log there is nothing left worth halving. */
const LOG_TAIL_CHARS_MIN = 1_024;
/** What is left of a long text once there are too many of them. */
const SHORT_TEXT_CHARS = 256;

/** Roughly halves the largest part that can be spared. An inventory that loses points is no longer complete. */
export function shrink(body: RecordBody): RecordBody {
  switch (body.type) {
    case 'run-finished': {
      const run = body.value;
      if (run.logTail.length > LOG_TAIL_CHARS_MIN) {
        return { ...body, value: { ...run, logTail: cutTail(run.logTail, run.logTail.length >> 1) } };
      }
      if (run.warnings.length > 0) {
        return { ...body, value: { ...run, warnings: half(run.warnings) } };
      }
      return { ...body, value: { ...run, recoveryPoints: half(run.recoveryPoints) } };
    }
    case 'recovery-points-seen':
      return {
        ...body,
        value: { ...body.value, recoveryPoints: half(body.value.recoveryPoints), complete: false },
      };
    case 'job-declared': {
      const job = body.value;
      const tooMany = job.excludes.length > job.sources.length ? 'excludes' : 'sources';
      return { ...body, value: { ...job, [tooMany]: half(job[tooMany]) } };
    }
    case 'host-facts':
      return {
        ...body,
        value: {
          ...body.value,
          tools: half(body.value.tools),
          notBackedUp: half(body.value.notBackedUp).map((thing) => ({
            name: thing.name,
            why: cutText(thing.why, SHORT_TEXT_CHARS),
          })),
        },
      };
    default:
      return body;
  }
}

function half<T>(list: T[]): T[] {
  return list.slice(0, list.length >> 1);
}
