/**
 * What others say to the same fault, asked on the same host as a cron line or Nagios would ask them: check_pgbackrest,
 * pgBackRest itself, and the age of the last archived segment, as check_postgres and many a home-made check take it.
 */
import { existsSync } from 'node:fs';
import { messageOf } from '../../../proto/errors.ts';
import type { ArchivedCluster } from '../../../test/support/pgbackrest.ts';
import { run } from '../program.ts';

const PROGRAM = '/usr/bin/check_pgbackrest';
/** A tool that waits for ever is an answer too. */
const WITHIN_SECONDS = 120;
/** Of a base backup, for check_pgbackrest's retention: a week and a day, as the row about it promises. */
export const BACKUP_AGE_MAX = '8d';
const SILENT = 'silent';

export const PITR_TOOLS = [
  'check_pgbackrest archives',
  'check_pgbackrest retention',
  'pgbackrest info',
  'pgbackrest verify',
  'age of the last segment',
] as const;

export function othersNeed(): string | null {
  return existsSync(PROGRAM) ? null : 'the Debian package check-pgbackrest';
}

export async function checkVersion(): Promise<string> {
  return /version ([\d.]+)/.exec((await run([PROGRAM, '--version'])).stdout)?.[1] ?? 'unknown';
}

/**
 * By tool; where one raises an alarm about the healthy twin as well, what it says about that follows.
 * @param ageSecondsMax the age from which a last segment is an alarm.
 */
export async function whatOthersSay(
  { cluster, twinCluster }: { cluster: ArchivedCluster; twinCluster: ArchivedCluster },
  ageSecondsMax: number,
): Promise<Record<string, string>> {
  const said = await askAll(cluster, ageSecondsMax);
  const ofTwin = await askAll(twinCluster, ageSecondsMax);
  return Object.fromEntries(
    PITR_TOOLS.map((tool, i) => [
      tool,
      isAlarm(ofTwin[i]!) ? `${said[i]} (of the healthy twin as well: ${ofTwin[i]})` : said[i]!,
    ]),
  );
}

function isAlarm(said: string): boolean {
  return !said.startsWith('exit code 0:') && !said.startsWith(SILENT);
}

/** In the order of PITR_TOOLS, one after the other, by the clock of the cluster's host. */
async function askAll(cluster: ArchivedCluster, ageSecondsMax: number): Promise<string[]> {
  const { configFile, stanza } = cluster;
  const env = cluster.cluster.environment;
  const ask = async (...argv: string[]) => {
    const asPostgres = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
    return run([...asPostgres, 'timeout', String(WITHIN_SECONDS), ...argv], { env, cwd: '/', mayFail: true });
  };
  const check = (service: string, ...more: string[]) =>
    ask(PROGRAM, `--stanza=${stanza}`, `--config=${configFile}`, `--service=${service}`, ...more);
  const pgbackrest = (...argv: string[]) =>
    ask('/usr/bin/pgbackrest', `--config=${configFile}`, `--stanza=${stanza}`, ...argv);
  const [archives, retention, info, verify, age] = [
    await check('archives', `--latest-archive-age-alert=${ageSecondsMax}s`),
    await check('retention', '--retention-full=1', `--retention-age=${BACKUP_AGE_MAX}`),
    await pgbackrest('info'),
    await pgbackrest('--output=text', '--verbose', 'verify'),
    await ageSays(cluster, ageSecondsMax),
  ];
  return [nagiosSays(archives), nagiosSays(retention), statusSays(info), statusSays(verify), age];
}

type Ended = Awaited<ReturnType<typeof run>>;

/** Of `WAL_ARCHIVES CRITICAL - why | figures` what stands before the figures, as pagers show it. */
function nagiosSays({ code, stdout, stderr }: Ended): string {
  const line = (stdout.trim() || stderr.trim()).split('\n')[0] ?? '';
  const words = line.split('|')[0]!.replace(/^\S+ (?=[A-Z]+ - )/, '');
  return `exit code ${code}: ${words.trim() || 'no output'}`;
}

/** The line `status: ...` that `info` and `verify` print, or their first complaint. */
function statusSays({ code, stdout, stderr }: Ended): string {
  const all = `${stdout}\n${stderr}`;
  const status = /status: .*/.exec(all)?.[0] ?? /ERROR: .*/.exec(all)?.[0] ?? 'no status';
  return `exit code ${code}: ${status.replaceAll('|', '/')}`;
}

const AGE_SQL = `select coalesce(floor(extract(epoch from now() - last_archived_time))::text, '')
  from pg_stat_archiver`;

async function ageSays({ cluster }: ArchivedCluster, secondsMax: number): Promise<string> {
  try {
    const age = await cluster.sql(AGE_SQL);
    if (age === '') return `${SILENT}: NULL`;
    return Number(age) > secondsMax ? `alarm: ${age} s` : `${SILENT}: ${age} s`;
  } catch (error) {
    return `alarm: ${messageOf(error).split('\n').at(-1)}`;
  }
}
