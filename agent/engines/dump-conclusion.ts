/** What the engines that dump databases allow, and how they put into words what came of a run. Pure. */
import type { RunWarning } from '../../proto/run.ts';
import type { PartsJudged } from './dump-parts.ts';
import { named } from './dump-words.ts';
import { type Conclusion, failed, type ProcessSeen, type SpecFinding } from './types.ts';

/** What a schema cannot express, alike for every kind of server. */
export function dumpFindings(raw: Record<string, unknown>): SpecFinding[] {
  const findings: SpecFinding[] = [];
  const names = Array.isArray(raw.databases) ? raw.databases.map(String) : [];
  if (new Set(names).size < names.length) findings.push({ key: 'databases', allowed: 'each database once' });
  for (const key of ['replica_lag_max', 'fallback']) {
    if (raw[key] !== undefined && raw.take_from !== 'replica')
      findings.push({ key, allowed: 'nothing, unless take_from is replica' });
  }
  return findings;
}

/** For people. */
export function dumpSources({ databases }: { databases: 'all' | string[] }): string[] {
  return databases === 'all' ? ['all databases'] : databases;
}

/** No server was fit to be dumped. */
export function refusedBy(refused: string, question: ProcessSeen | null): Conclusion {
  return failed(refused, { exitCode: question?.exitCode ?? null, signal: question?.signal ?? null });
}

export interface DumpsSaid {
  judged: PartsJudged;
  /** Beside what `judged` names: whatever keeps the run from being a success. */
  problems: string[];
  /** What is worth a warning; '' is nothing. */
  remarks: string[];
  warnings: RunWarning[];
  /** How many dumps there should be, and how many databases were dumped. */
  parts: number;
  databases: number;
  excluded: string[];
  /** 'globals', 'users': what came along. */
  alongside: string;
  /** Which server it was taken from. */
  server: string;
}

/** Problems first, then what is good all the same, then what is worth a warning. */
export function concludeDumps(said: DumpsSaid): Conclusion {
  const { problems: partProblems, ...judged } = said.judged;
  const { warnings, databases, excluded, alongside, server } = said;
  const evidence = { ...judged, warnings, warningsTotal: warnings.length };
  const problems = [...said.problems, ...partProblems];
  const remarks = said.remarks.filter(Boolean);
  if (problems.length > 0) {
    const good = judged.recoveryPoints.length;
    const rest = good > 0 ? [`${good} of ${said.parts} dumps are good, from ${server}.`] : [];
    return failed([...problems, ...rest, ...remarks].join(' '), evidence);
  }
  const left = excluded.length > 0 ? `; ${excluded.length} excluded (${named(excluded)})` : '';
  const made = `${databases} ${databases === 1 ? 'database' : 'databases'} and the ${alongside} dumped from ${server}, seen in the repository${left}.`;
  const outcome = remarks.length > 0 ? 'warning' : 'succeeded';
  return { ...evidence, outcome, reason: [...remarks, made].join(' ') };
}
