/** What rows of point-in-time recovery share: every host has a server of its own, and a pgBackRest repository. */
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ArchivedCluster, cannotArchive } from '../../../test/support/pgbackrest.ts';
import { pause, until } from '../until.ts';
import { type Host, type HostSettings, type Lab, NOT_TODAY } from './lab.ts';
import { othersNeed, whatOthersSay } from './pitr-others.ts';
import { pagedOrNot } from './steps.ts';
import type { Fault, Injected } from './types.ts';

export const JOB = 'shop-pitr';
/** A look each minute; one that has just begun sees the fault only the next time. */
export const LOOK_SECONDS = 65;
/** Two looks: so long the repository has to show what the archiver says (LOST_AFTER_MS in decide/wal-watch.ts). */
export const LOST_SECONDS = 120;
/** The shortest that a configuration may ask for. */
export const STALE_SECONDS = 240;
/** Beyond the end of the matrix: a warning that becomes critical is told a second time. */
export const LATER = '6h';
/** How long nobody may have looked (collector/assurances/receiving.ts). */
export const UNOBSERVED_SECONDS = 300;
const OK_WITHIN_MS = 150_000;
const ASK_EVERY_MS = 1_000;
/** Others judge by an age with the same threshold: it must have had the time to pass. */
const OTHERS_AFTER_MS = (STALE_SECONDS + 10) * 1_000;

export const needs = () => cannotArchive() ?? othersNeed();

export interface Pair {
  host: Host;
  twin: Host;
  cluster: ArchivedCluster;
  twinCluster: ArchivedCluster;
}

export type PitrSettings = Pick<HostSettings, 'installation' | 'config'> & {
  /** Further keys of the job, or other ones. */
  job?: Record<string, unknown>;
};

/** A cluster in a folder of the lab that others may enter. */
export async function clusterFor(
  lab: Lab,
  host: string,
  make: (folder: string) => Promise<ArchivedCluster> = (folder) => ArchivedCluster.start(folder),
): Promise<ArchivedCluster> {
  const folder = join(lab.folder, `${host}-pitr`);
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const cluster = await lab.settingUp.through(() => make(folder));
  lab.onStop(() => cluster.stop());
  return cluster;
}

/** A started agent that watches the cluster. */
export async function hostOf(
  lab: Lab,
  name: string,
  cluster: ArchivedCluster,
  { job = {}, ...settings }: PitrSettings = {},
): Promise<Host> {
  const host = await lab.host(name, {
    ...settings,
    repository: false,
    jobs: () => ({
      [JOB]: {
        kind: 'postgres-pitr',
        stanza: cluster.stanza,
        pgbackrest: { config: cluster.configFile },
        connection: { host: cluster.cluster.socketFolder, user: 'postgres' },
        schedule: NOT_TODAY,
        stale_after: { warning: `${STALE_SECONDS}s`, critical: LATER },
        ...job,
      },
    }),
  });
  await lab.start(host);
  return host;
}

/** Two hosts, each with a cluster of its own, both seen to be all right. */
export async function clusters(lab: Lab, name: string, settings: PitrSettings = {}): Promise<Pair> {
  const names = [name, `${name}-twin`] as const;
  const [cluster, twinCluster] = await Promise.all([clusterFor(lab, names[0]), clusterFor(lab, names[1])]);
  const [host, twin] = await Promise.all([
    hostOf(lab, names[0], cluster, settings),
    hostOf(lab, names[1], twinCluster, settings),
  ]);
  await Promise.all([allRight(host), allRight(twin)]);
  return { host, twin, cluster, twinCluster };
}

interface Receiving {
  state: string;
  reason: string;
}

export async function receiving(host: Host): Promise<Receiving | undefined> {
  const { collector } = host.installation;
  const jobs = await collector.api<{ assurances: { receiving: Receiving } }[]>(
    `/jobs?host=${host.agent.host}`,
  );
  return jobs[0]?.assurances.receiving;
}

export async function allRight(host: Host): Promise<void> {
  await until(`${host.agent.host}/${JOB} to be received`, OK_WITHIN_MS, async () => {
    return (await receiving(host))?.state === 'ok';
  });
}

/** What is said about the job while something goes on, other than that all is well: once each. */
export async function otherThanOk(host: Host, work: Promise<unknown>): Promise<string[]> {
  const said = new Set<string>();
  let goesOn = true;
  const ended = work.finally(() => {
    goesOn = false;
  });
  while (goesOn) {
    const verdict = await receiving(host);
    if (verdict?.state !== 'ok') said.add(`${host.agent.host} was ${verdict?.state}: ${verdict?.reason}`);
    await Promise.race([ended, pause(ASK_EVERY_MS)]);
  }
  await ended;
  return [...said];
}

/** A whole look at the log and its repository was made after this was called. */
export async function lookedAgain(host: Host): Promise<void> {
  const memory = join(host.agent.data, 'wal', `${JOB}.json`);
  const wroteAtMs = () => statSync(memory).mtimeMs;
  // One that is under way has seen only a part.
  for (const _ of ['under way', 'whole']) {
    const beforeMs = wroteAtMs();
    await until(`${host.agent.host} to look again`, 2 * LOOK_SECONDS * 1_000, () => wroteAtMs() > beforeMs);
  }
}

export async function archiveBy({ cluster }: ArchivedCluster, command: string): Promise<void> {
  await cluster.sql(`alter system set archive_command = '${command}'`);
  await cluster.sql('select pg_reload_conf()');
}

/** The archived segments of the first timeline, oldest first. */
export function segmentFiles({ repository, stanza }: ArchivedCluster): string[] {
  const folder = join(repository, 'archive', stanza, '15-1', '0000000100000000');
  const names = readdirSync(folder).filter((name) => /^[0-9A-F]{24}-/.test(name));
  return names.sort().map((name) => join(folder, name));
}

export interface Broken {
  knownAtMs: number;
  /** Default: `knownAtMs`. */
  earliestMs?: number;
  /** Default: the job. */
  subject?: string;
  mayFollow?: string[];
  /** What is waited for after the page, and what is found wrong there. */
  afterwards?: () => Promise<string[]>;
}

/** Waits for the page, and asks others about the same fault once it is as old as they need. */
export async function seen(fault: Fault, pair: Pair, broken: Broken): Promise<Injected> {
  const { host, twin } = pair;
  const { knownAtMs, earliestMs = knownAtMs, subject = `job:${host.agent.host}/${JOB}` } = broken;
  if (fault.rule !== null)
    await pagedOrNot(host, fault.rule, subject, knownAtMs + fault.allowedSeconds * 1_000);
  const problems = (await broken.afterwards?.()) ?? [];
  await pause(Math.max(0, knownAtMs + OTHERS_AFTER_MS - Date.now()));
  return {
    pages: host.installation.pager.pages,
    host: host.agent.host,
    subject,
    twins: [twin.agent.host],
    earliestMs,
    knownAtMs,
    problems,
    mayFollow: broken.mayFollow,
    others: await whatOthersSay(pair, STALE_SECONDS),
  };
}
