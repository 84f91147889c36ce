/** Faults of a replica that dumps are taken from: a real standby, made by pg_basebackup and fed by streaming. */
import { join } from 'node:path';
import { PostgresCluster } from '../../../test/support/postgres.ts';
import { Program } from '../program.ts';
import { until } from '../until.ts';
import { ALLOWED_SECONDS, dumpJob, filledCluster, RUN_ENDED } from './database.ts';
import type { Lab } from './lab.ts';
import { promised } from './sources.ts';
import { brokenRun } from './steps.ts';
import type { Fault, Injected } from './types.ts';

const KEYS = { take_from: 'replica', replica_lag_max: '1s' };
const CAUGHT_UP_WITHIN_MS = 30_000;
/** Rows whose dump takes a second or two, and meets the conflict in between. */
const LARGE_ROWS = 400_000;

interface Pair {
  primary: PostgresCluster;
  /** The one that breaks, and the one of the twin. */
  standby: PostgresCluster;
  sound: PostgresCluster;
}

async function replicas(lab: Lab, name: string, settings: Record<string, string> = {}): Promise<Pair> {
  const primary = await filledCluster(lab, name);
  const standbyOf = async (folder: string, own: Record<string, string> = {}) => {
    const standby = await PostgresCluster.standbyOf(primary, join(lab.folder, `pg-${folder}`), own);
    lab.onStop(() => standby.stop());
    return standby;
  };
  const [standby, sound] = await Promise.all([
    standbyOf(`${name}-standby`, settings),
    // It waits for its queries. hot_standby_feedback would hold the vacuum back, for the other one as well.
    standbyOf(`${name}-sound`, { max_standby_streaming_delay: '-1' }),
  ]);
  return { primary, standby, sound };
}

async function broken(lab: Lab, fault: Fault, pair: Pair, breaks: () => Promise<void>): Promise<Injected> {
  const hosts = await lab.hosts(
    fault.name,
    dumpJob((host) => (host === fault.name ? pair.standby : pair.sound), KEYS),
  );
  return brokenRun(lab, { ...hosts, job: 'databases', ...promised(fault), breaks });
}

const stopped: Fault = {
  name: 'replica-stopped',
  done: 'the standby from which dumps are taken is stopped',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'another standby of the same idle primary, which streams',
  takesSeconds: 45,
  async inject(lab) {
    const pair = await replicas(lab, 'stopped');
    return broken(lab, this, pair, () => pair.standby.pause());
  },
};

const cutOff: Fault = {
  name: 'replica-cut-off',
  done: 'the standby runs on, but its WAL receiver reaches nobody: the primary’s address changed',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'another standby of the same idle primary, which streams',
  takesSeconds: 45,
  async inject(lab) {
    const pair = await replicas(lab, 'cut-off');
    return broken(lab, this, pair, async () => {
      await pair.standby.sql("ALTER SYSTEM SET primary_conninfo = 'host=/nowhere'");
      await pair.standby.sql('SELECT pg_reload_conf()');
      await until('the WAL receiver to end', CAUGHT_UP_WITHIN_MS, async () => {
        return (await pair.standby.sql('SELECT count(*) FROM pg_stat_wal_receiver')) === '0';
      });
    });
  },
};

const lagging: Fault = {
  name: 'replica-lags',
  done: 'the standby streams but does not replay (paused), while the primary goes on writing',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'another standby of the same primary, which has replayed everything',
  takesSeconds: 50,
  async inject(lab) {
    const pair = await replicas(lab, 'lags');
    return broken(lab, this, pair, async () => {
      await pair.standby.sql('SELECT pg_wal_replay_pause()');
      await pair.primary.sql('INSERT INTO orders VALUES (9001)', 'shop');
    });
  },
};

/** Twenty times a second rows are removed that a snapshot may need; in one session, since each new one takes long. */
function tick(primary: PostgresCluster, lab: Lab): Program {
  const sql = 'UPDATE ticks SET n = n + 1; VACUUM ticks;';
  const lines = `while echo '${sql.replace(' VACUUM', "'; echo 'VACUUM")}'; do sleep 0.05; done`;
  const psql = `${primary.bin}/psql -Xq -h ${primary.socketFolder} -U postgres -d shop`;
  const argv = ['bash', '-c', `${lines} | ${psql}`];
  return new Program({ name: 'ticks', argv, logFile: join(lab.folder, 'ticks.log') });
}

const conflict: Fault = {
  name: 'recovery-conflict',
  done: 'the standby waits for no query (max_standby_streaming_delay = 0) while the primary’s vacuum removes rows: both attempts of a dump are cancelled',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'another standby of the same primary, which waits for its queries',
  takesSeconds: 60,
  async inject(lab) {
    const pair = await replicas(lab, 'conflict', { max_standby_streaming_delay: '0' });
    await pair.primary.sql(
      `CREATE TABLE large AS SELECT n, md5(n::text) FROM generate_series(1, ${LARGE_ROWS}) n`,
      'shop',
    );
    await pair.primary.sql('CREATE TABLE ticks (n int); INSERT INTO ticks VALUES (0)', 'shop');
    let ticks: Program | undefined;
    try {
      return await broken(lab, this, pair, async () => {
        ticks = tick(pair.primary, lab);
      });
    } finally {
      await ticks?.stop();
    }
  },
};

export const replicaFaults: Fault[] = [stopped, cutOff, lagging, conflict];
