/** Whether a MySQL or MariaDB replica is near enough to its sources to take a dump from. Pure. */
import { formatDuration } from '../../proto/duration.ts';
import type { ReplicaChannel } from '../tools/mysql-replica.ts';

/** `how`: `replicating from db1:3306, 0s behind`; `why`: half a sentence. */
export type ChannelsVerdict = { fit: true; how: string } | { fit: false; why: string };

/**
 * @param channels at least one.
 * @param lagMaxMs how old the data may be; null: it has to replicate, however late.
 */
export function judgeChannels(channels: readonly ReplicaChannel[], lagMaxMs: number | null): ChannelsVerdict {
  const problems = channels.map((channel) => problemOf(channel, lagMaxMs)).filter((why) => why !== null);
  if (problems.length > 0) return { fit: false, why: problems.join('; ') };
  const sources = channels.map(({ source }) => source).join(' and ');
  const lagMs = Math.max(...channels.map((channel) => channel.lagMs!));
  return { fit: true, how: `replicating from ${sources}, ${formatDuration(lagMs)} behind` };
}

function problemOf({ name, source, io, sql, lagMs, error }: ReplicaChannel, lagMaxMs: number | null) {
  const from = `${source}${name === '' ? '' : ` (connection ${name})`}`;
  const because = error === '' ? '' : `, because of "${error}"`;
  if (sql !== 'Yes')
    return `it does not apply what comes from ${from} (SQL thread: ${sql || 'absent'})${because}`;
  if (io !== 'Yes') return `it receives nothing from ${from} (IO thread: ${io || 'absent'})${because}`;
  // With both threads running it is still NULL while nothing is connected: no number is no zero.
  if (lagMs === null) return `it does not know how far it is behind ${from} (Seconds_Behind is NULL)`;
  if (lagMaxMs !== null && lagMs > lagMaxMs)
    return `it is ${formatDuration(lagMs)} behind ${from} (allowed: ${formatDuration(lagMaxMs)})`;
  return null;
}

/**
 * What a dump of this replica lacks, though it follows; '' when it has all that its sources have.
 * @param isExcluded whether a database is left out of the dumps anyway.
 */
export function filterRemark(
  channels: readonly ReplicaChannel[],
  isExcluded: (database: string) => boolean,
): string {
  const filters = channels.flatMap(({ source, filters: own }) =>
    own.flatMap(({ rule, of }) => {
      const missed = IGNORING.includes(rule)
        ? of.filter((name) => !isExcluded(name.replace(/\.%$/, '')))
        : of;
      return missed.length === 0 ? [] : [`${rule}: ${missed.join(', ')} from ${source}`];
    }),
  );
  if (filters.length === 0) return '';
  return `The replica does not take everything from its source (${filters.join('; ')}), and what it has not is in no dump of it: dump from the primary, or name what may be missing in exclude_databases.`;
}

/** Those that name databases. */
const IGNORING = ['Replicate_Ignore_DB', 'Replicate_Wild_Ignore_Table'];
