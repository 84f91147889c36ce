/** `backproof-agent start JOB [--wait]`: asks the running agent to run a job now. */
import { UserError } from '../../proto/errors.ts';
import { printable } from '../../proto/printable.ts';
import { leavesEvidence } from '../../proto/run.ts';
import { LocalClient } from '../local-socket/client.ts';

/** @returns the exit code: 1 when the run that was waited for left nothing to restore. */
export async function startJob(
  options: { socket: string; job: string; wait: boolean; json: boolean },
  print: (text: string) => void,
): Promise<0 | 1> {
  const client = await LocalClient.open(options.socket);
  try {
    client.send({ type: 'start', job: options.job, wait: options.wait });
    const answer = await client.receive();
    if (answer?.type !== 'accepted') {
      const reason = answer?.type === 'refused' ? answer.reason : 'the agent gave no answer';
      throw new UserError(`${options.job} was not started: ${reason}`, {
        next: 'backproof-agent status shows the jobs and what they do',
      });
    }
    if (!options.json) print(`${options.job}: ${answer.reason}`);
    return options.wait ? await waitFor(client, options, print) : 0;
  } finally {
    client.close();
  }
}

async function waitFor(
  client: LocalClient,
  options: { job: string; json: boolean },
  print: (text: string) => void,
): Promise<0 | 1> {
  for (;;) {
    const message = await client.receive();
    if (message === null)
      throw new UserError(`the agent stopped before ${options.job} had ended`, {
        next: 'backproof-agent status tells how it ended',
      });
    if (message.type !== 'finished') continue;
    const { run } = message;
    print(
      options.json
        ? JSON.stringify(run, null, 2)
        : printable(`${options.job}: ${run.outcome}. ${run.reason}`),
    );
    return leavesEvidence(run.outcome) ? 0 : 1;
  }
}
