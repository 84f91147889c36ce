/** collector.yaml -> CollectorSettings. Every error at once; secrets are read here, and only here. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { readConfigFile } from '../proto/config-file.ts';
import { nearestOf } from '../proto/edit-distance.ts';
import { type ConfigFinding, readConfig } from '../proto/yaml-config.ts';
import { type CollectorFile, collectorSchema } from './config-schema.ts';
import type { CollectorSettings, ReceiverConfig } from './settings.ts';

export const DEFAULT_CONFIG_FILE = '/etc/backproof/collector.yaml';

/** Anything a group or others may do with a secret's file. */
const OPEN_MODE_BITS = 0o077;

/** What systemd hands over to a unit lies there while the unit runs: systemd.exec(5), LoadCredential=. */
const CREDENTIALS = '/run/credentials/';

/**
 * @param rules the alert rules a route may name
 * @param credentials `needed` by the collector itself. A command beside it goes on where they are not there, because
 *   the collector does not run: such a secret is ''.
 * @throws ConfigError with every problem; UserError when the file cannot be read.
 */
export async function loadConfig(
  file: string,
  rules: readonly string[],
  credentials: 'needed' | 'if-there' = 'needed',
): Promise<CollectorSettings> {
  const text = readConfigFile(file, 'collector');
  const { config } = await readConfig(text, file, collectorSchema, (raw) => [
    ...secretFindings(raw, credentials),
    ...routeFindings(raw, rules),
  ]);
  return settingsOf(config);
}

/** The settings of a configuration file that says nothing, for commands that were given only `--data`. */
export function defaultSettings(data: string): CollectorSettings {
  return settingsOf(collectorSchema.parse({ data }));
}

function settingsOf(config: CollectorFile): CollectorSettings {
  const { web } = config.listen;
  const shownHost = web.host.includes(':') ? `[${web.host}]` : web.host;
  const publicUrl = config.public_url ?? `${web.plain ? 'http' : 'https'}://${shownHost}:${web.port}`;
  const receivers: Record<string, ReceiverConfig> = {};
  for (const [name, receiver] of Object.entries(config.receivers)) {
    receivers[name] =
      receiver.kind === 'webhook'
        ? {
            kind: 'webhook',
            url: receiver.url,
            secret: secretIn(receiver.secret_file),
            allowAddresses: receiver.allow_addresses,
          }
        : {
            kind: 'pagerduty',
            routingKey: secretIn(receiver.routing_key_file),
            url: receiver.url,
            allowAddresses: receiver.allow_addresses,
          };
  }
  const everyone = Object.keys(receivers);
  const routes = config.routes.map((route) => ({
    match: route.match,
    to: route.to,
    ...(route.severity ? { severity: route.severity } : {}),
    remindEveryMs: route.remind_every ?? null,
    continue: route.continue,
  }));
  return {
    data: config.data,
    listen: config.listen,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    receivers,
    routes:
      routes.length > 0 || everyone.length === 0
        ? routes
        : [{ match: {}, to: everyone, remindEveryMs: null, continue: false }],
    heartbeat: config.heartbeat
      ? {
          url: config.heartbeat.url,
          everyMs: config.heartbeat.every,
          allowAddresses: config.heartbeat.allow_addresses,
        }
      : null,
    agents: { silentAfterMs: config.agents.silent_after, clockSkewMaxMs: config.agents.clock_skew_max },
    startupGraceMs: config.startup_grace,
    web: config.web ? { certificateFile: config.web.certificate_file, keyFile: config.web.key_file } : null,
    retention: { runsMs: config.retention.runs },
  };
}

/** '' for a credential of a collector that does not run. */
function secretIn(file: string): string {
  return isAbsentCredential(file) ? '' : readFileSync(file, 'utf8').trim();
}

function isAbsentCredential(file: string): boolean {
  return file.startsWith(CREDENTIALS) && !existsSync(file);
}

