/** The keys of collector.yaml, what each allows, and its default. docs/configuration.md is made from here. */
import { z } from 'zod';
import { parseDuration } from '../proto/duration.ts';
import { NAME_PATTERN } from '../proto/job.ts';
import { RECEIVER_KINDS } from './settings.ts';

/** Kinds this project means to have and does not have yet: refused by name, not as a typing error. */
const LATER_KINDS = ['slack', 'alertmanager', 'email', 'ntfy'];

function text(allowed: string) {
  return z.string({ error: allowed });
}

const DURATION = 'a duration such as 90s, 10m, 6h or 7d';
const duration = text(DURATION)
  .regex(/^(\d{1,9}(ms|s|m|h|d))+$/, DURATION)
  .transform((written) => parseDuration(written)!);

const NAME = 'a name of letters, digits, ".", "_" and "-", at most 64 characters';
const name = text(NAME).regex(NAME_PATTERN, NAME);

const FILE = 'the absolute path of a file';
const file = text(FILE).regex(/^\//, FILE);

const WEB_URL = 'an http:// or https:// address';
const url = z.url({ protocol: /^https?$/, error: WEB_URL });

const ADDRESS_PATTERN = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s/[\]]+)):(\d{1,5})$/;
const ADDRESS = '"ADDRESS:PORT", such as "0.0.0.0:7443" or "[::]:7443"';
const PORT_MAX = 65_535;

function parseAddress(written: string): { host: string; port: number } {
  const match = ADDRESS_PATTERN.exec(written)!;
  return { host: match[1] ?? match[2]!, port: Number(match[3]) };
}
function isAddress(written: string): boolean {
  const match = ADDRESS_PATTERN.exec(written);
  return match !== null && Number(match[3]) <= PORT_MAX;
}
const address = text(ADDRESS).refine(isAddress, ADDRESS).transform(parseAddress);

/** Where traffic never leaves the machine. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
const PLAIN = 'http://';
const WEB_ADDRESS = `${ADDRESS}; or "http://127.0.0.1:PORT" for plain HTTP, on loopback only`;
const webAddress = text(WEB_ADDRESS)
  .refine((written) => {
    const plain = written.startsWith(PLAIN);
    const rest = plain ? written.slice(PLAIN.length) : written;
    return isAddress(rest) && (!plain || isLoopback(parseAddress(rest).host));
  }, WEB_ADDRESS)
  .transform((written) => {
    const plain = written.startsWith(PLAIN);
    return { ...parseAddress(plain ? written.slice(PLAIN.length) : written), plain };
  });

const CIDR = 'a range of addresses such as 127.0.0.0/8 or fd00::/8';
const allow_addresses = z
  .array(text(CIDR).regex(/^[0-9a-fA-F:.]+\/\d{1,3}$/, CIDR), { error: `a list of ranges (${CIDR})` })
  .default([])
  .describe('Ranges that may be reached although they are loopback, link-local or private metadata.');

const receiver = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('webhook'),
      url: url.describe('Receives a POST signed by Standard Webhooks.'),
      secret_file: file.describe('Holds the secret, `whsec_` and base64; mode 0600.'),
      allow_addresses,
    }),
    z.strictObject({
      kind: z.literal('pagerduty'),
      routing_key_file: file.describe('Holds the 32-character integration key of Events v2; mode 0600.'),
      url: url.default('https://events.pagerduty.com/v2/enqueue').describe('Where events are posted.'),
      allow_addresses,
    }),
  ],
  {
    error(issue) {
      const kind = (issue.input as { kind?: unknown } | null)?.kind;
      const known = RECEIVER_KINDS.join(', ');
      return LATER_KINDS.includes(String(kind))
        ? `${known} ("${kind}" is not supported by this version)`
        : known;
    },
  },
);

const severity = z.enum(['critical', 'warning', 'info']);

const route = z.strictObject({
  match: z
    .strictObject({
      severity: severity.optional(),
      customer: name.optional(),
      host: name.optional(),
      job: name.optional(),
      rule: text('the name of an alert rule').optional(),
    })
    .default({})
    .describe('All conditions must hold; an absent one holds always.'),
  to: z
    .array(name, { error: 'a list of names from `receivers`' })
    .min(1, 'at least one name from `receivers`')
    .describe('Names from `receivers`.'),
  severity: severity.optional().describe('Overrides the severity of the rule for this route.'),
  remind_every: duration
    .optional()
    .describe('Says a firing alert again after this long, until somebody acknowledges it.'),
  continue: z.boolean().default(false).describe('True: later routes are looked at as well.'),
});

function notYet(what: string) {
  return z.never({ error: `nothing (${what} are not supported by this version)` }).optional();
}

export const collectorSchema = z.strictObject({
  data: file
    .default('/var/lib/backproof')
    .describe('Folder of the database, the authority and the control socket.'),
  listen: z
    .strictObject({
      agents: address.prefault('0.0.0.0:7443').describe('Where agents connect: mutual TLS.'),
      enrollment: address
        .prefault('0.0.0.0:7444')
        .describe('Where new agents enroll: TLS and a one-time token.'),
      web: webAddress
        .prefault('127.0.0.1:8443')
        .describe(
          'Status page, API and metrics. HTTPS; `http://127.0.0.1:PORT` is plain HTTP behind a proxy.',
        ),
    })
    .prefault({}),
  public_url: url
    .optional()
    .describe('Where people reach the page; part of every notification. Default: `listen.web`.'),
  receivers: z
    .record(name, receiver, { error: 'a receiver by name' })
    .default({})
    .describe('Who is told about alerts.'),
  routes: z
    .array(route, { error: 'a list of routes' })
    .default([])
    .describe(
      'Which alert goes to which receivers: the first match wins. Without routes every alert goes to every receiver.',
    ),
  heartbeat: z
    .strictObject({
      url: url.describe(
        'Fetched regularly while the collector is well; whoever answers there notices its absence.',
      ),
      every: duration.prefault('1m'),
      allow_addresses,
    })
    .optional(),
  agents: z
    .strictObject({
      silent_after: duration
        .prefault('2m')
        .describe('An agent not heard for this long raises `agent_silent`.'),
      clock_skew_max: duration.prefault('1m').describe('A clock further off than this raises `clock_skew`.'),
    })
    .prefault({}),
  startup_grace: duration
    .prefault('2m')
    .describe('After a start, how long agents get to come back before their silence counts.'),
  web: z
    .strictObject({
      certificate_file: file.describe('PEM, with its chain.'),
      key_file: file.describe('PEM; mode 0600.'),
    })
    .optional()
    .describe('A certificate of your own for the page; without it, one of the collector’s authority.'),
  retention: z
    .strictObject({
      runs: duration.prefault('400d').describe('Older runs are removed; the newest success of a job stays.'),
    })
    .prefault({}),
  prove: notYet('restore tests'),
  pager_drill: notYet('pager drills'),
  expected_hosts_file: notYet('inventories'),
});

export type CollectorFile = z.output<typeof collectorSchema>;
