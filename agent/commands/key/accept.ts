/** `backproof-agent key accept REPOSITORY`: what was found in its place is right; the running agent is told. */
import { UserError } from '../../../proto/errors.ts';
import { leaveMandate, takeBackMandate } from '../../app/accept.ts';
import { loadConfig } from '../../config.ts';
import { LocalClient } from '../../local-socket/client.ts';

/** @throws UserError when there is nothing to accept, the caller may not, or no agent runs. */
export async function acceptKey(
  options: { configFile: string; repository: string },
  print: (text: string) => void,
): Promise<void> {
  const { socket, dataDir, repositories, jobs } = await loadConfig(options.configFile, undefined, {
    secrets: false,
  });
  const { repository: name } = options;
  const known = [...repositories, ...jobs.flatMap((job) => job.repository ?? [])];
  if (!known.some((one) => one.name === name)) {
    throw new UserError(`${options.configFile} has no repository "${name}"`, { exitCode: 2 });
  }
  const client = await LocalClient.open(socket);
  try {
    leaveMandate(dataDir, name);
    client.send({ type: 'accept-repository', repository: name });
    const answer = await client.receive();
    if (answer?.type !== 'accepted') {
      const reason = answer?.type === 'refused' ? answer.reason : 'the agent gave no answer';
      throw new UserError(`nothing was accepted: ${reason}`, {
        next: 'the newest run of a job that uses it says what was found: backproof-agent status',
      });
    }
    print(`${answer.reason}.`);
  } finally {
    takeBackMandate(dataDir, name);
    client.close();
  }
}
