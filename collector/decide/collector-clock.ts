/**
 * Whose clock is wrong? One host's is that host's matter; when the agents agree with each other and not with the
 * collector, it is the collector's, and everything it would call missing or late is in doubt. Pure.
 */
import { formatDuration } from '../../proto/duration.ts';

/** Two against one. */
const AGREEING_MIN = 2;
const AGREEING_SHARE_MIN = 2 / 3;

/**
 * A sentence when the collector's clock is the odd one out, otherwise null.
 * @param offsetsMs agent's clock minus collector's, of every connected agent, in order
 * @param skewMaxMs how far apart two clocks may be and still agree
 */
export function collectorClockProblem(offsetsMs: readonly number[], skewMaxMs: number): string | null {
  const { medianMs, agreeing } = agreementOf(offsetsMs, skewMaxMs);
  if (!agreeing || Math.abs(medianMs) <= skewMaxMs) return null;
  const way = medianMs > 0 ? 'behind' : 'ahead of';
  return (
    `The collector's own clock is ${formatDuration(Math.abs(medianMs))} ${way} its agents', which agree with each ` +
    'other. Nothing is called missing or late until it is set right.'
  );
}

/** Whether the agents bear witness that the collector's clock is true. Without two of them nobody does. */
export function clockIsVouchedFor(offsetsMs: readonly number[], skewMaxMs: number): boolean {
  const { medianMs, agreeing } = agreementOf(offsetsMs, skewMaxMs);
  return agreeing && Math.abs(medianMs) <= skewMaxMs;
}

function agreementOf(offsetsMs: readonly number[], skewMaxMs: number) {
  const medianMs = offsetsMs[Math.floor(offsetsMs.length / 2)] ?? 0;
  const close = offsetsMs.filter((one) => Math.abs(one - medianMs) <= skewMaxMs).length;
  return {
    medianMs,
    agreeing: close >= AGREEING_MIN && close >= offsetsMs.length * AGREEING_SHARE_MIN,
  };
}
