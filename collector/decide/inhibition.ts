/**
 * When one alert speaks for many. A dead host speaks for its jobs by making their absences unknown
 * (assurances/absence.ts); here a dead fleet speaks for its hosts. Pure.
 */
import type { Verdict } from '../assurances/types.ts';
import { moment } from '../assurances/wording.ts';
import type { FleetLine } from '../store/types.ts';

/** One host alone is agent_silent. */
const FLEET_HOSTS_MIN = 2;

export interface FleetPromise {
  silentAfterMs: number;
  silenceCountsFromMs: number;
}

/**
 * fleet_silent when every agent - two at least - is gone, the first of them for longer than allowed, and they
 * went together: within the time that makes one of them silent. It stays until any of them is back.
 */
export function judgeFleet(
  line: FleetLine,
  promise: FleetPromise,
  firing: boolean,
  nowMs: number,
): Pick<Verdict, 'rule' | 'reason'> {
  const { hosts, connected, firstLostAtMs, lastLostAtMs } = line;
  if (hosts < FLEET_HOSTS_MIN || firstLostAtMs === null || lastLostAtMs === null) {
    return { rule: null, reason: 'There are fewer than two agents that could fall silent together.' };
  }
  if (connected > 0) return { rule: null, reason: `${connected} of ${hosts} agents are connected.` };
  const deadlineMs = Math.max(firstLostAtMs + promise.silentAfterMs, promise.silenceCountsFromMs);
  const together = lastLostAtMs - firstLostAtMs <= promise.silentAfterMs;
  if (!firing && (nowMs <= deadlineMs || !together)) {
    return { rule: null, reason: 'The agents did not fall silent together.' };
  }
  return {
    rule: 'fleet_silent',
    reason:
      `All ${hosts} agents fell silent together; the last was heard ${moment(lastLostAtMs)}. ` +
      'Look at the network and at the collector first.',
  };
}
