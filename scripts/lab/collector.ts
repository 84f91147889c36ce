/** A real collector of the lab: initialised, configured, started and asked by its own commands and API. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { FakePager } from './pager.ts';
import { Program, run } from './program.ts';
import { until } from './until.ts';

export interface CollectorSettings {
  folder: string;
  pager: FakePager;
  /** First of three ports in a row; 0 takes any free ones. */
  firstPort?: number;
  /** Merged over the lab's collector.yaml. */
  config?: Record<string, unknown>;
  /** Put before the command: `faketime`, `prlimit` ... */
  wrapper?: string[];
  env?: NodeJS.ProcessEnv;
}

const START_WITHIN_MS = 30_000;
const collectorProgram = join(import.meta.dirname, '../../dist/collector.js');

/** Ports that were free a moment ago; all bound at once so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** For agents, for enrollment and for the page. */
const PORTS = 3;

/** PORTS of them from `first` on. Throws, and names the one, when another program listens there. */
async function thesePorts(first: number): Promise<number[]> {
  const ports = Array.from({ length: PORTS }, (_, i) => first + i);
  for (const port of ports) {
    const probe = createServer();
    await new Promise<void>((resolve, reject) => {
      probe.once('error', (error: NodeJS.ErrnoException) => {
        const why =
          error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be used: ${error.message}`;
        reject(
          new Error(
            `port ${port} of 127.0.0.1 ${why}; ${ports.join(', ')} are needed: choose another --port`,
          ),
        );
      });
      probe.listen(port, '127.0.0.1', resolve);
    });
    await new Promise((resolve) => probe.close(resolve));
  }
  return ports;
}

export class LabCollector {
  readonly settings: CollectorSettings;
  readonly data: string;
  readonly configFile: string;
  readonly ports: { agents: number; enrollment: number; web: number };
  program: Program | undefined;
  token = '';

  private constructor(settings: CollectorSettings, ports: number[]) {
    this.settings = settings;
    this.data = join(settings.folder, 'collector');
    this.configFile = join(settings.folder, 'collector.yaml');
    const [agents, enrollment, web] = ports;
    this.ports = { agents: agents!, enrollment: enrollment!, web: web! };
  }

  static async create(settings: CollectorSettings): Promise<LabCollector> {
    const first = settings.firstPort ?? 0;
    const ports = first === 0 ? await freePorts(PORTS) : await thesePorts(first);
    const collector = new LabCollector(settings, ports);
    mkdirSync(settings.folder, { recursive: true });
    const { pager, folder } = settings;
    writeFileSync(join(folder, 'pagerduty.key'), `${pager.routingKey}\n`, { mode: 0o600 });
    writeFileSync(join(folder, 'hook.secret'), `${pager.webhookSecret}\n`, { mode: 0o600 });
    const config = {
      data: collector.data,
      listen: {
        agents: `127.0.0.1:${collector.ports.agents}`,
        enrollment: `127.0.0.1:${collector.ports.enrollment}`,
        web: `http://127.0.0.1:${collector.ports.web}`,
      },
      public_url: collector.webUrl,
      receivers: {
        oncall: {
          kind: 'pagerduty',
          routing_key_file: join(folder, 'pagerduty.key'),
          url: `${pager.url}/v2/enqueue`,
          allow_addresses: ['127.0.0.0/8'],
        },
        hook: {
          kind: 'webhook',
          url: `${pager.url}/hook`,
          secret_file: join(folder, 'hook.secret'),
          allow_addresses: ['127.0.0.0/8'],
        },
      },
      routes: [{ to: ['oncall', 'hook'] }],
      ...settings.config,
    };
    writeFileSync(collector.configFile, stringify(config));
    const { stdout } = await collector.command(
      'init',
      '--data',
      collector.data,
      '--host',
      'localhost',
      '--host',
      '127.0.0.1',
    );
    const token = /\b(bp_[A-Za-z0-9_-]{20,})/.exec(stdout)?.[1];
    if (!token) throw new Error(`init printed no admin token:\n${stdout}`);
    collector.token = token;
    return collector;
  }

  get webUrl(): string {
    return `http://127.0.0.1:${this.ports.web}`;
  }
  get agentsUrl(): string {
    return `wss://localhost:${this.ports.agents}`;
  }

  /** Runs `backproof-collector ARGS`. */
  command(...args: string[]) {
    return run([...(this.settings.wrapper ?? []), process.execPath, collectorProgram, ...args], {
      env: this.settings.env,
    });
  }

  async start(): Promise<void> {
    this.program = new Program({
      name: 'collector',
      argv: [
        ...(this.settings.wrapper ?? []),
        process.execPath,
        collectorProgram,
        'run',
        '--config',
        this.configFile,
      ],
      env: this.settings.env,
      logFile: join(this.settings.folder, 'collector.log'),
    });
    const { program } = this;
    await until('the collector ready', START_WITHIN_MS, async () => {
      if (!program.running) throw new Error(`the collector ended at once; see ${program.logFile}`);
      return fetch(`${this.webUrl}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
    });
  }

  async api<T>(path: string, init: RequestInit = {}): Promise<T> {
    const answer = await fetch(`${this.webUrl}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${this.token}`, ...init.headers },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** The one line to paste on a host, split into its words. */
  async enrollLine(host: string, customer: string): Promise<string[]> {
    const { stdout } = await this.command(
      'enroll',
      host,
      '--customer',
      customer,
      '--config',
      this.configFile,
    );
    return stdout.trim().split(/\s+/);
  }

  async signInLink(name: string): Promise<string> {
    const { stdout } = await this.command('sign-in-link', name, '--config', this.configFile);
    const link = /https?:\/\/\S+/.exec(stdout)?.[0];
    if (!link) throw new Error(`no sign-in link in: ${stdout}`);
    return link;
  }
}
