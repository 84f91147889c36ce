/** DATA/collector.sock: the collector's commands ask here. Who may open it may do everything. */
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { messageOf, UserError } from '../../proto/errors.ts';
import { type OperationContext, type OperationName, operations } from './operations.ts';
import {
  type ControlAnswer,
  type ControlRequest,
  REQUEST_BYTES_MAX,
  REQUEST_WITHIN_MS,
  socketPath,
} from './protocol.ts';

/** Owner and group: whoever is in the collector's group. */
const SOCKET_MODE = 0o660;

/** @throws UserError when another collector runs on this folder */
export async function refuseSecond(dataDir: string): Promise<void> {
  if (!(await isAnswered(socketPath(dataDir)))) return;
  throw new UserError(`another collector is running on ${dataDir}`, {
    next: 'stop it first, or give this one a folder of its own with `data:`',
  });
}

/** Takes the place of a socket file that a killed collector left behind. */
export async function startControl(
  context: OperationContext,
  log: Logger,
): Promise<{ file: string; stop(): Promise<void> }> {
  const file = socketPath(context.settings.data);
  await refuseSecond(context.settings.data);
  rmSync(file, { force: true });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', (error) => log.debug({ err: error }, 'a command went away'));
    // A command that asks nothing in time, or goes away, must not take the collector with it.
    serve(socket, context, log).catch((error: unknown) => {
      log.debug({ err: error }, 'a command went away without asking');
      socket.destroy();
    });
  });
  await listen(server, file);
  chmodSync(file, SOCKET_MODE);
  return {
    file,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

async function serve(socket: Socket, context: OperationContext, log: Logger): Promise<void> {
  socket.setTimeout(REQUEST_WITHIN_MS, () => socket.destroy());
  let text = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk as string;
    if (text.length > REQUEST_BYTES_MAX) {
      socket.destroy();
      return;
    }
    if (text.includes('\n')) break;
  }
  socket.setTimeout(0);
  const answer = await answerTo(text, context, log);
  socket.end(`${JSON.stringify(answer)}\n`);
}

async function answerTo(text: string, context: OperationContext, log: Logger): Promise<ControlAnswer> {
  try {
    const request = JSON.parse(text) as ControlRequest;
    if (!Object.hasOwn(operations, request.operation)) {
      throw new UserError(
        `this collector does not know "${request.operation}"; is it older than the command?`,
      );
    }
    return {
      ok: true,
      result: await operations[request.operation as OperationName].run(context, request.arguments),
    };
  } catch (error) {
    if (!(error instanceof UserError)) log.warn({ err: error }, 'a command failed');
    return failure(error);
  }
}

export function failure(error: unknown): ControlAnswer {
  const { next, exitCode } = error instanceof UserError ? error : { next: undefined, exitCode: 1 as const };
  return { ok: false, error: messageOf(error), exitCode, ...(next === undefined ? {} : { next }) };
}

function listen(server: Server, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new UserError(`${file} cannot be made: ${error.message}`, { cause: error })),
    );
    server.listen(file, resolve);
  });
}

/** A socket file stays behind a killed collector; only a live one answers. */
function isAnswered(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(file);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
