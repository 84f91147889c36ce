/**
 * The small real installation that most rows share: one collector and its pager, one storage host behind
 * `borg serve --append-only`, PostgreSQL clusters as they are asked for, and an agent for every host.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresCluster } from '../../../test/support/postgres.ts';
import { Storage, type StorageRepository } from '../../../test/support/storage.ts';
import { LabAgent } from '../agent.ts';
import { LabCollector } from '../collector.ts';
import { FakePager } from '../pager.ts';
import { Gate } from './gate.ts';

/** Shorter than any installation would want it, so that a dead host is paged while somebody waits. */
export const SILENT_AFTER_MS = 30_000;
/** The same for a collector that has just started: agents get this long before their silence counts. */
export const STARTUP_GRACE_MS = 15_000;
/** What collector.yaml says in every installation of the lab. */
const PACE = {
  agents: { silent_after: `${SILENT_AFTER_MS / 1_000}s` },
  startup_grace: `${STARTUP_GRACE_MS / 1_000}s`,
};
/** Setting hosts up keeps a core busy; more of them at once would only make each slower. */
const SETTING_UP_AT_ONCE = 3;
export const CUSTOMER = 'acme';
/** Due once a year, half a year from now: runs of such jobs are started by hand. */
export const NOT_TODAY = {
  cron: `0 0 1 ${((new Date().getUTCMonth() + 6) % 12) + 1} *`,
  start_grace: '10s',
  finish_within: '1m',
};

/** Where hosts of one collector live. */
export interface Installation {
  folder: string;
  collector: LabCollector;
  pager: FakePager;
}

export interface Host {
  agent: LabAgent;
  installation: Installation;
  /** The host's own folder: its source trees, key and passphrase. */
  folder: string;
  /** A small source tree that differs from every other. */
  tree: string;
  repository: StorageRepository | null;
}

export interface HostSettings {
  installation?: Installation;
  /** Whose the host is; default CUSTOMER. */
  customer?: string;
  /** False: the host has no repository, for jobs that need none. */
  repository?: boolean;
  jobs: (host: Host) => Record<string, unknown>;
  /** Merged over the host's agent.yaml and its repository. */
  config?: Record<string, unknown> | ((host: Host) => Record<string, unknown>);
  repositoryConfig?: Record<string, unknown>;
  env?: NodeJS.ProcessEnv;
  wrapper?: string[];
  collectorUrl?: string;
  /** After the folders are made and before the agent sees them. */
  prepare?: (host: Host) => Promise<void> | void;
}

export class Lab implements Installation {
  readonly folder: string;
  readonly storage: Storage;
  readonly pager: FakePager;
  readonly collector: LabCollector;
  /** Whether other tools are asked about the same fault. */
  readonly compare: boolean;
  readonly settingUp = new Gate(SETTING_UP_AT_ONCE);
  readonly #stops: (() => Promise<unknown>)[] = [];
  #stopped = false;
  readonly #clusters = new Map<string, Promise<PostgresCluster>>();

  private constructor(
    folder: string,
    storage: Storage,
    pager: FakePager,
    collector: LabCollector,
    compare: boolean,
  ) {
    this.folder = folder;
    this.storage = storage;
    this.pager = pager;
    this.collector = collector;
    this.compare = compare;
  }

  static async start(folder: string, compare: boolean): Promise<Lab> {
    // Agents and PostgreSQL that run as users of their own must reach their folders.
    chmodSync(folder, 0o755);
    const storage = await Storage.start(join(folder, 'storage'));
    // Makes the customer's key before rows ask for repositories at the same time.
    await storage.createRepository(CUSTOMER, 'first');
    const pager = await FakePager.start();
    const collector = await LabCollector.create({
      folder,
      pager,
      config: PACE,
    });
    const lab = new Lab(folder, storage, pager, collector, compare);
    // Agents are stopped after the collector, which would otherwise call the pager about them.
    lab.onStop(() => storage.stop());
    lab.onStop(() => pager.stop());
    await collector.start();
    return lab;
  }

