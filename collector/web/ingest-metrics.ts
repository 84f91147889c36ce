/** What ingest counts, as Prometheus knows it. */
import type { Counter } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** The counts, as ingest/context.ts keeps them: this part must not know that part. */
export interface IngestCounts {
  turnedAway: Record<string, number>;
  refused: Record<string, number>;
  sessions: number;
  commits: number;
  commitFailures: number;
  records: Record<string, number>;
  repeatedRuns: number;
}

export function watchIngest(metrics: Metrics, counts: IngestCounts): void {
  const each =
    <L extends string>(label: L, of: () => Record<string, number>) =>
    (counter: Counter<L>) => {
      for (const [word, count] of Object.entries(of())) {
        counter.inc({ [label]: word } as Record<L, string>, count);
      }
    };
  metrics.counter(
    'backproof_connections_turned_away_total',
    'Connections that never became a session, by why.',
    ['why'],
    each('why', () => counts.turnedAway),
  );
  metrics.counter(
    'backproof_sessions_refused_total',
    'Sessions ended by the collector, by code.',
    ['code'],
    each('code', () => counts.refused),
  );
  metrics.counter(
    'backproof_records_total',
    'Records stored, by type.',
    ['type'],
    each('type', () => counts.records),
  );
  const single: [name: string, help: string, of: () => number][] = [
    ['backproof_sessions_total', 'Connections of agents accepted.', () => counts.sessions],
    ['backproof_commits_total', 'Transactions that stored records.', () => counts.commits],
    ['backproof_commit_failures_total', 'Transactions that could not.', () => counts.commitFailures],
    ['backproof_repeated_runs_total', 'Runs that had been stored before.', () => counts.repeatedRuns],
  ];
  for (const [name, help, of] of single) metrics.counter(name, help, [], (counter) => counter.inc(of()));
}
