/** A real agent of the lab: enrolled with the printed line, configured, started. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { LabCollector } from './collector.ts';
import { Program, run } from './program.ts';
import { until } from './until.ts';

const ONLINE_WITHIN_MS = 30_000;
const agentProgram = join(import.meta.dirname, '../../dist/agent.js');

export interface AgentSettings {
  folder: string;
  host: string;
  customer: string;
  /** repositories, jobs and whatever else agent.yaml takes. */
  config: Record<string, unknown>;
  /** Where the agent finds the collector, when it is not the collector itself (a proxy). */
  collectorUrl?: string;
  wrapper?: string[];
  env?: NodeJS.ProcessEnv;
}

export class LabAgent {
  readonly settings: AgentSettings;
  readonly data: string;
  readonly configFile: string;
  program: Program | undefined;

  constructor(settings: AgentSettings) {
    this.settings = settings;
    this.data = join(settings.folder, settings.host);
    this.configFile = join(settings.folder, `${settings.host}.yaml`);
  }

  /** borg's caches and keys: every host has its own, and nothing is left in the user's home. */
  get borgBase(): string {
    return join(this.settings.folder, `${this.host}.borg`);
  }

  get host(): string {
    return this.settings.host;
  }

  async enroll(collector: LabCollector): Promise<void> {
    mkdirSync(this.data, { recursive: true, mode: 0o700 });
    const [, ...args] = await collector.enrollLine(this.host, this.settings.customer);
    await this.command(...args, '--data', this.data);
    this.configure(collector, this.settings.config);
  }

  configure(collector: LabCollector, config: Record<string, unknown>): void {
    writeFileSync(
      this.configFile,
      stringify({
        collector: this.settings.collectorUrl ?? collector.agentsUrl,
        timezone: 'Europe/Berlin',
        data: this.data,
        ...config,
      }),
    );
  }

  /** Runs `backproof-agent ARGS`. */
  command(...args: string[]) {
    return run([...(this.settings.wrapper ?? []), process.execPath, agentProgram, ...args], {
      env: this.settings.env,
    });
  }

  /** Runs `backproof-agent VERB --config FILE ARGS`; a failing exit code is an answer here. */
  ask(verb: string, ...args: string[]) {
    return run([process.execPath, agentProgram, verb, '--config', this.configFile, ...args], {
      env: this.settings.env,
      mayFail: true,
    });
  }

  start(): void {
    this.program = new Program({
      name: this.host,
      argv: [
        ...(this.settings.wrapper ?? []),
        process.execPath,
        agentProgram,
        'run',
        '--config',
        this.configFile,
      ],
      env: { BORG_BASE_DIR: this.borgBase, ...this.settings.env },
      logFile: join(this.settings.folder, `${this.host}.log`),
    });
  }

  async online(collector: LabCollector): Promise<void> {
    await until(`${this.host} connected`, ONLINE_WITHIN_MS, async () => {
      if (this.program && !this.program.running) {
        throw new Error(`${this.host} ended at once; see ${this.program.logFile}`);
      }
      const hosts = await collector.api<{ host: string; connected: boolean }[]>('/hosts');
      return hosts.some((row) => row.host === this.host && row.connected);
    });
  }
}
