/** What the web part needs of the rest of the collector, and what it adds to a request. */
import type { Logger } from 'pino';
import type { Clock } from '../../proto/clock.ts';
import type { Ask } from '../../proto/messages.ts';
import type { Feed } from '../feed.ts';
import type { RestoreRow } from '../store/restore-types.ts';
import type { AlertRow, Role, Store } from '../store/types.ts';
import type { Metrics } from './metrics.ts';
import type { ProgressBoard } from './progress-board.ts';

export interface WebContext {
  store: Store;
  clock: Clock;
  log: Logger;
  feed: Feed;
  metrics: Metrics;
  progress: ProgressBoard;
  version: string;
  startedAtMs: number;
  /** True when browsers reach the page by HTTPS, directly or through a proxy. */
  secure: boolean;
  sessions: {
    request(hostId: number, ask: Ask, timeoutMs: number): Promise<{ accepted: boolean; reason: string }>;
    count(): number;
  };
  /** Acknowledges, tells the receivers, writes the journal. Throws UserError. */
  acknowledge(alertId: number, by: string, note: string): AlertRow;
  /** A second person's yes or no to a restore; see Consent. Throws UserError. */
  decideRestore(id: number, approved: boolean, by: string, note: string): Promise<Decided>;
  /** Facts have changed: jobs may have to be judged again. */
  onChanged(): void;
  /** What keeps the collector from doing its work; empty when nothing does. */
  problems(): string[];
}

/** What came of a decision about a restore. */
export interface Decided {
  restore: RestoreRow;
  /** Whether the host was told, and what it said. */
  told: { accepted: boolean; reason: string };
}

/** Who asks. */
export interface Principal {
  /** The API token's name. */
  name: string;
  role: Role;
  /** Null: every customer. */
  customer: string | null;
  /** The CSRF token forms must send; null for Bearer tokens, which no other site can make a browser send. */
  csrf: string | null;
}

/** What a route lets in. Every route must say it: server.ts refuses one that does not. */
export type Access = 'public' | Role;

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifySchema {
    /** For openapi.json. */
    summary?: string;
  }
  interface FastifyContextConfig {
    access?: Access;
  }
}
