/** Both ends of the wire in one process: a real store, a real CA, real TLS on loopback, and real spools. */
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import pino from 'pino';
import { onTestFinished, vi } from 'vitest';
import { makeSigningRequest } from '../../agent/enrollment.ts';
import { IdentityStore } from '../../agent/identity.ts';
import { Link, type LinkDeps } from '../../agent/link.ts';
import { Spool } from '../../agent/spool.ts';
import { Authority } from '../../collector/authority/authority.ts';
import { Feed } from '../../collector/feed.ts';
import { type IngestContext, newCounters } from '../../collector/ingest/context.ts';
import { startEnrollmentListener } from '../../collector/ingest/enrollment.ts';
import { type RunningListener, startAgentListener } from '../../collector/ingest/listener.ts';
import { Sessions } from '../../collector/ingest/sessions.ts';
import { openStore } from '../../collector/store/open.ts';
import type { Store } from '../../collector/store/types.ts';
import { type Clock, systemClock } from '../../proto/clock.ts';
import { FakeClock } from './fake-clock.ts';
import { temporaryFolder } from './folder.ts';

export const silent = pino({ level: 'silent' });

export interface CollectorEnd {
  store: Store;
  authority: Authority;
  sessions: Sessions;
  context: IngestContext;
  agents: RunningListener;
  enrollment: RunningListener;
  /** wss URL of the agent listener. */
  url: string;
  cloned: number[];
  problems: (Error | null)[];
  stop(): Promise<void>;
}

export interface CollectorOptions {
  clock?: Clock;
  dataDir?: string;
  port?: number;
  store?: Store;
}

export async function startCollector(options: CollectorOptions = {}): Promise<CollectorEnd> {
  const { clock = systemClock, dataDir = temporaryFolder(), port = 0 } = options;
  const authority = Authority.init(dataDir, ['127.0.0.1', 'localhost'], clock.nowMs());
  const store = options.store ?? openStore(join(dataDir, 'collector.db'));
  const cloned: number[] = [];
  const problems: (Error | null)[] = [];
  const context: IngestContext = {
    store,
    authority,
    clock,
    log: silent,
    feed: new Feed(),
    counters: newCounters(),
    onChanged: () => {},
    onCloned: (hostId) => cloned.push(hostId),
    onStore: (problem) => problems.push(problem),
  };
  const sessions = new Sessions(context);
  sessions.start();
  const address = { host: '127.0.0.1', port };
  const agents = await startAgentListener({ address, context, sessions });
  const enrollment = await startEnrollmentListener({ address: { ...address, port: 0 }, context, sessions });
  let stopped = false;
  const end: CollectorEnd = {
    store,
    authority,
    sessions,
    context,
    agents,
    enrollment,
    url: `wss://127.0.0.1:${agents.port}`,
    cloned,
    problems,
    stop: async () => {
      if (stopped) return;
      stopped = true;
      sessions.stop();
      const closed = Promise.all([agents.close(), enrollment.close()]);
      passASecond(clock);
      await closed;
      store.close();
    },
  };
  onTestFinished(() => end.stop());
  return end;
}

/** Enrolls a host without the HTTP in between, and returns the folder with its identity. */
export function enrollDirectly(collector: CollectorEnd, host = 'web1', customer = 'acme'): string {
  const dataDir = temporaryFolder();
  const { store, authority, context } = collector;
  const nowMs = context.clock.nowMs();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const issued = authority.issueForHost({ csrPem: makeSigningRequest(key), host, customer, nowMs });
  const { id } = store.hosts.enroll(host, customer, nowMs);
  store.certificates.save({
    serial: issued.serial,
    hostId: id,
    issuedAtMs: nowMs,
    notAfterMs: issued.notAfterMs,
  });
  IdentityStore.write(dataDir, { key, certificate: issued.certificatePem, ca: authority.caPem });
  return dataDir;
}

export interface AgentEnd {
  dataDir: string;
  spool: Spool;
  identity: IdentityStore;
  link: Link;
}

/** An agent's spool and link over what `dataDir` holds; the link is started. */
export function startAgent(
  dataDir: string,
  url: string,
  change: Partial<LinkDeps> & { spoolFile?: string } = {},
): AgentEnd {
  const { spoolFile = join(dataDir, 'spool.db'), ...deps } = change;
  const spool = deps.spool ?? Spool.open(spoolFile, { bytesMax: 64 * 1024 * 1024 });
  const identity = deps.identity ?? IdentityStore.open(dataDir);
  const link = new Link({
    url,
    clock: systemClock,
    log: silent,
    agentVersion: '0.1.0',
    random: () => 0,
    heartbeat: () => ({ spoolError: '', runningJobs: [] }),
    onRequest: () => ({ accepted: true, reason: 'started' }),
    ...deps,
    spool,
    identity,
  });
  link.start();
  onTestFinished(async () => {
    const stopped = link.stop();
    passASecond(change.clock);
    await stopped;
    spool.close();
  });
  return { dataDir, spool, identity, link };
}

/** Goodbyes have a time limit, and a fake clock does not move by itself. */
function passASecond(clock: Clock | undefined): void {
  if (clock instanceof FakeClock) clock.advance(1_000);
}

/** Waits for something that happens by itself, on the real clock. */
export function until<T>(check: () => T, timeout = 5_000): Promise<NonNullable<T>> {
  return vi.waitUntil(() => check() || null, { timeout, interval: 5 }) as Promise<NonNullable<T>>;
}
