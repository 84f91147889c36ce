/**
 * An agent's looks at a server and its pgBackRest repository, and nothing else: in a process of its own, so that what
 * they take can be told. argv: STANZA CONFIG-FILE SOCKET-FOLDER POSTGRES-BIN MEMORY-FILE LOOKS. Prints a line of JSON for
 * each look; those that end before a listing beside them has are counted into the one that has it.
 */
import { judgeWal } from '../../../agent/decide/wal-watch.ts';
import { Asker } from '../../../agent/watch/ask.ts';
import { PgBackRestRepository } from '../../../agent/watch/pgbackrest-repository.ts';
import { WalMemoryFile } from '../../../agent/watch/wal-memory.ts';
import { WalServer } from '../../../agent/watch/wal-server.ts';
import { systemClock } from '../../../proto/clock.ts';
import type { WalWindow } from '../../../proto/wal.ts';

/** What a look took, and what it found. */
export interface LookTook {
  wallMs: number;
  /** Of this process alone: reading, judging and remembering. */
  ownCpuMs: number;
  /** The most that this process held so far. */
  peakBytes: number;
  segments: number;
  windows: WalWindow[];
  exposureMs: number;
}

const [stanza, configFile, socketFolder, bin, memoryFile, looks] = process.argv.slice(2);
const connection = { host: socketFolder!, port: 5432, user: 'postgres' };
const environment = { PATH: process.env.PATH! };
const asker = new Asker(systemClock, environment);
const [, major] = /postgresql\/(\d+)/.exec(bin!)!;
const server = new WalServer(connection, {
  clock: systemClock,
  environment,
  postgresBins: { [major!]: bin! },
});
const store = {
  engine: 'pgbackrest',
  stanza: stanza!,
  program: 'pgbackrest',
  configFile: configFile!,
} as const;
const repository = new PgBackRestRepository(store, asker, false);

function orThrow<T>(said: { answer: T } | { problem: string }): T {
  if ('problem' in said) throw new Error(said.problem);
  return said.answer;
}

// As the watch does: read once, then held.
const file = new WalMemoryFile(memoryFile!);
let memory = await file.recall();

async function look(turn: number): Promise<ReturnType<typeof judgeWal>['sample']> {
  const facts = orThrow(await server.ask(false));
  const seen = orThrow(await repository.look(memory, facts, turn));
  const judged = judgeWal(seen, facts);
  memory = judged.memory;
  await file.remember(memory);
  return judged.sample.isComplete ? judged.sample : look(turn);
}

for (let turn = 0; turn < Number(looks); turn += 1) {
  const startMs = performance.now();
  const cpu = process.cpuUsage();
  const sample = await look(turn);
  const { user, system } = process.cpuUsage(cpu);
  const stretches = [...memory!.folders.values()].flatMap((folder) => folder.stretches);
  const took: LookTook = {
    wallMs: performance.now() - startMs,
    ownCpuMs: (user + system) / 1_000,
    peakBytes: process.resourceUsage().maxRSS * 1_024,
    segments: stretches.reduce((sum, { from, to }) => sum + to - from + 1, 0),
    windows: sample.windows,
    exposureMs: sample.exposureMs,
  };
  process.stdout.write(`${JSON.stringify(took)}\n`);
}
server.stop();