/** What is wrong with every file that holds a secret. */
function secretFindings(raw: unknown, credentials: 'needed' | 'if-there'): ConfigFinding[] {
  const findings: ConfigFinding[] = [];
  const look = (path: string[], file: unknown, form?: { pattern: RegExp; says: string }) => {
    if (typeof file !== 'string' || !file.startsWith('/')) return;
    if (credentials === 'if-there' && isAbsentCredential(file)) return;
    const problem = secretProblem(file, form);
    if (problem) findings.push({ path, ...problem });
  };
  for (const [name, receiver] of Object.entries(objectAt(objectAt(raw, 'receivers')))) {
    const keys = objectAt(receiver);
    look(['receivers', name, 'secret_file'], keys.secret_file, {
      pattern: /^(whsec_)?[A-Za-z0-9+/=]{24,}$/,
      says: 'a file with a secret of "whsec_" and at least 24 characters of base64',
    });
    look(['receivers', name, 'routing_key_file'], keys.routing_key_file, {
      pattern: /^[A-Za-z0-9]{32}$/,
      says: 'a file with an integration key of 32 letters and digits',
    });
  }
  look(['web', 'key_file'], objectAt(objectAt(raw, 'web')).key_file);
  return findings;
}

function secretProblem(
  file: string,
  form: { pattern: RegExp; says: string } | undefined,
): { found: string; allowed: string } | null {
  try {
    const mode = statSync(file).mode & 0o777;
    // systemd hands out credentials through an ACL, which shows as the group's bits.
    const granted = process.env.CREDENTIALS_DIRECTORY;
    const open = granted && file.startsWith(`${granted}/`) ? 0o007 : OPEN_MODE_BITS;
    if ((mode & open) !== 0) {
      const octal = mode.toString(8).padStart(4, '0');
      return { found: `${file} with mode ${octal}`, allowed: `mode 0600 (chmod 600 ${file})` };
    }
    if (form && !form.pattern.test(readFileSync(file, 'utf8').trim())) {
      return { found: `${file} with something else in it`, allowed: form.says };
    }
    return null;
  } catch (error) {
    const found = `${file} (${(error as Error).message})`;
    if (!file.startsWith(CREDENTIALS)) return { found, allowed: 'a file the collector can read' };
    const handOver = `LoadCredential=${basename(file)}:FILE below [Service]`;
    return { found, allowed: `what its unit hands over (systemctl edit backproof-collector, ${handOver})` };
  }
}

/** Routes to receivers, or for rules, that do not exist would lose alerts. */
function routeFindings(raw: unknown, rules: readonly string[]): ConfigFinding[] {
  const known = Object.keys(objectAt(objectAt(raw, 'receivers')));
  const routes: unknown = objectAt(raw, 'routes');
  if (!Array.isArray(routes)) return [];
  return routes.flatMap((route: unknown, index) => {
    const { to } = objectAt(route);
    const { rule } = objectAt(objectAt(route), 'match');
    const unknownRule =
      typeof rule !== 'string' || rules.includes(rule)
        ? []
        : [
            {
              path: ['routes', index, 'match', 'rule'],
              allowed: `the name of an alert rule: ${rules.join(', ')}`,
              nearest: nearestOf(rule, rules),
            },
          ];
    if (!Array.isArray(to)) return unknownRule;
    const unknownReceivers = to.flatMap((name: unknown, place) =>
      typeof name !== 'string' || known.includes(name)
        ? []
        : [
            {
              path: ['routes', index, 'to', place],
              allowed: known.length > 0 ? known.join(', ') : 'a name from `receivers`, which is empty',
              nearest: nearestOf(name, known),
            },
          ],
    );
    return [...unknownRule, ...unknownReceivers];
  });
}

function objectAt(value: unknown, key?: string): Record<string, unknown> {
  const found = key === undefined ? value : (value as Record<string, unknown> | null | undefined)?.[key];
  return found !== null && typeof found === 'object' ? (found as Record<string, unknown>) : {};
}

export interface CollectorEnvironment {
  /** Where systemd listens for READY and WATCHDOG, null when nobody does. */
  notifySocket: string | null;
  /** systemd ends the collector when it is not heard for this long; null when it does not. */
  watchdogMs: number | null;
  /** What systemd says of the journal it made of our output. */
  journalStream: string | undefined;
}

/** @param source the process's environment. sd_notify(3), sd_watchdog_enabled(3), systemd.exec(5). */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): CollectorEnvironment {
  const watchdogMs = Number(source.WATCHDOG_USEC) / 1_000;
  return {
    notifySocket: source.NOTIFY_SOCKET ?? null,
    watchdogMs: watchdogMs > 0 ? watchdogMs : null,
    journalStream: source.JOURNAL_STREAM,
  };
}
