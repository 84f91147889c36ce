/** The agent's unix socket: `start`, `exec` and `status` speak to it. */
import { chmodSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import { messageOf, UserError } from '../proto/errors.ts';
import type { RestoreDecision } from '../proto/restore.ts';
import {
  type AgentStatus,
  type FromAgent,
  type FromClient,
  LOCAL_LINE_BYTES_MAX,
  parseFromClient,
} from './local-socket/protocol.ts';
import { LineSplitter } from './process/lines.ts';
import type { RestoreRecords } from './restore/records.ts';
import type { ExecRuns } from './runner/exec.ts';
import type { Scheduler } from './scheduler.ts';

/** Every running `exec` and waiting `start` holds one. */
const CONNECTIONS_MAX = 256;
/** A connection that has said nothing for this long and waits for nothing is closed. */
const SILENT_AFTER_MS = 30_000;
/** Owner and group: the group `backproof` may start and report runs. */
const SOCKET_MODE = 0o660;

export interface LocalSocketDeps {
  file: string;
  scheduler: Pick<Scheduler, 'request'>;
  execRuns: ExecRuns;
  status: () => AgentStatus;
  /** A person says that what was found in a repository's place is right. */
  acceptRepository: (name: string) => { accepted: boolean; reason: string };
  restores: RestoreRecords;
  log: Logger;
}

export class LocalSocket {
  readonly #deps: LocalSocketDeps;
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

  private constructor(deps: LocalSocketDeps) {
    this.#deps = deps;
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = CONNECTIONS_MAX;
  }

  /** Throws UserError when another agent answers at this socket. */
  static async listen(deps: LocalSocketDeps): Promise<LocalSocket> {
    await refuseSecondAgent(deps.file);
    mkdirSync(dirname(deps.file), { recursive: true, mode: 0o700 });
    const local = new LocalSocket(deps);
    await new Promise<void>((resolve, reject) => {
      local.#server.once('error', reject);
      local.#server.listen(deps.file, resolve);
    });
    chmodSync(deps.file, SOCKET_MODE);
    return local;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    this.#connections.add(socket);
    let execRunId: string | null = null;
    let restoreId: string | null = null;
    const send = (message: FromAgent) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
    };
    const splitter = new LineSplitter(LOCAL_LINE_BYTES_MAX, (line) => {
      const message = parseFromClient(line);
      if (!message) {
        send({ type: 'refused', reason: 'this is no message that this version of the agent knows' });
        socket.end();
        return;
      }
      // A running command may be silent for hours, and so may the run that somebody waits for.
      if (message.type === 'exec-started' || message.type === 'start') socket.setTimeout(0);
      if (message.type === 'exec-started') execRunId = message.runId;
      if (message.type === 'restore') {
        socket.setTimeout(0);
        restoreId = message.body.value.order.restoreId;
      }
      try {
        this.#answer(message, send);
      } catch (error) {
        this.#refuse(message, error, send);
      }
    });
    socket.setEncoding('utf8');
    socket.setTimeout(SILENT_AFTER_MS, () => socket.destroy());
    socket.on('data', (text: string) => splitter.add(text));
    socket.on('error', (error) => this.#deps.log.debug({ err: error }, 'a local connection broke'));
    socket.on('close', () => {
      this.#connections.delete(socket);
      if (execRunId !== null) this.#deps.execRuns.lost(execRunId);
      if (restoreId !== null) this.#deps.restores.lost(restoreId);
    });
  }

  /** What a caller says may break a bound of the wire, and the disk may fail: neither may end the agent. */
  #refuse(message: FromClient, error: unknown, send: (message: FromAgent) => void): void {
    this.#deps.log.warn({ err: error, type: message.type }, 'a local message could not be answered');
    send({ type: 'refused', reason: messageOf(error) });
  }

  #answer(message: FromClient, send: (message: FromAgent) => void): void {
    const { scheduler, execRuns, status, acceptRepository, restores } = this.#deps;
    switch (message.type) {
      case 'status':
        send({ type: 'status', status: status() });
        break;
      case 'start':
        this.#start(message.job, message.wait, scheduler, send);
        break;
      case 'accept-repository': {
        const { accepted, reason } = acceptRepository(message.repository);
        send({ type: accepted ? 'accepted' : 'refused', reason });
        break;
      }
      case 'restore': {
        const tell = (decision: RestoreDecision) => send({ type: 'restore-decided', decision });
        const refused = restores.heard(message.body, tell);
        const { connected } = status().collector;
        send(refused === null ? { type: 'recorded', connected } : { type: 'refused', reason: refused });
        break;
      }
      case 'exec-started': {
        const reason = execRuns.begin(message.runId, message.job, message.startedAtMs);
        send(reason === null ? { type: 'begun', runId: message.runId } : { type: 'refused', reason });
        break;
      }
      case 'exec-finished': {
        void execRuns.finish(message.report).then(
          (result) =>
            send(
              'run' in result
                ? { type: 'finished', run: result.run }
                : { type: 'refused', reason: result.refused },
            ),
          (error: unknown) => this.#refuse(message, error, send),
        );
      }
    }
  }

  #start(
    job: string,
    wait: boolean,
    scheduler: LocalSocketDeps['scheduler'],
    send: (message: FromAgent) => void,
  ): void {
    const answer = scheduler.request(job, 'manual');
    if (!answer.accepted) {
      send({ type: 'refused', reason: answer.reason });
      return;
    }
    send({ type: 'accepted', reason: answer.reason });
    if (!wait) return;
    void answer.began.then(async ({ runId, finished }) => {
      send({ type: 'begun', runId });
      send({ type: 'finished', run: await finished });
    });
  }
}

/** A socket file nobody answers at was left by an agent that was killed. */
async function refuseSecondAgent(file: string): Promise<void> {
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect(file);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
  if (answered) {
    throw new UserError(`another agent is running already: it answers at ${file}`, {
      next: 'stop it first, or give this one another data folder',
    });
  }
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
