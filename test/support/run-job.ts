/** Runs a job of an agent by its socket, as `start --wait` does. */
import { LocalClient } from '../../agent/local-socket/client.ts';
import type { RunFinished } from '../../proto/run.ts';

/** @returns the run once it is finished, however it ended. */
export async function runJob(socket: string, job: string): Promise<RunFinished> {
  const client = await LocalClient.open(socket);
  client.send({ type: 'start', job, wait: true });
  for (;;) {
    const message = await client.receive();
    if (message === null) throw new Error('the agent is gone');
    if (message.type === 'refused') throw new Error(message.reason);
    if (message.type !== 'finished') continue;
    client.close();
    return message.run;
  }
}
