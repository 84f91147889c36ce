/** Which of the waiting runs may begin: one run a job, one job a repository at a time. Pure. */

export interface Occupied {
  job: string;
  /** Its location, whatever a job calls it; null for jobs that use none. */
  repository: string | null;
}

/** The waiting runs that may begin now, first come first served; they count as running for those behind. */
export function whoMayBegin<Waiting extends Occupied>(
  waiting: readonly Waiting[],
  running: readonly Occupied[],
): Waiting[] {
  const jobs = new Set(running.map((one) => one.job));
  const repositories = new Set(running.map((one) => one.repository));
  const begin: Waiting[] = [];
  for (const one of waiting) {
    if (jobs.has(one.job)) continue;
    if (one.repository !== null && repositories.has(one.repository)) continue;
    jobs.add(one.job);
    repositories.add(one.repository);
    begin.push(one);
  }
  return begin;
}

/** Why a run that somebody asks for is refused, null when it may wait for its turn. */
export function refusalToStart(
  job: string,
  running: readonly { job: string; runId: string }[],
  waiting: readonly { job: string }[],
): string | null {
  const run = running.find((one) => one.job === job);
  if (run) return `${job} is running already (run ${run.runId})`;
  if (waiting.some((one) => one.job === job)) return `${job} is waiting for its repository already`;
  return null;
}
