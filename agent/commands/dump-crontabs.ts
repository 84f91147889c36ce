/**
 * `backproof-agent dump-crontabs`: every user's crontab into ~/.crontab-dump. Root does it; anybody else asks
 * the unit backproof-crontabs, whose socket the agent's group may connect to, and passes its answer on.
 */
import { connect } from 'node:net';
import type { Clock } from '../../proto/clock.ts';
import { messageOf, UserError } from '../../proto/errors.ts';
import { readEnvironment } from '../config.ts';
import { type CrontabPlaces, dumpCrontabs } from '../crontabs/dump.ts';
import { startProcess } from '../process.ts';
import { CRONTABS_SOCKET, type PasswdEntry, parsePasswd, SAID_BYTES_MAX } from '../tools/crontabs.ts';

const PLACES: CrontabPlaces = {
  spool: '/var/spool/cron/crontabs',
  state: '/var/lib/backproof-crontabs',
};
/** Names in one question to getent: an argv has its bound. */
const LOOKED_UP_AT_ONCE = 500;

export async function dumpAllCrontabs(clock: Clock, print: (text: string) => void): Promise<void> {
  if (process.getuid!() !== 0) return askUnit(CRONTABS_SOCKET, print);
  try {
    await dumpCrontabs(
      PLACES,
      (names) => lookUp(names, clock),
      (line) => print(JSON.stringify(line)),
    );
  } catch (error) {
    throw new UserError(`no crontab was dumped: ${messageOf(error)}`);
  }
}

function askUnit(socket: string, print: (text: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    connection.setEncoding('utf8');
    let said = '';
    connection.on('data', (text: string) => {
      said += text;
      if (said.length > SAID_BYTES_MAX) connection.destroy(new Error('it says too much'));
    });
    connection.once('error', (error) => {
      const next = 'run: systemctl enable --now backproof-crontabs.socket';
      reject(new UserError(`${socket} cannot be asked: ${messageOf(error)}`, { next }));
    });
    connection.once('end', () => {
      print(said.trimEnd());
      resolve();
    });
  });
}

/** Asks every place that knows users (nsswitch.conf), not only /etc/passwd. */
async function lookUp(names: string[], clock: Clock): Promise<PasswdEntry[]> {
  const found: PasswdEntry[] = [];
  for (let from = 0; from < names.length; from += LOOKED_UP_AT_ONCE) {
    const argv = ['getent', 'passwd', '--', ...names.slice(from, from + LOOKED_UP_AT_ONCE)];
    const env = readEnvironment().variables;
    const { exitCode, startError, stdout } = await startProcess(
      { argv, env, stdoutBytesMax: SAID_BYTES_MAX },
      clock,
    ).result;
    // 2: one of them does not exist (getent(1)).
    if (startError !== null || (exitCode !== 0 && exitCode !== 2))
      throw new Error(startError ?? `getent ended with exit code ${exitCode}`);
    found.push(...parsePasswd(stdout));
  }
  return found;
}
