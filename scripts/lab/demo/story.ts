/** The demo's story, told and checked: every step is something observed, and the first that is not as it should be ends it. */

import { run } from '../program.ts';
import { until } from '../until.ts';
import type { Company } from './company.ts';
import { START_GRACE_MS } from './company.ts';

const MINUTE_MS = 60_000;
const FIRST_RUNS_WITHIN_MS = 150_000;
/** "One missed sync paged within a second of its deadline." */
const PAGED_WITHIN_MS = 1_000;

interface ApiRun {
  id: string;
  host: string;
  job: string;
  outcome: string | null;
  startedAt: string;
  finishedAt: string | null;
  recoveryPoints: { name: string }[];
  stats: { originalBytes: number; files: number };
}
interface ApiJob {
  host: string;
  job: string;
  state: string;
  assurances: { onTime: { state: string; reason: string } };
}

export interface Chapter {
  what: string;
  seen: string;
}

/** Throws with what was not as it should be. */
export async function tellStory(company: Company, say: (line: string) => void): Promise<Chapter[]> {
  const chapters: Chapter[] = [];
  const tell = (what: string, seen: string) => {
    chapters.push({ what, seen });
    say(`  ok  ${what}: ${seen}`);
  };

  const [files, dump, paged] = await Promise.all([
    succeededRun(company, 'web1', 'files'),
    succeededRun(company, 'db1', 'shop'),
    missedSync(company),
  ]);
  tell('web1 backed up its files', await confirmed(company, 'web1', files));
  tell('db1 dumped every database and the globals', await confirmed(company, 'db1', dump));
  tell('mail1 missed its sync and the pager was called', paged);
  tell('the missed sync was made by hand and the alert resolved', await makeUp(company));
  tell('the page and the API agree', await pageShows(company));
  if (company.pager.complaints.length > 0) {
    throw new Error(`the pager refused a request: ${company.pager.complaints[0]}`);
  }
  return chapters;
}

function succeededRun(company: Company, host: string, job: string): Promise<ApiRun> {
  return until(`a succeeded run of ${host}/${job}`, FIRST_RUNS_WITHIN_MS, async () => {
    const runs = await company.collector.api<ApiRun[]>(`/runs?host=${host}&job=${job}&limit=5`);
    const failed = runs.find((one) => one.outcome === 'failed' || one.outcome === 'timed-out');
    if (failed) throw new Error(`a run of ${host}/${job} ${failed.outcome}: ${JSON.stringify(failed)}`);
    return runs.find((one) => one.outcome === 'succeeded');
  });
}

/** Every archive that the run reports is one that borg itself lists on the storage host. */
async function confirmed(company: Company, host: 'web1' | 'db1', told: ApiRun): Promise<string> {
  const listed = await company.storage.archives(company.repositories[host]);
  for (const point of told.recoveryPoints) {
    if (!listed.includes(point.name))
      throw new Error(`borg list on the storage host does not know ${point.name}`);
  }
  if (told.recoveryPoints.length === 0) throw new Error(`the run of ${host} left no recovery point`);
  return `borg list confirms ${told.recoveryPoints.map((point) => point.name).join(', ')}`;
}

async function missedSync(company: Company): Promise<string> {
  const page = await until('the pager called for mail1/sync', FIRST_RUNS_WITHIN_MS, () =>
    company.pager.about('job:mail1/sync').find((one) => one.event === 'trigger'),
  );
  if (page.rule !== 'sync_not_started') throw new Error(`paged by ${page.rule} instead of sync_not_started`);
  // The job is due at every full minute; its deadline is the grace after it.
  const lateMs = (page.atMs - START_GRACE_MS) % MINUTE_MS;
  if (lateMs > PAGED_WITHIN_MS) throw new Error(`paged ${lateMs} ms after the deadline`);
  return `${page.rule}, ${lateMs} ms after the deadline`;
}

/** Runs what mail1's cron line should have run. */
export async function runSync(company: Company): Promise<void> {
  const { url, sshCommand, passphrase } = company.repositories.mail1;
  const archive = `sync-${new Date().toISOString().replace(/[:.]/g, '')}`;
  await run(
    [
      process.execPath,
      ...['dist/agent.js', 'exec', '--config', company.mail1.configFile, '--job', 'sync', '--'],
      ...['borg', 'create', '--rsh', sshCommand, `${url}::${archive}`, company.mailFolder],
    ],
    {
      cwd: `${import.meta.dirname}/../../..`,
      env: { BORG_PASSPHRASE: passphrase, BORG_BASE_DIR: `${company.mail1.data}/borg` },
    },
  );
}

async function makeUp(company: Company): Promise<string> {
  await runSync(company);
  const trigger = company.pager.about('job:mail1/sync').find((one) => one.event === 'trigger')!;
  const resolve = await until('the alert resolved at the pager', 15_000, () =>
    company.pager.pages.find(
      (one) => one.via === 'pagerduty' && one.event === 'resolve' && one.dedupKey === trigger.dedupKey,
    ),
  );
  return `resolved ${((resolve.atMs - trigger.atMs) / 1_000).toFixed(1)} s after it fired`;
}

async function pageShows(company: Company): Promise<string> {
  const jobs = await company.collector.api<ApiJob[]>('/jobs');
  for (const name of ['web1/files', 'db1/shop']) {
    const job = jobs.find((one) => `${one.host}/${one.job}` === name);
    if (job?.assurances.onTime.state !== 'ok') {
      throw new Error(`${name} is not on time: ${job?.assurances.onTime.reason ?? 'unknown to the API'}`);
    }
  }
  const link = await company.collector.signInLink('admin');
  const signIn = await fetch(link, { redirect: 'manual' });
  const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await fetch(company.collector.webUrl, { headers: { cookie } });
  const html = await page.text();
  for (const host of ['web1', 'db1', 'mail1']) {
    if (!html.includes(host)) throw new Error(`the status page does not show ${host}`);
  }
  return `${jobs.length} jobs, signed in by a link that works once`;
}
