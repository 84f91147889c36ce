/** Every engine, one line each. A kind without one does not compile. */
import type { JobKind } from '../../proto/job.ts';
import type { JobSpec } from '../config/job-spec.ts';
import { command } from './command.ts';
import { files } from './files.ts';
import { mysqlDump } from './mysql-dump.ts';
import { observed } from './observed.ts';
import { postgresDump } from './postgres-dump.ts';
import { postgresPitr } from './postgres-pitr.ts';
import { prune } from './prune.ts';
import type { Engine, SpecFinding } from './types.ts';

const ENGINES: { [Kind in JobKind]: Engine<Extract<JobSpec, { kind: Kind }>> } = {
  files,
  'postgres-dump': postgresDump,
  'mysql-dump': mysqlDump,
  'postgres-pitr': postgresPitr,
  command,
  observed,
  prune,
};

/** The engine of a job's kind. */
export function engineOf(job: JobSpec): Engine {
  // The table pairs each kind with an engine for just that kind; the lookup by the job's own kind keeps it.
  return ENGINES[job.kind] as unknown as Engine;
}

/** What the engine of a job's kind says about its keys in agent.yaml; nothing for a kind nobody knows. */
export function checkJob(raw: Record<string, unknown>): SpecFinding[] {
  const engine = Object.values(ENGINES).find(({ kind }) => kind === raw.kind);
  return engine ? engine.validate(raw) : [];
}
