/**
 * The replay of a copy: to its target, where PostgreSQL pauses, or to the end of the WAL. 13 and later stop when the WAL
 * ends before the target: then it is replayed once more without one. A log that asks for higher settings than the copy
 * was started with (14 and later pause for it, before they stop) gets them.
 */
import type { Clock } from '../../proto/clock.ts';
import * as tools from '../tools/postgres-copy.ts';
import { parseSegment, type Segment } from '../tools/wal.ts';
import type { Copy } from './pitr-copy.ts';
import type { Surroundings } from './types.ts';

export interface RecoveryOrder {
  timeline: number | 'current';
  /** Null: to the end of the WAL. */
  targetMs: number | null;
  restoreCommand: string;
  /** To ask it as; the next one where the one before does not exist. */
  roles: readonly string[];
  /** Between them lies what is replayed at most. */
  start: Segment;
  end: Segment;
}

/** It is promoted and takes connections. */
export interface CopyEnd {
  replay: tools.Replay;
  isAtTarget: boolean;
  /** Who asked it. */
  role: string;
}

type Stopped = { reason: string; next: string };
type Seen = 'paused' | 'promoted' | 'short' | 'again';

const LOOK_EVERY_MS = 1_000;
/** A server that was only just started may not have said yet that it runs. */
const STARTED_WITHIN_LOOKS = 15;
/** Each start beyond the first has a reason of its own: higher settings, once or twice, and a target beyond the WAL. */
const STARTS_MAX = 5;
/** A server that does not take connections long after it was promoted has another trouble. */
const PROMOTED_WITHIN_MS = 600_000;

export class Recovery {
  readonly #desk: Surroundings;
  readonly #copy: Copy;
  readonly #order: RecoveryOrder;
  #roles: readonly string[];
  #replay: tools.Replay | null = null;
  #control: tools.ControlData | null = null;

  constructor(desk: Surroundings, copy: Copy, order: RecoveryOrder) {
    this.#desk = desk;
    this.#copy = copy;
    this.#order = order;
    this.#roles = order.roles;
  }

  async run(): Promise<CopyEnd | Stopped> {
    let { targetMs } = this.#order;
    for (let starts = 0; starts < STARTS_MAX; starts += 1) {
      const problem = await this.#start(targetMs);
      if (problem !== null) return this.#failure(problem);
      const seen = await this.#watch();
      this.#desk.progress.clear();
      if (typeof seen === 'object') return seen;
      if (seen === 'promoted') return { replay: this.#replay!, isAtTarget: false, role: this.#roles[0]! };
      if (seen === 'paused') return this.#promote();
      if (seen === 'short') {
        this.#desk.say('the WAL ends before that moment: replaying to its end');
        targetMs = null;
      }
      await this.#copy.stop();
      await this.#copy.forgetLog();
    }
    return this.#failure('its server had to be started too often');
  }

  async #start(targetMs: number | null): Promise<string | null> {
    const control = await this.#copy.control();
    if (typeof control === 'string') return control;
    this.#control = control;
    const { timeline, restoreCommand } = this.#order;
    return (
      (await this.#copy.configure({ control, timeline, restoreCommand, targetMs })) ??
      (await this.#copy.start())
    );
  }

  /** Until it stands at its target, is promoted, or has stopped. */
  async #watch(): Promise<Seen | Stopped> {
    let wasRunning = false;
    for (let looks = 1; ; looks += 1) {
      await pause(this.#desk.clock, LOOK_EVERY_MS, this.#desk.signal);
      if (this.#desk.signal.aborted) return { reason: 'interrupted', next: '' };
      const isRunning = await this.#copy.isRunning();
      const log = await this.#copy.log();
      this.#show(log);
      wasRunning ||= isRunning;
      const hasEnded = wasRunning || tools.hasShutDown(log) || looks >= STARTED_WITHIN_LOOKS;
      if (!isRunning && hasEnded) return this.#whyStopped(log);
      const asked = await this.#ask();
      if (!('answer' in asked)) continue;
      this.#replay = asked.answer;
      if (!asked.answer.inRecovery) return 'promoted';
      if (asked.answer.isPaused) return (await this.#needsMore()) ? 'again' : 'paused';
    }
  }

  async #whyStopped(log: string): Promise<Seen | Stopped> {
    if (tools.endedBeforeTarget(log)) return 'short';
    if (await this.#needsMore()) return 'again';
    return tools.explainCopyFailure(log);
  }

  /** The primary got higher settings after the base backup: what it wrote there says so. */
  async #needsMore(): Promise<boolean> {
    const now = await this.#copy.control();
    return typeof now !== 'string' && tools.isHigher(now, this.#control!);
  }

  async #promote(): Promise<CopyEnd | Stopped> {
    const { clock, signal } = this.#desk;
    const problem = await this.#copy.promote();
    if (problem !== null) return this.#failure(problem);
    const untilMs = clock.monotonicMs() + PROMOTED_WITHIN_MS;
    while (!signal.aborted && clock.monotonicMs() < untilMs) {
      const asked = await this.#ask();
      if ('answer' in asked && !asked.answer.inRecovery)
        return { replay: asked.answer, isAtTarget: true, role: this.#roles[0]! };
      if (!(await this.#copy.isRunning())) return tools.explainCopyFailure(await this.#copy.log());
      await pause(clock, LOOK_EVERY_MS, signal);
    }
    return this.#failure('it was promoted and takes no connections');
  }

  async #ask(): Promise<{ answer: tools.Replay } | { problem: string }> {
    const asked = await this.#copy.replay(this.#roles[0]!);
    const isUnknown = 'problem' in asked && /role ".*" does not exist/.test(asked.problem);
    if (isUnknown && this.#roles.length > 1) this.#roles = this.#roles.slice(1);
    return asked;
  }

  async #failure(problem: string): Promise<Stopped> {
    const { reason, next } = tools.explainCopyFailure(await this.#copy.log());
    return { reason: next === '' ? problem : reason, next };
  }

  /** By segments: how many of those that lie before it replay has got. */
  #show(log: string): void {
    const { start, end } = this.#order;
    const { segmentBytes } = this.#control!;
    const name = tools.lastRestored(log);
    const at = name === null ? null : parseSegment(name, segmentBytes);
    if (at === null) return;
    const done = Math.max(0, at.index - start.index) * segmentBytes;
    const total = (end.index - start.index + 1) * segmentBytes;
    this.#desk.progress.show(Math.min(done, total), total, `WAL replayed, ${name}`);
  }
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, done);
    function done() {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    }
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
}
