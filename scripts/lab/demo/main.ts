/** `./scripts/demo`: options, the opening lines, the story or the endless account, and a clean end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../../proto/errors.ts';
import { account, pageLine } from './account.ts';
import { type Company, startCompany } from './company.ts';
import { runSync, tellStory } from './story.ts';

const HELP = `usage: ./scripts/demo [--once] [--port N]

Runs a small company on loopback in a temporary folder: a collector, three hosts with agents, real borg
repositories behind "borg serve --append-only", a real PostgreSQL, and a receiver that plays the pager.

  --once     tell the story to its end, check every step, exit 0 when all was as it should be
  --port N   first of three ports to listen on (default: any free ones)
`;
const MINUTE_MS = 60_000;
/** In the endless account, mail1's cron line is forgotten once in so many minutes. */
const FORGOTTEN_EVERY_MINUTES = 5;

/** Ends with 2 on what --help does not name. */
function optionsGiven() {
  try {
    return parseArgs({
      options: { once: { type: 'boolean' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

const values = optionsGiven();
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const firstPort = Number(values.port ?? 0);
if (!Number.isInteger(firstPort) || firstPort < 0 || firstPort > 65_533) {
  process.stderr.write(`--port takes a number from 1 to 65533, not "${values.port}"\n`);
  process.exit(2);
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'backproof-demo-'));
const ending = new AbortController();
let company: Company | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => ending.abort());
}

/** mail1's cron: starts the sync every minute, but for the minutes in which somebody forgot. */
function cron(forCompany: Company): void {
  let minute = 0;
  const timer = setInterval(() => {
    minute += 1;
    if (minute % FORGOTTEN_EVERY_MINUTES !== 0) runSync(forCompany).catch((error) => say(String(error)));
  }, MINUTE_MS);
  ending.signal.addEventListener('abort', () => clearInterval(timer));
}

async function main(): Promise<void> {
  const aborted = new Promise<never>((_, reject) =>
    ending.signal.addEventListener('abort', () => reject(new Error('interrupted'))),
  );
  // Also before anybody waits for it: Ctrl-C may come while the company is starting.
  aborted.catch(() => {});
  const { signal } = ending;
  company = await startCompany({ folder, firstPort, say, signal, onPage: (page) => say(pageLine(page)) });
  ending.signal.throwIfAborted();
  say('');
  say(`page: ${await company.collector.signInLink('admin')}`);
  say(`api: ${company.collector.webUrl}/api/v1`);
  say(`token: ${company.collector.token}`);
  say(`data: ${folder}`);
  say('');
  const accounting = account(company.collector, say, ending.signal).catch(() => {});
  const chapters = await Promise.race([tellStory(company, say), aborted]);
  say('');
  say(`${chapters.length} of ${chapters.length} things were as they should be.`);
  if (!values.once) {
    say(
      `It goes on every minute; mail1 forgets its sync every ${FORGOTTEN_EVERY_MINUTES}. Ctrl-C ends it and removes everything.`,
    );
    cron(company);
    await aborted.catch(() => {});
  }
  ending.abort();
  await accounting;
}

try {
  await main();
} catch (error) {
  if (!ending.signal.aborted) {
    say(`not as it should be: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } else if (values.once) {
    process.exitCode = 130;
  }
  ending.abort();
}
await company?.stop();
rmSync(folder, { recursive: true, force: true });
// What the story still waits for will not come any more.
process.exit();
