/** Query and path parameters that several routes share, as JSON Schema. */
import { NAME_CHARS_MAX } from '../../../proto/limits.ts';
import { STATES } from '../../assurances/types.ts';

export const LIST_LIMIT_DEFAULT = 100;
export const LIST_LIMIT_MAX = 1_000;
/** Each run comes with its log. */
export const RUNS_LIMIT_DEFAULT = 20;
export const RUNS_LIMIT_MAX = 100;
const SEARCH_CHARS_MAX = 100;
const CURSOR_CHARS_MAX = 200;

const name = { type: 'string', minLength: 1, maxLength: NAME_CHARS_MAX };

export const known = {
  host: { ...name, description: 'Only this host.' },
  job: { ...name, description: 'Only this job.' },
  customer: { ...name, description: 'Only this customer.' },
  state: { type: 'string', enum: STATES, description: 'Only jobs whose worst assurance is in this state.' },
  search: { type: 'string', maxLength: SEARCH_CHARS_MAX, description: 'Part of a host or job name.' },
  removed: { type: 'boolean', default: false, description: 'Also jobs that are no longer declared.' },
  missing: {
    type: 'boolean',
    default: false,
    description: 'Also what a complete inventory of the repository no longer shows.',
  },
  cursor: {
    type: 'string',
    maxLength: CURSOR_CHARS_MAX,
    description: 'From the `next` address in the Link header of the page before.',
  },
  limit: { type: 'integer', minimum: 1, maximum: LIST_LIMIT_MAX, default: LIST_LIMIT_DEFAULT },
  runsLimit: { type: 'integer', minimum: 1, maximum: RUNS_LIMIT_MAX, default: RUNS_LIMIT_DEFAULT },
  alertState: { type: 'string', enum: ['firing', 'resolved'] },
} as const;

/** What every list of things that belong to jobs can be narrowed by. */
export const ofJobs = {
  host: known.host,
  job: known.job,
  customer: known.customer,
  cursor: known.cursor,
  limit: known.limit,
} as const;

/** An object schema that refuses what it does not know. */
export function query(properties: Record<string, object>) {
  return { type: 'object', additionalProperties: false, properties };
}