  /** Undone in the opposite order at the end of the matrix, also when it fails half-way. */
  onStop(stop: () => Promise<unknown>): void {
    // A row that was interrupted may still start something.
    if (this.#stopped) void stop().catch(() => {});
    else this.#stops.unshift(stop);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.collector.program?.stop();
    for (const stop of this.#stops.splice(0)) await stop().catch(() => {});
  }

  /** A further collector with a pager of its own. It is not started yet. */
  async installation(
    name: string,
    settings: { config?: Record<string, unknown>; env?: NodeJS.ProcessEnv } = {},
  ): Promise<Installation> {
    const folder = join(this.folder, name);
    const pager = await FakePager.start();
    this.onStop(() => pager.stop());
    const collector = await LabCollector.create({
      folder,
      pager,
      config: { ...PACE, ...settings.config },
      env: settings.env,
    });
    this.onStop(async () => collector.program?.stop());
    return { folder, collector, pager };
  }

  /** A running cluster by name, made when it is first asked for; `bin` is a folder with another version. */
  cluster(name: string, bin?: string): Promise<PostgresCluster> {
    let cluster = this.#clusters.get(name);
    if (!cluster) {
      cluster = this.settingUp.through(() => PostgresCluster.start(join(this.folder, `pg-${name}`), bin));
      this.#clusters.set(name, cluster);
      this.onStop(async () => (await cluster)?.stop());
    }
    return cluster;
  }

  /** Everything a host has but its running agent: folders, a tree, a repository, an enrolled identity. */
  host(name: string, settings: HostSettings): Promise<Host> {
    return this.settingUp.through(async () => {
      const installation = settings.installation ?? this;
      const folder = join(installation.folder, `${name}-files`);
      const tree = join(folder, 'tree');
      growTree(tree, name);
      const { customer = CUSTOMER } = settings;
      const repository =
        settings.repository === false ? null : await this.storage.createRepository(customer, name);
      if (repository) {
        const { passphrase } = repository;
        repository.passphraseFile = join(folder, 'passphrase');
        writeFileSync(repository.passphraseFile, `${passphrase}\n`, { mode: 0o600 });
      }
      const host: Host = { installation, folder, tree, repository, agent: undefined as never };
      host.agent = new LabAgent({
        folder: installation.folder,
        host: name,
        customer,
        collectorUrl: settings.collectorUrl,
        wrapper: settings.wrapper,
        env: settings.env,
        config: {},
      });
      await settings.prepare?.(host);
      host.agent.settings.config = {
        timezone: 'UTC',
        ...(repository && {
          repositories: {
            main: {
              borg: repository.url,
              ssh_command: repository.sshCommand,
              passphrase_file: repository.passphraseFile,
              ...settings.repositoryConfig,
            },
          },
        }),
        jobs: settings.jobs(host),
        ...(typeof settings.config === 'function' ? settings.config(host) : settings.config),
      };
      await host.agent.enroll(installation.collector);
      return host;
    });
  }

  /** Starts the host's agent and waits until the collector knows it. */
  async start(host: Host): Promise<void> {
    host.agent.start();
    this.onStop(async () => host.agent.program?.kill());
    await host.agent.online(host.installation.collector);
  }

  /** Other jobs in the host's agent.yaml, taken by a restart of its agent. */
  async reconfigure(host: Host, jobs: HostSettings['jobs']): Promise<void> {
    const { agent, installation } = host;
    agent.settings.config.jobs = jobs(host);
    agent.configure(installation.collector, agent.settings.config);
    await agent.program?.stop();
    await this.start(host);
  }

  async hosts(name: string, settings: HostSettings, twinSettings: HostSettings = settings) {
    const [host, twin] = await Promise.all([
      this.host(name, settings),
      this.host(`${name}-twin`, twinSettings),
    ]);
    await Promise.all([this.start(host), this.start(twin)]);
    return { host, twin };
  }
}

const TREE_FILES = 40;

/** Files of a few kilobytes; every host's differ, so nothing deduplicates away. */
export function growTree(folder: string, host: string): void {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < TREE_FILES; i += 1) {
    writeFileSync(join(folder, `page-${i}.html`), `<h1>Page ${i} of ${host}</h1>\n`.repeat(50 + i));
  }
}
