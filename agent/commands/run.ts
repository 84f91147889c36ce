/** `backproof-agent run`: the agent itself, until a signal ends it. */
import { type Logger, pino } from 'pino';
import { systemClock } from '../../proto/clock.ts';
import { messageOf, UserError } from '../../proto/errors.ts';
import { journalOf } from '../../proto/journal-log.ts';
import { VERSION } from '../../proto/version.ts';
import { dumpGuardArgv, startAgent } from '../app.ts';
import { enterZone, loadConfig, readEnvironment } from '../config.ts';
import { checkJob } from '../engines/index.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'];

export async function runAgent(options: { configFile: string; logLevel: string }): Promise<void> {
  if (!LOG_LEVELS.includes(options.logLevel))
    throw new UserError(`"${options.logLevel}" is no log level`, {
      next: `choose one of ${LOG_LEVELS.join(', ')}`,
      exitCode: 2,
    });
  const environment = readEnvironment();
  await enterZone(options.configFile);
  const config = await loadConfig(options.configFile, checkJob);
  // As this program was started: what asks the units is another command of it.
  const self = [process.execPath, ...process.execArgv, process.argv[1]!];
  const form = { level: options.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const journal = journalOf(environment.variables.JOURNAL_STREAM);
  const log = journal === null ? pino(form) : pino(form, journal);
  // Many programs read their configuration anew at it. Unheard it would end this one, and the run it is at.
  process.on('SIGHUP', () => void sayWhetherSound(options.configFile, log));
  const agent = await startAgent(config, environment, {
    clock: systemClock,
    log,
    random: Math.random,
    agentVersion: VERSION,
    nodeVersion: process.version,
    dumpGuard: dumpGuardArgv(),
    isRoot: process.getuid?.() === 0,
    crontabs: [...self, 'dump-crontabs'],
    baseBackup: [...self, 'base-backup'],
  });
  await firstSignal(['SIGTERM', 'SIGINT']);
  await agent.stop();
}

async function sayWhetherSound(configFile: string, log: Logger): Promise<void> {
  try {
    await loadConfig(configFile, checkJob);
    log.warn('SIGHUP: the configuration is sound, and is read at the start alone; restart the agent');
  } catch (error) {
    log.error({ problem: messageOf(error) }, 'SIGHUP: the configuration cannot be used; do not restart');
  }
}

/** A second signal finds the default again, and ends the process at once. */
function firstSignal(signals: NodeJS.Signals[]): Promise<void> {
  return new Promise((resolve) => {
    const handler = () => {
      for (const signal of signals) process.off(signal, handler);
      resolve();
    };
    for (const signal of signals) process.on(signal, handler);
  });
}
