/** Asks the running collector; without one, works on its database. */
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '../../proto/clock.ts';
import { UserError } from '../../proto/errors.ts';
import { Alerting } from '../alerting.ts';
import { Authority } from '../authority/authority.ts';
import type { CollectorSettings } from '../settings.ts';
import { openStore } from '../store/open.ts';
import { acknowledgeWith } from './acknowledge.ts';
import { DATABASE } from './backup.ts';
import { type OperationName, operations, type ResultOf } from './operations.ts';
import { type ControlAnswer, socketPath } from './protocol.ts';

/** @throws UserError with what the collector says */
export async function ask<N extends OperationName>(
  settings: CollectorSettings,
  operation: N,
  given: Record<string, unknown>,
): Promise<ResultOf<N>> {
  const answer = await overSocket(socketPath(settings.data), operation, given);
  if (answer === null) return onDatabase(settings, operation, given);
  if (!answer.ok) {
    throw new UserError(answer.error, {
      exitCode: answer.exitCode,
      ...(answer.next === undefined ? {} : { next: answer.next }),
    });
  }
  return answer.result as ResultOf<N>;
}

/** Null when nobody listens. */
function overSocket(file: string, operation: string, given: unknown): Promise<ControlAnswer | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(file);
    let text = '';
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(`${JSON.stringify({ operation, arguments: given })}\n`));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => {
      try {
        resolve(JSON.parse(text) as ControlAnswer);
      } catch {
        reject(new UserError('the collector ended the connection without an answer; its log says why'));
      }
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') return resolve(null);
      const next = error.code === 'EACCES' ? 'use sudo, or join the group that owns the socket' : undefined;
      reject(
        new UserError(`${file} cannot be opened: ${error.message}`, {
          cause: error,
          ...(next ? { next } : {}),
        }),
      );
    });
  });
}

async function onDatabase<N extends OperationName>(
  settings: CollectorSettings,
  operation: N,
  given: unknown,
): Promise<ResultOf<N>> {
  const file = join(settings.data, DATABASE);
  if (!existsSync(file)) {
    throw new UserError(`there is no collector in ${settings.data}`, {
      next: `name its folder with --data or its configuration with --config, or make one: backproof-collector init --data ${settings.data} --host NAME`,
    });
  }
  const store = openStore(file);
  try {
    const alerting = new Alerting({ store, routes: settings.routes, publicUrl: settings.publicUrl });
    const context = {
      store,
      clock: systemClock,
      settings,
      authority: Authority.open(settings.data),
      running: null,
      acknowledge: acknowledgeWith(store, alerting, systemClock),
    };
    return (await operations[operation].run(context, given)) as ResultOf<N>;
  } finally {
    store.close();
  }
}
