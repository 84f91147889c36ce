/** The doctor: what keeps the collector from running, or would. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { messageOf } from '../../proto/errors.ts';
import { Authority } from '../authority/authority.ts';
import { recipientsOf } from '../decide/routes.ts';
import type { Address, CollectorSettings } from '../settings.ts';
import { openStore } from '../store/open.ts';
import { DATABASE } from './backup.ts';
import { socketPath } from './protocol.ts';

export interface Finding {
  about: string;
  ok: boolean;
  says: string;
}

/** What is wrong with no host of anybody's. A route that asks for a customer or host passes it over. */
const RULES_OF_THE_COLLECTOR = ['collector_unwell', 'fleet_silent', 'delivery_failing', 'clock_skew'];

/** The configuration itself has been read: its errors never come this far. */
export async function checkInstallation(settings: CollectorSettings, nowMs: number): Promise<Finding[]> {
  const findings = [
    look('data folder', () => checkFolder(settings.data)),
    look('authority', () => checkAuthority(settings.data, nowMs)),
    look('database', () => checkDatabase(settings.data)),
    look('receivers', () => checkReceivers(settings)),
  ];
  const { agents, enrollment, web } = settings.listen;
  const runs = await answers(socketPath(settings.data));
  for (const [key, address] of Object.entries({ agents, enrollment, web })) {
    findings.push(await checkAddress(`listen.${key}`, address, runs));
  }
  return findings;
}

/** What a check returns is fine; what it throws is not. */
function look(about: string, check: () => string): Finding {
  try {
    return { about, ok: true, says: check() };
  } catch (error) {
    return { about, ok: false, says: messageOf(error) };
  }
}

function checkFolder(folder: string): string {
  accessSync(folder, constants.R_OK | constants.W_OK);
  const open = statSync(folder).mode & 0o077;
  if (open !== 0) throw new Error(`${folder} is open to other users (chmod 700 ${folder})`);
  return `${folder} can be written`;
}

function checkAuthority(data: string, nowMs: number): string {
  const authority = Authority.open(data);
  const until = authority.serverNotAfterMs();
  if (until <= nowMs) throw new Error('the server certificate has expired; it is renewed at the next start');
  return `${authority.hostNames.join(', ')}, until ${new Date(until).toISOString().slice(0, 10)}`;
}

function checkDatabase(data: string): string {
  const file = join(data, DATABASE);
  if (!existsSync(file)) throw new Error(`${file} does not exist (backproof-collector init)`);
  const store = openStore(file);
  try {
    const problems = store.system.integrityProblems();
    if (problems.length > 0) throw new Error(`${file} is damaged: ${problems[0]}`);
    return `${file} is sound`;
  } finally {
    store.close();
  }
}

function checkReceivers(settings: CollectorSettings): string {
  const names = Object.keys(settings.receivers);
  if (names.length === 0) throw new Error('nobody is told about alerts: no receiver is configured');
  const routed = new Set(settings.routes.flatMap((route) => route.to));
  const idle = names.filter((name) => !routed.has(name));
  if (idle.length > 0) throw new Error(`no route leads to ${idle.join(', ')}`);
  const untold = RULES_OF_THE_COLLECTOR.filter((rule) => {
    const alert = { rule, severity: 'critical' as const, host: null, job: null, customer: null };
    return recipientsOf(alert, settings.routes).length === 0;
  });
  if (untold.length > 0) {
    const routes =
      'alerts of the collector itself have no host and no customer: add a last route without `match`';
    throw new Error(`no route takes ${untold.join(', ')}, so nobody would be told; ${routes}`);
  }
  return `${names.join(', ')} (try them: backproof-collector pager test)`;
}

/** Whether a collector of this data folder runs. */
function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => resolve(true));
    connection.once('error', () => resolve(false));
    connection.once('close', () => resolve(false));
    connection.end();
  });
}

/** @param runs our own collector does, and holds its addresses. */
function checkAddress(about: string, { host, port }: Address, runs: boolean): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    const says = `${host}:${port}`;
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const held = runs ? 'is in use, and the collector runs' : 'is in use by another program';
      resolve({ about, ok: taken && runs, says: `${says} ${taken ? held : error.message}` });
    });
    server.listen(port, host, () =>
      server.close(() => resolve({ about, ok: true, says: `${says} is free` })),
    );
  });
}
