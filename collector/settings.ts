/** The collector's configuration as its parts see it: checked, with defaults, times in milliseconds. */
import type { Severity } from './store/types.ts';

export interface Address {
  host: string;
  /** 0 takes any free port. */
  port: number;
}

export interface WebhookReceiver {
  kind: 'webhook';
  url: string;
  /** Standard Webhooks: `whsec_` and base64. */
  secret: string;
  /** CIDR ranges that may be reached although they are loopback, link-local or metadata. */
  allowAddresses: string[];
}

export interface PagerdutyReceiver {
  kind: 'pagerduty';
  routingKey: string;
  /** Where events are posted; PagerDuty's own address unless a test or a proxy stands in. */
  url: string;
  allowAddresses: string[];
}

export type ReceiverConfig = WebhookReceiver | PagerdutyReceiver;
export const RECEIVER_KINDS = ['webhook', 'pagerduty'] as const satisfies readonly ReceiverConfig['kind'][];

/** First match wins; `continue` goes on. An absent condition matches everything. */
export interface Route {
  match: { severity?: Severity; customer?: string; host?: string; job?: string; rule?: string };
  /** Names of receivers. */
  to: string[];
  /** Overrides the rule's own severity for what this route sends. */
  severity?: Severity;
  /** Null: never. */
  remindEveryMs: number | null;
  continue: boolean;
}

export interface CollectorSettings {
  /** Folder of the database, the authority and the control socket. */
  data: string;
  listen: {
    agents: Address;
    enrollment: Address;
    /** `plain`: HTTP without TLS, loopback only. */
    web: Address & { plain: boolean };
  };
  /** Where people reach the page, without a trailing slash. */
  publicUrl: string;
  receivers: Record<string, ReceiverConfig>;
  routes: Route[];
  /** Who notices when the collector itself is gone; null when nobody does. */
  heartbeat: { url: string; everyMs: number; allowAddresses: string[] } | null;
  agents: {
    /** An agent not heard for this long is silent. */
    silentAfterMs: number;
    clockSkewMaxMs: number;
  };
  /** After a start, how long agents get to come back before their silence counts. */
  startupGraceMs: number;
  /** A certificate of one's own for the page; null uses the authority's. */
  web: { certificateFile: string; keyFile: string } | null;
  retention: { runsMs: number };
}
