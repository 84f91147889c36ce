import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { RestoreRecorder } from '../../../../agent/commands/restore-recorder.ts';
import { UserError } from '../../../../proto/errors.ts';
import type { RestoreOrder } from '../../../../proto/restore.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

/** An agent that refuses whatever it is told. */
async function recorderRefused(reason: string): Promise<RestoreRecorder> {
  const socket = join(temporaryFolder(), 'agent.sock');
  const server = createServer((connection) =>
    connection.once('data', () => connection.end(`${JSON.stringify({ type: 'refused', reason })}\n`)),
  );
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => void server.close());
  return new RestoreRecorder({
    socket,
    clock: new FakeClock(0),
    say: () => {},
    signal: new AbortController().signal,
  });
}

it('says why the agent refuses a restore, and advises to ask again only where that helps', async () => {
  const begin = async (reason: string) =>
    (await recorderRefused(reason))
      .started({ restoreId: 'r-1' } as RestoreOrder, { approval: 'not-needed', approvedBy: '' })
      .then(
        () => 'it began',
        (error: unknown) => (error instanceof UserError ? [error.message, error.next] : error),
      );
  expect(await begin('the disk is full')).toEqual(['not restored: the disk is full', undefined]);
  const expired = 'the approval has expired; ask again with --request';
  expect(await begin(expired)).toEqual([`not restored: ${expired}`, undefined]);
});
