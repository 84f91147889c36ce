/**
 * The replay of a copy: to its target, where PostgreSQL pauses, or to the end of the WAL. 13 and later stop when the WAL
 * ends before the target: then it is replayed once more without one. A log that asks for higher settings than the copy
 * was started with (14 and later pause for it, before they stop) gets them. In front of a tablespace that was made after
 * the base backup it ends, for good (tools/wal-gate.ts).
 */
import type { Clock } from '../../proto/clock.ts';
import * as tools from '../tools/postgres-copy.ts';
import { parseSegment, type Segment } from '../tools/wal.ts';
import { type MadeTablespace, madeTablespace } from '../tools/wal-gate.ts';
import type { Asker, Copy } from './pitr-copy.ts';
import type { Surroundings } from './types.ts';

export interface RecoveryOrder {
  timeline: number | 'current';
  /** UTC epoch microseconds; null: to the end of the WAL. */
  targetUs: number | null;
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
  /** As the cluster itself says; the repository's keeper may not know it. */
  segmentBytes: number;
  isAtTarget: boolean;
  /** The transaction in front of which replay stopped for its target; null when that was none. */
  stop: { endedAtMs: number; segment: Segment } | null;
  /** In front of which replay ended. */
  tablespace: MadeTablespace | null;
  /** What the server or pgBackRest said where the WAL ended for them; null when nothing. */
  endedBy: string | null;
  /** Who asked it. */
  asker: Asker;
}

type Stopped = { reason: string; next: string };
type Seen = 'paused' | 'promoted' | 'short' | 'again' | 'gate';

const LOOK_EVERY_MS = 1_000;
/** A server that was only just started may not have said yet that it runs. */
const STARTED_WITHIN_LOOKS = 15;
/** Each start beyond the first has a reason of its own: higher settings, once or twice, the gate, and a target beyond the WAL. */
const STARTS_MAX = 6;
/** A refusal that stays is no passing one. */
const REFUSALS_MAX = 5;
/** A server that does not take connections long after it was promoted has another trouble. */
const PROMOTED_WITHIN_MS = 600_000;

export class Recovery {
  readonly #desk: Surroundings;
  readonly #copy: Copy;
  readonly #order: RecoveryOrder;
  #target: tools.RecoveryTarget | null;
  #tablespace: MadeTablespace | null = null;
  /** The first asks; where it is refused for good, the next one does. */
  #askers: Asker[];
  #refusals = 0;
  #replay: tools.Replay | null = null;
  #control: tools.ControlData | null = null;

  constructor(desk: Surroundings, copy: Copy, order: RecoveryOrder) {
    const { targetUs, roles } = order;
    this.#desk = desk;
    this.#copy = copy;
    this.#order = order;
    this.#target = targetUs === null ? null : { kind: 'time', atUs: targetUs };
    this.#askers = roles.flatMap((role) => tools.ASKED_DATABASES.map((database) => ({ role, database })));
  }

  async run(): Promise<CopyEnd | Stopped> {
    for (let starts = 0; starts < STARTS_MAX; starts += 1) {
      const problem = await this.#start();
      if (problem !== null) return this.#failure(problem);
      const seen = await this.#watch();
      this.#desk.progress.clear();
      if (typeof seen === 'object') return seen;
      if (seen === 'promoted') return this.#end(this.#replay!);
      if (seen === 'paused') return this.#promote();
      if (seen === 'gate') this.#endAtGate();
      if (seen === 'short') {
        this.#desk.say('the WAL ends before that moment: replaying to its end');
        this.#target = null;
      }
      await this.#copy.stop();
      await this.#copy.forgetLog();
    }
    return this.#failure('its server had to be started too often');
  }

  async #start(): Promise<string | null> {
    const control = await this.#copy.control();
    if (typeof control === 'string') return control;
    this.#control = control;
    const { timeline, restoreCommand } = this.#order;
    const settings = { control, timeline, restoreCommand, target: this.#target };
    return (await this.#copy.configure(settings, this.#tablespace === null)) ?? (await this.#copy.start());
  }

  /** Replay of a transaction later than the target ends in front of the record by itself. */
  #endAtGate(): void {
    const { lsn, beforeUs } = this.#tablespace!;
    const { targetUs } = this.#order;
    if (targetUs !== null && beforeUs !== null && beforeUs > targetUs) return;
    this.#target = { kind: 'lsn', lsn };
  }

  /** Until it stands at its target, is promoted, or has stopped. */
  async #watch(): Promise<Seen | Stopped> {
    let wasRunning = false;
    this.#refusals = 0;
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
      if ('reason' in asked) return asked;
      if (!('answer' in asked)) continue;
      this.#replay = asked.answer;
      if (!asked.answer.inRecovery) return 'promoted';
      if (asked.answer.isPaused) return (await this.#needsMore()) ? 'again' : 'paused';
    }
  }

  async #whyStopped(log: string): Promise<Seen | Stopped> {
    if (tools.endedBeforeTarget(log)) return 'short';
    const made = this.#tablespace === null ? madeTablespace(log) : null;
    if (made) {
      this.#tablespace = made;
      return 'gate';
    }
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
      if ('reason' in asked) return asked;
      if ('answer' in asked && !asked.answer.inRecovery) return this.#end(asked.answer);
      if (!(await this.#copy.isRunning())) return tools.explainCopyFailure(await this.#copy.log());
      await pause(clock, LOOK_EVERY_MS, signal);
    }
    return this.#failure('it was promoted and takes no connections');
  }

  /** @param replay of the copy that stands. */
  async #end(replay: tools.Replay): Promise<CopyEnd> {
    const { targetUs } = this.#order;
    const log = await this.#copy.log();
    // What stands in front of a tablespace's making is all there was until a target before the next transaction's end.
    const isAtTarget =
      this.#target?.kind === 'lsn'
        ? targetUs !== null && (this.#tablespace!.committedUs ?? 0) > targetUs
        : this.#target !== null && tools.stoppedAtTarget(log);
    const tablespace = this.#target?.kind === 'lsn' ? this.#tablespace : null;
    const endedBy = tools.whyReplayEnded(log);
    return {
      ...{ replay, segmentBytes: this.#control!.segmentBytes, isAtTarget, stop: this.#stop(log) },
      ...{ tablespace, endedBy, asker: this.#askers[0]! },
    };
  }

  /** What replay would have taken next, it did not: its place is the end of what it took last. */
  #stop(log: string): CopyEnd['stop'] {
    const endedAtMs = tools.stoppedBefore(log);
    const { segmentBytes } = this.#control!;
    const newest = parseSegment(tools.lastRestored(log) ?? '', segmentBytes);
    const lsn = this.#replay?.lsn ?? null;
    if (endedAtMs === null || newest === null || lsn === null) return null;
    return { endedAtMs, segment: { timeline: newest.timeline, index: Math.floor(lsn / segmentBytes) } };
  }

  async #ask(): Promise<{ answer: tools.Replay } | Stopped | { problem: string }> {
    const asked = await this.#copy.replay(this.#askers[0]!);
    const refusal = 'problem' in asked ? tools.refusalIn(asked.problem) : null;
    if (refusal === null) {
      this.#refusals = 0;
      return asked;
    }
    if (this.#askers.length > 1) {
      this.#askers.shift();
      return asked;
    }
    this.#refusals += 1;
    return this.#refusals < REFUSALS_MAX ? asked : tools.explainRefusal(refusal);
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
