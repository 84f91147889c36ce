#!/usr/bin/env node
/** backproof-collector: flags, signals, exit codes. What it does is in app.ts and control/. */
import { Command, CommanderError } from 'commander';
import { type Logger, pino } from 'pino';
import { systemClock } from '../proto/clock.ts';
import { messageOf, UserError } from '../proto/errors.ts';
import { journalOf } from '../proto/journal-log.ts';
import { printable } from '../proto/printable.ts';
import type { RunningCollector } from './app.ts';
import { readEnvironment } from './config.ts';
import { addActCommands } from './control/act-commands.ts';
import { type PlaceOptions, settingsOf, withJson, withPlace } from './control/options.ts';
import { print, printJson, remark } from './control/output.ts';
import { addPingCommands } from './control/ping-commands.ts';
import { addRestoreCommands } from './control/restore-commands.ts';
import { addShowCommands } from './control/show-commands.ts';
import { NotifySystemd } from './notify-systemd.ts';
import { VERSION } from './version.ts';

const EXAMPLES = `
Examples:
  backproof-collector init --data /var/lib/backproof --host backup.example.net
  backproof-collector run --config /etc/backproof/collector.yaml
  backproof-collector enroll web1 --customer acme
  backproof-collector alerts --state firing`;

/** A stop that takes longer is no stop: systemd would kill it, and nothing acked is lost by dying. */
const STOP_WITHIN_MS = 20_000;

async function sayWhetherSound(place: PlaceOptions, log: Logger): Promise<void> {
  try {
    await settingsOf(place);
    log.warn('SIGHUP: the configuration is sound, and is read at the start alone; restart the collector');
  } catch (error) {
    log.error({ problem: messageOf(error) }, 'SIGHUP: the configuration cannot be used; do not restart');
  }
}

async function run(place: PlaceOptions): Promise<void> {
  const settings = await settingsOf(place, 'needed');
  const environment = readEnvironment();
  const journal = journalOf(environment.journalStream);
  const log = journal === null ? pino({ name: 'collector' }) : pino(journal);
  // Many programs read their configuration anew at it. Unheard it would end this one, the ear of the whole fleet.
  process.on('SIGHUP', () => void sayWhetherSound(place, log));
  const { startCollector } = await import('./app.ts');
  let collector: RunningCollector | null = null;
  const systemd = new NotifySystemd({
    socket: environment.notifySocket,
    watchdogMs: environment.watchdogMs,
    clock: systemClock,
    log,
    isTicking: () => collector?.isTicking() ?? true,
  });
  // A start that waits for the disk has called the pager: systemd must not end it.
  let told = false;
  const ready = () => {
    if (!told) systemd.ready();
    told = true;
  };
  collector = await startCollector(settings, { log, onWaiting: ready });
  ready();
  log.info({ ...collector.addresses, page: settings.publicUrl }, 'the collector runs');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        log.info({ signal }, 'stopping');
        resolve();
      });
    }
  });
  systemd.stopping();
  setTimeout(() => {
    log.error('stopping took too long');
    process.exit(1);
  }, STOP_WITHIN_MS).unref();
  await collector.stop();
  log.info('stopped');
}

function build(): Command {
  const program = new Command('backproof-collector')
    .description('Receives what agents report, judges it against what was promised, calls the pager.')
    .version(VERSION)
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    // It repeats the arguments it refuses, which a terminal must not obey.
    .configureOutput({ writeErr: (text) => process.stderr.write(printable(text)) })
    .showHelpAfterError('(--help shows what is allowed)');

  withJson(
    program
      .command('init')
      .description('make CA, server certificate, database and first admin; safe to repeat')
      .requiredOption('--data <dir>', 'the data folder')
      .requiredOption('--host <name>', 'a name or address agents reach it by; may be repeated', collect, []),
  ).action(async ({ data, host, json }: { data: string; host: string[]; json?: boolean }) => {
    const { resolve } = await import('node:path');
    const { initialise } = await import('./control/init.ts');
    const made = initialise(resolve(data), host, systemClock.nowMs());
    if (json) return printJson(made);
    print(`data: ${resolve(data)}`);
    print(`hosts: ${made.hostNames.join(', ')}`);
    print(`ca-pin: ${made.caPin}`);
    if (made.adminToken) {
      print(`admin token: ${made.adminToken}`);
      remark('Keep the token: it is not shown again.');
    } else remark('There are tokens already: backproof-collector api-token list');
  });

  withPlace(program.command('run').description('run the collector until SIGTERM or SIGINT')).action(run);

  withJson(
    withPlace(program.command('check').description('look for what would keep the collector from running')),
  ).action(async ({ json, ...place }: PlaceOptions & { json?: boolean }) => {
    const { checkInstallation } = await import('./control/check.ts');
    const findings = await checkInstallation(await settingsOf(place), systemClock.nowMs());
    if (json) printJson(findings);
    else
      for (const { about, ok, says } of findings) print(`${ok ? 'ok     ' : 'problem'}  ${about}: ${says}`);
    if (findings.some((finding) => !finding.ok)) process.exitCode = 1;
  });

  addShowCommands(program);
  addActCommands(program);
  addRestoreCommands(program);
  addPingCommands(program);
  return program;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** Wrong use exits with 2, a failure with 1. */
async function main(): Promise<void> {
  try {
    await build().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    remark(`backproof-collector: ${printable(messageOf(error))}`);
    if (error instanceof UserError) {
      if (error.next) remark(`  ${printable(error.next)}`);
      process.exitCode = error.exitCode;
      return;
    }
    remark(printable((error as Error).stack ?? ''));
    process.exitCode = 1;
  }
}

// Whoever read our output may be gone: `backproof-collector status | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

await main();
