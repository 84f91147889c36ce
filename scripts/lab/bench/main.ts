/** `./scripts/bench`: which benches, how they are reported, and a clean end. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../../proto/errors.ts';
import { argumentsOf } from '../arguments.ts';
import { alert } from './alert.ts';
import { chaos } from './chaos.ts';
import { connections } from './connections.ts';
import { dump } from './dump.ts';
import { files } from './files.ts';
import { idle } from './idle.ts';
import { ingest } from './ingest.ts';
import { inventory } from './inventory.ts';
import { page } from './page.ts';
import { pitr } from './pitr.ts';
import { figureLines, machineLine, section, writeSection } from './report.ts';
import type { Bench, Figure, Room } from './types.ts';

const BENCHES: readonly Bench[] = [
  ingest,
  connections,
  alert,
  files,
  dump,
  inventory,
  pitr,
  idle,
  page,
  chaos,
];

const HELP = `usage: ./scripts/bench [NAME ...] [--json] [--write] [--keep]

Measures ours against the bare thing or the physical limit, in one run. All of them take about half an hour;
name some to run only those. Exits 1 when a figure misses its goal.

${BENCHES.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join('\n')}

  --json    print [{ name, unit, ours, reference, referenceIs, ratio, goal, holds }] and nothing else
  --write   put the figures into docs/bench.md
  --keep    leave the temporary folders (logs, databases) in place
`;
const DOCUMENT = join(import.meta.dirname, '../../../docs/bench.md');

const { values, positionals } = argumentsOf({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    write: { type: 'boolean' },
    keep: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  const names = BENCHES.map(({ name }) => name).join(', ');
  process.stderr.write(`there is no bench "${unknown.join('", "')}"; there are ${names}\n`);
  process.exit(2);
}

const say = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);

class BenchRoom implements Room {
  readonly folder: string;
  readonly say = say;
  readonly #ends: (() => Promise<unknown> | unknown)[] = [];

  constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `backproof-bench-${name}-`));
  }
  onEnd(end: () => Promise<unknown> | unknown): void {
    this.#ends.unshift(end);
  }
  async leave(): Promise<void> {
    for (const end of this.#ends.splice(0)) {
      await Promise.resolve()
        .then(end)
        .catch(() => {});
    }
    if (values.keep) say(`kept ${this.folder}`);
    else rmSync(this.folder, { recursive: true, force: true });
  }
}

let room: BenchRoom | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const left = room?.leave() ?? Promise.resolve();
    left.finally(() => process.exit(130));
  });
}

const figures: Figure[] = [];
let failed = false;
say(machineLine());
for (const bench of BENCHES) {
  if (positionals.length > 0 && !positionals.includes(bench.name)) continue;
  say(`\n${bench.name}: ${bench.about}`);
  room = new BenchRoom(bench.name);
  try {
    const measured = await bench.run(room);
    figures.push(...measured);
    for (const line of measured.flatMap(figureLines)) say(`  ${line}`);
    if (values.write) {
      mkdirSync(join(DOCUMENT, '..'), { recursive: true });
      const order = BENCHES.map(({ name }) => name);
      writeSection(DOCUMENT, order, bench.name, section(bench, measured, Date.now()));
    }
  } catch (error) {
    failed = true;
    say(`  not measured: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`);
  }
  await room.leave();
}
if (values.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
process.exit(failed || figures.some(({ holds }) => holds === false) ? 1 : 0);
