/** Asking an agent to run a job now, for the API and for the page's button. */
import { messageOf } from '../../proto/errors.ts';
import type { JobRow } from '../store/types.ts';
import type { WebContext } from './context.ts';

/** An agent answers at once: it only looks whether the job may start. */
const ANSWER_WITHIN_MS = 10_000;

export async function askToRun(
  web: Pick<WebContext, 'sessions' | 'store' | 'clock'>,
  job: JobRow,
  by: string,
): Promise<{ accepted: boolean; reason: string }> {
  const subject = `job:${job.host}/${job.job}`;
  const nowMs = web.clock.nowMs();
  web.store.system.journal({ actor: by, action: 'run-job', subject, detail: '' }, nowMs);
  try {
    return await web.sessions.request(job.hostId, { type: 'run-job', job: job.job }, ANSWER_WITHIN_MS);
  } catch (error) {
    return { accepted: false, reason: messageOf(error) };
  }
}
