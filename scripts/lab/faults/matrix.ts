/** Runs rows of the matrix beside each other in one lab and judges all of them at the end. */
import { messageOf } from '../../../proto/errors.ts';
import type { Page } from '../pager.ts';
import { Gate } from './gate.ts';
import { judge, strays } from './judge.ts';
import { Lab } from './lab.ts';
import type { Fault, Injected, Judgement, Row } from './types.ts';

export interface MatrixOptions {
  folder: string;
  /** Rows at a time: most of a row's time is waiting for a deadline. */
  atOnce: number;
  /** Also ask borgmatic, where it does the same work. */
  compare: boolean;
  say: (line: string) => void;
  /** Aborted: no further row begins. */
  signal: AbortSignal;
}

export interface Matrix {
  rows: Row[];
  /** Pages of the shared installation that are about no row's host. */
  strays: Page[];
  seconds: number;
}

export async function runMatrix(faults: readonly Fault[], options: MatrixOptions): Promise<Matrix> {
  const startedMs = performance.now();
  const { say } = options;
  const lab = await Lab.start(options.folder, options.compare);
  try {
    const gate = new Gate(options.atOnce);
    const injections = new Map<Fault, Injected | Error | string>();
    const longestFirst = [...faults].sort((a, b) => b.takesSeconds - a.takesSeconds);
    const work = longestFirst.map((fault) =>
      gate.through(async () => {
        if (options.signal.aborted) throw new Error('interrupted');
        const lacks = fault.needs?.() ?? null;
        injections.set(fault, lacks ?? (await inject(fault, lab)));
        say(line(fault, injections.get(fault)!));
      }),
    );
    const aborted = new Promise<never>((_, reject) => {
      options.signal.addEventListener('abort', () => reject(new Error('interrupted')));
    });
    await Promise.race([Promise.all(work), aborted]);
    await lab.collector.program?.stop();
    const rows = faults.map((fault) => rowOf(fault, injections.get(fault)!));
    const hosts = new Set(faults.flatMap(({ name }) => [name, `${name}-twin`]));
    const subjects = new Set(
      [...injections.values()].flatMap((one) =>
        typeof one === 'string' || one instanceof Error ? [] : [one.subject],
      ),
    );
    const lost = strays(lab.pager.pages, hosts, subjects);
    return { rows, strays: lost, seconds: (performance.now() - startedMs) / 1_000 };
  } finally {
    await lab.stop();
  }
}

async function inject(fault: Fault, lab: Lab): Promise<Injected | Error> {
  try {
    return await fault.inject(lab);
  } catch (error) {
    return error instanceof Error ? error : new Error(messageOf(error));
  }
}

/** Pages about a twin count until the very end, so the last word is spoken there. */
function rowOf(fault: Fault, injected: Injected | Error | string): Row {
  if (typeof injected === 'string') return { fault, judgement: null, skipped: injected };
  const judgement = injected instanceof Error ? brokenHarness(injected) : judge(fault, injected);
  return { fault, judgement, skipped: null };
}

/** The row could not be carried out: that is no detection, and is said. */
function brokenHarness(error: Error): Judgement {
  const problems = [`not carried out: ${error.message}`];
  const nothing = { detected: false, afterSeconds: null, reason: null, falseAlarms: [], others: {} };
  return { ...nothing, problems, holds: false };
}

function line(fault: Fault, injected: Injected | Error | string): string {
  const { judgement, skipped } = rowOf(fault, injected);
  if (!judgement) return `  --  ${fault.name}: not run here, it needs ${skipped}`;
  const after = judgement.afterSeconds === null ? '' : ` after ${judgement.afterSeconds.toFixed(1)} s`;
  const said = `${fault.rule ?? 'nobody was called'}${after}`;
  if (judgement.holds) return `  ok  ${fault.name}: ${said}`;
  const alarms = judgement.falseAlarms.map(
    ({ rule, subject, reason }) => `false alarm ${rule} ${subject}: ${reason}`,
  );
  return `  NO  ${fault.name}: ${[...judgement.problems, ...alarms].join('; ')}`;
}
