#!/usr/bin/env node
/**
 * Stands between a dump program and borg: `dump-guard FORM -- COMMAND ...`. borg runs it through
 * --content-from-command; it passes the dump on, byte for byte, and fails where the dump program says that
 * all is well but the dump is empty or has no end, so that borg makes no archive of it. Nothing is kept beyond
 * what is on its way. Exits with the command's own code, or INCOMPLETE after a line that says why; of a whole dump
 * it says what was found in it (tools/guard-words.ts), which the engines wait for.
 */
import { constants } from 'node:os';
import { systemClock } from '../proto/clock.ts';
import { formatDuration } from '../proto/duration.ts';
import { messageOf } from '../proto/errors.ts';
import { ReadAhead } from './process/read-ahead.ts';
import { runPiped } from './process.ts';
import { isDumpForm, watchDump } from './tools/dump-forms.ts';
import { problemLine, wholeLines } from './tools/guard-words.ts';

const STDOUT = 1;
const WRONG_USE = 2;
/** EX_DATAERR of sysexits(3). */
const INCOMPLETE = 65;
/** 128 + the signal's number, as shells say it. */
const SIGNAL_CODES_FROM = 128;
/**
 * A dump that delivers nothing for so long, while borg would take it, hangs: on a server that is gone, or on
 * one that does not answer. Large catalogues are silent for minutes.
 */
const STALL_MS = 30 * 60_000;
const STALL_LOOK_EVERY_MS = 10_000;

const [form = '', ...words] = process.argv.slice(2);
// borg's argparse takes the `--` for its own, up to Python 3.12.
const command = words[0] === '--' ? words.slice(1) : words;
if (!isDumpForm(form) || command.length === 0) {
  process.stderr.write('usage: dump-guard FORM -- COMMAND ...\n');
  process.exit(WRONG_USE);
}

const watch = watchDump(form);
let lastMs = systemClock.monotonicMs();
let stalled = false;
let bytes = 0;

const ahead = new ReadAhead(
  STDOUT,
  systemClock,
  () => running.resume(),
  async (error) => process.exit(await complain(`the dump could not be passed on: ${messageOf(error)}`)),
);
const running = runPiped(command, (chunk) => {
  watch.add(chunk);
  bytes += chunk.length;
  lastMs = systemClock.monotonicMs();
  return ahead.add(chunk);
});

function lookForStall(): void {
  if (ahead.isFull) lastMs = systemClock.monotonicMs();
  if (systemClock.monotonicMs() - lastMs >= STALL_MS) {
    stalled = true;
    running.kill('SIGKILL');
  } else cancelLook = systemClock.after(STALL_LOOK_EVERY_MS, lookForStall);
}
let cancelLook = systemClock.after(STALL_LOOK_EVERY_MS, lookForStall);

const { exitCode, signal, startError } = await running.result;
cancelLook();
await ahead.end();
process.exitCode = await verdict();

async function verdict(): Promise<number> {
  if (startError !== null) return complain(`${command[0]} could not be started: ${startError}`);
  if (stalled)
    return complain(`the dump delivered nothing for ${formatDuration(STALL_MS)} and was ended; it hangs`);
  if (signal !== null) return SIGNAL_CODES_FROM + constants.signals[signal];
  const problem = exitCode === 0 ? watch.problem() : null;
  if (problem !== null)
    return complain(`the dump program reported success, but its dump is not whole: ${problem}`);
  if (exitCode === 0) for (const line of wholeLines(bytes, watch.found?.() ?? {})) await say(line);
  return exitCode ?? INCOMPLETE;
}

async function complain(what: string): Promise<number> {
  await say(problemLine(what));
  return INCOMPLETE;
}

/** Lines are waited for one by one: what is written together may be torn apart. */
function say(line: string): Promise<void> {
  return new Promise((resolve) => process.stderr.write(`${line}\n`, () => resolve()));
}
