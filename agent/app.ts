/** The agent, wired: `startAgent` brings up everything that runs, `stop` ends it in the order back. */
import { randomBytes } from 'node:crypto';
import { extname, join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../proto/clock.ts';
import { UserError } from '../proto/errors.ts';
import { ACKED_KEPT_MS } from '../proto/limits.ts';
import type { Ask } from '../proto/messages.ts';
import { newRunId, RUN_ID_RANDOM_BYTES } from '../proto/run.ts';
import { acceptRepository } from './app/accept.ts';
import { declareJobs } from './app/declare.ts';
import { SystemdNotify } from './app/notify.ts';
import { statusOf } from './app/status.ts';
import { customerFindings } from './config/customers.ts';
import { needsApproval, type RepositorySpec } from './config/job-spec.ts';
import type { AgentConfig, AgentEnvironment } from './config.ts';
import { IdentityStore } from './identity.ts';
import { Link } from './link.ts';
import type { AgentStatus } from './local-socket/protocol.ts';
import { LocalSocket } from './local-socket.ts';
import { RestoreRecords } from './restore/records.ts';
import { archiveLookWith } from './runner/archive-look.ts';
import { besideRuns } from './runner/beside-runs.ts';
import { ExecRuns } from './runner/exec.ts';
import { Inventories } from './runner/inventories.ts';
import { RepositoryGuard } from './runner/repository-guard.ts';
import { Runner } from './runner.ts';
import { Scheduler } from './scheduler.ts';
import { openSpool } from './spool/recovery.ts';
import { SpoolWriter } from './spool/writer.ts';
import { hostFacts, toolsOf } from './watch/host-facts.ts';
import { StorageWatch } from './watch/storage.ts';
import { Tools } from './watch/tools.ts';
import { WalWatch } from './watch/wal.ts';

export interface AgentDeps {
  clock: Clock;
  log: Logger;
  /** [0, 1); spreads reconnects. */
  random: () => number;
  agentVersion: string;
  nodeVersion: string;
  /** argv in front of a dump, usually `dumpGuardArgv()`. */
  dumpGuard: string[];
  /** Whether this process is root. */
  isRoot: boolean;
  /** argv of `backproof-agent dump-crontabs`. */
  crontabs: string[];
  /** argv of `backproof-agent base-backup`. */
  baseBackup: string[];
}

export interface Agent {
  status(): AgentStatus;
  /** Ends runs as cancelled, writes that down, closes everything. */
  stop(): Promise<void>;
}

/** The program is built beside this one, and runs as this one does. */
export function dumpGuardArgv(): string[] {
  const file = join(import.meta.dirname, `dump-guard${extname(import.meta.filename)}`);
  return [process.execPath, ...process.execArgv, file];
}

const HOST_FACTS_EVERY_MS = 6 * 3_600_000;

/**
 * @throws UserError when the host is not enrolled, a key would serve two customers, another agent runs, or the
 * spool cannot be opened.
 */
export async function startAgent(
  config: AgentConfig,
  environment: AgentEnvironment,
  deps: AgentDeps,
): Promise<Agent> {
  const { clock, log, agentVersion } = deps;
  const upSinceMs = clock.nowMs();
  const identity = IdentityStore.open(config.dataDir);
  refuseSharedKeys(config, identity.customer);
  const { spool, brokenFile } = openSpool(
    join(config.dataDir, 'spool.db'),
    { bytesMax: config.spoolBytesMax, ackedKeptMs: ACKED_KEPT_MS },
    upSinceMs,
  );
  if (brokenFile) log.error({ brokenFile }, 'the spool was broken: it was set aside and a new one begun');
  const writer = new SpoolWriter(spool);
  const tools = new Tools(environment.variables, clock);
  const notify = new SystemdNotify(environment, clock, log);
  const { host } = identity;

  const guard = new RepositoryGuard({ spool, writer, clock, customer: identity.customer });
  const isBusy = ({ location }: RepositorySpec) => {
    const busy = [...runner.running().map(({ job }) => job), ...scheduler.waitingJobs()];
    return config.jobs.some((job) => job.repository?.location === location && busy.includes(job.name));
  };
  const inventories = new Inventories({
    jobs: config.jobs,
    clock,
    log,
    host,
    environment: environment.variables,
    isRoot: deps.isRoot,
    guard,
    isBusy,
    report: (job, points) => runner.reportInventory(job, points),
  });
  const runner: Runner = new Runner({
    spool,
    writer,
    clock,
    log,
    tools,
    environment: environment.variables,
    postgresBins: config.postgresBins,
    dumpGuard: deps.dumpGuard,
    crontabs: deps.crontabs,
    baseBackup: deps.baseBackup,
    isRoot: deps.isRoot,
    host,
    guard,
    inventories,
    newRunId: (startedAtMs) => newRunId(startedAtMs, randomBytes(RUN_ID_RANDOM_BYTES)),
    onProgress: (progress) => link.sendProgress(progress),
  });
  const left = runner.recover();
  const execRuns = new ExecRuns(
    {
      spool,
      writer,
      clock,
      log,
      host,
      jobs: config.jobs,
      look: archiveLookWith(clock, environment.variables),
    },
    left.map(({ run }) => run),
  );
  declareJobs(config.jobs, spool, writer, clock.nowMs());

  const scheduler: Scheduler = new Scheduler({
    jobs: config.jobs,
    host,
    spool,
    runner,
    occupied: () => walWatch.occupied(),
    clock,
    log,
    onTick: () => {
      writer.flush();
      execRuns.sweep();
      watch();
      // Proves that the spool answers, which is what the watchdog is about.
      spool.backlog();
      notify.alive();
    },
  });
  const restores = new RestoreRecords({
    writer,
    clock,
    log,
    needsApproval: (name) => config.jobs.some((job) => job.name === name && needsApproval(job)),
  });
  const onRequest = (ask: Ask) => {
    switch (ask.type) {
      case 'run-job':
        return scheduler.answer(ask);
      case 'restore-decided':
        return restores.decided(ask.decision);
      case 'renew-certificate':
        return { accepted: false, reason: 'certificates are renewed by the link itself' };
    }
  };
  const link: Link = new Link({
    url: config.collectorUrl,
    identity,
    spool,
    clock,
    log,
    agentVersion,
    random: deps.random,
    heartbeat: () => ({
      spoolError: writer.error(),
      runningJobs: [...runner.running(), ...execRuns.running()].map((run) => run.job),
    }),
    onRequest,
  });

  writer.onErrorChange(() => link.beatNow());

  const walWatch: WalWatch = new WalWatch({
    jobs: config.jobs.filter((job) => job.kind === 'postgres-pitr'),
    dataDir: config.dataDir,
    clock,
    log,
    environment: environment.variables,
    postgresBins: config.postgresBins,
    isRoot: deps.isRoot,
    beside: besideRuns({ clock, environment: environment.variables, host, tools, guard, isBusy }),
    send: (sample) => link.sendWalSample(sample),
  });

  const status = () =>
    statusOf({ config, identity, spool, writer, link, scheduler, runner, execRuns, agentVersion, upSinceMs });
  let factsAtMs = Number.NEGATIVE_INFINITY;

  const storage = new StorageWatch(config.storage, {
    writer,
    clock,
    log,
    hasSaidSome: spool.hasSaidStorage(),
  });

  /** What is looked at now and then, driven by the scheduler's ticks. */
  function watch(): void {
    storage.tick();
    void inventories.tick();
    const nowMs = clock.monotonicMs();
    if (nowMs - factsAtMs >= HOST_FACTS_EVERY_MS) {
      factsAtMs = nowMs;
      void reportHostFacts();
    }
  }

  async function reportHostFacts(): Promise<void> {
    try {
      const facts = await hostFacts({
        agentVersion,
        nodeVersion: deps.nodeVersion,
        hostname: environment.hostname,
        zone: config.zone,
        notBackedUp: config.notBackedUp,
        tools: await toolsOf(config, tools),
      });
      const known = spool.lastHostFacts();
      if (JSON.stringify(facts) !== JSON.stringify(known))
        writer.write({ type: 'host-facts', value: facts }, clock.nowMs());
    } catch (error) {
      log.warn({ err: error }, 'the facts about this host could not be gathered');
    }
  }

  const socket = await LocalSocket.listen({
    file: config.socket,
    scheduler,
    execRuns,
    status,
    acceptRepository: (name) => acceptRepository(config, guard, name),
    restores,
    log,
  });
  link.start();
  scheduler.start();
  walWatch.start();
  await notify.ready();
  log.info({ host, jobs: config.jobs.length, collector: config.collectorUrl }, 'agent started');

  return {
    status,
    async stop() {
      scheduler.stop();
      walWatch.stop();
      await notify.stopping();
      await inventories.stop();
      await runner.stop();
      writer.flush();
      await socket.close();
      restores.stop();
      await link.stop();
      spool.close();
      log.info('agent stopped');
    },
  };
}

/** Throws UserError with every finding. */
function refuseSharedKeys(config: AgentConfig, customer: string): void {
  const findings = customerFindings(config, customer);
  if (findings.length === 0) return;
  const lines = findings.map(({ key, what, next }) => `  ${key}: ${what}; ${next}`);
  throw new UserError(
    `${config.file} gives one customer's key or repository to another:\n${lines.join('\n')}`,
    {
      next: 'correct it, then backproof-agent check',
    },
  );
}
