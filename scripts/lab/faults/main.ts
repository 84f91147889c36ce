/** `./scripts/faults`: options, the matrix, the table, docs/faults.md. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../../proto/errors.ts';
import { argumentsOf } from '../arguments.ts';
import { run } from '../program.ts';
import { borgmaticNeeds, borgmaticVersion } from './borgmatic.ts';
import { FAULTS } from './faults.ts';
import { type Matrix, runMatrix } from './matrix.ts';
import { checkVersion, othersNeed } from './pitr-others.ts';
import { holds, jsonOf, markdown, summary, table } from './report.ts';

/** Most of a row is waiting; what is not fits two cores. */
const AT_ONCE = 6;

const HELP = `usage: ./scripts/faults [--json] [--at-once N] [--compare] [--keep] [NAME ...]

Breaks things in a small real installation and measures what the pager is told, and when. Without a NAME it
runs every fault and writes docs/faults.md. Rows of point-in-time recovery also ask what check_pgbackrest and
pgBackRest say to the same fault.

  --list        names of the faults and what each does
  --json        the matrix as JSON on standard output
  --at-once N   rows side by side (default ${AT_ONCE})
  --compare     ask borgmatic about the same faults (apt-get install borgmatic)
  --keep        leave the temporary folder with every log

exit status: 0 all detected in time and no false alarm, 1 not so, 2 wrong use
`;

const { values, positionals } = argumentsOf({
  allowPositionals: true,
  options: {
    list: { type: 'boolean' },
    json: { type: 'boolean' },
    compare: { type: 'boolean' },
    keep: { type: 'boolean' },
    'at-once': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
const wrongUse = (what: string): never => {
  process.stderr.write(`${what}\n`);
  process.exit(2);
};
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (values.list) {
  for (const { name, done } of FAULTS) process.stdout.write(`${name.padEnd(24)} ${done}\n`);
  process.exit(0);
}
for (const name of positionals) {
  if (!FAULTS.some((fault) => fault.name === name)) wrongUse(`there is no fault "${name}"; see --list`);
}
const atOnce = Number(values['at-once'] ?? AT_ONCE);
if (!Number.isInteger(atOnce) || atOnce < 1)
  wrongUse(`--at-once takes a number from 1, not "${values['at-once']}"`);

const lacking = values.compare ? borgmaticNeeds() : null;
if (lacking) wrongUse(`--compare needs ${lacking}`);

const faults = positionals.length === 0 ? FAULTS : FAULTS.filter(({ name }) => positionals.includes(name));
// With --json, standard output belongs to the program that reads it.
const say = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'backproof-faults-'));
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());

async function versions(): Promise<[string, string][]> {
  const first = async (...argv: string[]) => (await run(argv)).stdout.trim().split('\n')[0]!;
  const own = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
  const system =
    /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'an unknown system';
  return [
    ['Backproof', own.version],
    ['borg', (await first('borg', '--version')).replace(/^borg /, '')],
    ['PostgreSQL', (await first('pg_dump', '--version')).replace(/^.*\) /, '')],
    ['pgBackRest', (await first('pgbackrest', 'version')).replace(/^pgBackRest /, '')],
    ['Node.js', process.version.slice(1)],
    ...(othersNeed() ? [] : [['check_pgbackrest', await checkVersion()] as [string, string]]),
    ...(values.compare ? [['borgmatic', await borgmaticVersion()] as [string, string]] : []),
    ['on', `${system} (${process.arch}, ${process.getuid?.() === 0 ? 'as root' : 'not as root'})`],
  ];
}

async function report(matrix: Matrix): Promise<void> {
  say('');
  say(table(matrix));
  say('');
  for (const page of matrix.strays) say(`stray page ${page.rule} ${page.subject}: ${page.reason}`);
  say(summary(matrix));
  if (values.json) process.stdout.write(`${JSON.stringify(jsonOf(matrix), null, 2)}\n`);
  if (positionals.length === 0) {
    const file = join(import.meta.dirname, '../../../docs/faults.md');
    writeFileSync(file, markdown(matrix, await versions(), new Date().toISOString().slice(0, 10)));
    say('written: docs/faults.md');
  }
}

try {
  const compare = values.compare ?? false;
  const matrix = await runMatrix(faults, { folder, atOnce, say, compare, signal: ending.signal });
  await report(matrix);
  process.exitCode = holds(matrix) ? 0 : 1;
} catch (error) {
  say(`not as it should be: ${messageOf(error)}`);
  process.exitCode = ending.signal.aborted ? 130 : 1;
}
if (values.keep) say(`kept: ${folder}`);
else rmSync(folder, { recursive: true, force: true });
// A row that was interrupted may still wait for something that will not come.
process.exit();
