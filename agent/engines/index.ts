/** Every engine, one line each. A kind without one does not compile. */
import type { JobKind } from '../../proto/job.ts';
import type { JobSpec } from '../job-spec.ts';
import { command } from './command.ts';
import { files } from './files.ts';
import { postgresDump } from './postgres-dump.ts';
import type { Engine } from './types.ts';

const ENGINES: { [Kind in JobKind]: Engine<Extract<JobSpec, { kind: Kind }>> } = {
  files,
  'postgres-dump': postgresDump,
  command,
};

/** The engine of a job's kind. */
export function engineOf(job: JobSpec): Engine {
  // The table pairs each kind with an engine for just that kind; the lookup by the job's own kind keeps it.
  return ENGINES[job.kind] as unknown as Engine;
}
