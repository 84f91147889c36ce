import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { LocalClient } from '../../../agent/local-socket/client.ts';
import { LocalSocket } from '../../../agent/local-socket.ts';
import type { RestoreRecords } from '../../../agent/restore/records.ts';
import type { ExecRuns } from '../../../agent/runner/exec.ts';
import { ProtocolError } from '../../../proto/errors.ts';
import { temporaryFolder } from '../../support/folder.ts';

it('refuses what a caller says when it cannot be written down, and goes on', async () => {
  const file = join(temporaryFolder(), 'agent.sock');
  const execRuns = {
    begin: () => {
      throw new ProtocolError('started_at_ms is out of its range');
    },
    lost: () => {},
  } as unknown as ExecRuns;
  const local = await LocalSocket.listen({
    file,
    scheduler: { request: () => ({ accepted: false, reason: 'no such job' }) },
    execRuns,
    restores: { heard: () => 'not here', lost: () => {} } as unknown as RestoreRecords,
    acceptRepository: () => ({ accepted: false, reason: 'nothing to accept' }),
    status: () => {
      throw new Error('the disk is gone');
    },
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => local.close());
  const client = await LocalClient.open(file);
  client.send({ type: 'exec-started', runId: 'a', job: 'legacy', startedAtMs: 9e15 });
  expect(await client.receive()).toEqual({ type: 'refused', reason: 'started_at_ms is out of its range' });
  client.send({ type: 'status' });
  expect(await client.receive()).toEqual({ type: 'refused', reason: 'the disk is gone' });
  client.close();
});
