/** What is no fault, and looks like one to whoever measures something else: a day without a change, a burst of WAL. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clockFromFile, faketimeNeeds, resumeWithClock } from './faketime.ts';
import {
  archiveBy,
  clusters,
  JOB,
  lookedAgain,
  needs,
  otherThanOk,
  type Pair,
  STALE_SECONDS,
} from './pitr-lab.ts';
import { whatOthersSay } from './pitr-others.ts';
import type { Fault, Injected } from './types.ts';

const HOUR_MS = 3_600_000;
const STEPS = 4;
const STEP_MS = 6 * HOUR_MS;

const idleDay: Fault = {
  name: 'pitr-idle-day',
  done: `nobody writes for a day: the running server’s clock goes ${STEPS} times ${STEP_MS / HOUR_MS} hours ahead (libfaketime), and runs truly for two looks after each; the agent’s clock stays`,
  rule: null,
  severity: null,
  instead: 'nobody is called, and receiving is never anything but ok',
  allowedSeconds: 0,
  from: '(nothing happens)',
  twin: 'idle as well, by the true clock',
  takesSeconds: 700,
  needs: () => needs() ?? faketimeNeeds(),
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    const { host, cluster } = pair;
    const file = join(host.folder, 'clock');
    const setClock = (aheadMs: number) => {
      writeFileSync(`${file}.new`, `+${aheadMs / 1_000}\n`);
      renameSync(`${file}.new`, file);
    };
    setClock(0);
    await cluster.cluster.pause('fast');
    await resumeWithClock(cluster.cluster, clockFromFile(file));
    await cluster.write();
    await cluster.archived();
    await lookedAgain(host);
    const earliestMs = Date.now();
    const day = async () => {
      for (let step = 1; step <= STEPS; step += 1) {
        setClock(step * STEP_MS);
        await lookedAgain(host);
      }
    };
    const problems = await otherThanOk(host, day());
    const others = await whatOthersSay(pair, STALE_SECONDS);
    return quiet(pair, earliestMs, problems, others);
  },
};

const BURST_MEBIBYTES = 2_048;
/** The archiver's pause before each segment: the backlog then lasts for more than one look. */
const PAUSE_SECONDS = 0.3;
const CAUGHT_UP_WITHIN_MS = STALE_SECONDS * 1_000;

const burst: Fault = {
  name: 'pitr-burst',
  done: `${BURST_MEBIBYTES / 1_024} GiB of WAL are written at once; the archiver, slowed down by ${PAUSE_SECONDS} s a segment, catches up within stale_after`,
  rule: null,
  severity: null,
  instead: 'nobody is called, and receiving is never anything but ok',
  allowedSeconds: CAUGHT_UP_WITHIN_MS / 1_000,
  from: 'the first of it was written; acted: the last of it was archived',
  twin: 'writes nothing',
  takesSeconds: 330,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    const { host, cluster } = pair;
    const { configFile } = cluster;
    writeFileSync(
      configFile,
      readFileSync(configFile, 'utf8').replace('[global]\n', '[global]\ncompress-type=none\n'),
    );
    await archiveBy(cluster, `sleep ${PAUSE_SECONDS}; ${await cluster.cluster.sql('show archive_command')}`);
    const earliestMs = Date.now();
    let others = {};
    let actedAfterSeconds = 0;
    const catchUp = async () => {
      const message = `repeat('0123456789abcdef', 65536)`;
      await cluster.cluster.sql(
        `select count(pg_logical_emit_message(false, 'burst', ${message})) from generate_series(1, ${BURST_MEBIBYTES})`,
      );
      await cluster.cluster.sql('select pg_switch_wal()');
      others = await whatOthersSay(pair, STALE_SECONDS);
      await cluster.archived(CAUGHT_UP_WITHIN_MS);
      actedAfterSeconds = (Date.now() - earliestMs) / 1_000;
      await lookedAgain(host);
    };
    const problems = await otherThanOk(host, catchUp());
    return { ...quiet(pair, earliestMs, problems, others), actedAfterSeconds };
  },
};

function quiet(
  { host, twin }: Pair,
  earliestMs: number,
  problems: string[],
  others: Record<string, string>,
): Injected {
  return {
    pages: host.installation.pager.pages,
    host: host.agent.host,
    subject: `job:${host.agent.host}/${JOB}`,
    twins: [twin.agent.host],
    earliestMs,
    knownAtMs: earliestMs,
    problems,
    others,
  };
}

export const pitrQuietFaults: Fault[] = [idleDay, burst];
