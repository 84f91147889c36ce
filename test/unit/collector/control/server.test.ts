import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import type { OperationContext } from '../../../../collector/control/operations.ts';
import { startControl } from '../../../../collector/control/server.ts';
import { temporaryFolder } from '../../../support/folder.ts';

it('outlives a command that connects and asks nothing', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  onTestFinished(() => {
    process.off('unhandledRejection', note);
  });
  const context = { settings: { data: temporaryFolder() } } as unknown as OperationContext;
  const control = await startControl(context, pino({ level: 'silent' }));
  const socket = connect(control.file);
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  await new Promise((resolve) => setImmediate(resolve));
  // Cuts the connection off on the server's side, as the time limit does.
  await control.stop();
  await closed;
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).toEqual([]);
});
