/**
 * The borgmatic that people have, unchanged: its healthchecks hook reports to us, its archives are observed,
 * exec wraps it, and adopt reads its configuration.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { adoptBorgmatic } from '../../agent/commands/adopt.ts';
import { enroll } from '../../agent/enrollment.ts';
import { startCollector } from '../../collector/app.ts';
import { defaultSettings } from '../../collector/config.ts';
import { ask } from '../../collector/control/client.ts';
import { initialise } from '../../collector/control/init.ts';
import { systemClock } from '../../proto/clock.ts';
import { startTestAgent } from '../support/agent.ts';
import { makeRepository, makeTree } from '../support/borg.ts';
import { cannotHavePrograms, DebianPrograms } from '../support/debian-programs.ts';
import { temporaryFolder } from '../support/folder.ts';
import { silent, until } from '../support/wire.ts';

const exec = promisify(execFile);
const WITHIN_MS = 180_000;
const PASSPHRASE = 'a secret of acme';
const TSX = join(import.meta.dirname, '../../node_modules/.bin/tsx');
const AGENT = join(import.meta.dirname, '../../agent/main.ts');
const PROGRAM = '/usr/bin/borgmatic';

interface Run {
  outcome: string | null;
  trigger: string;
  reason: string;
  exitCode: number | null;
  recoveryPoints: { name: string }[];
  stats: { files: number };
  logTail: string;
}

async function setUp() {
  const data = join(temporaryFolder(), 'data');
  const { adminToken } = initialise(data, ['localhost'], systemClock.nowMs());
  const settings = defaultSettings(data);
  const any = { host: '127.0.0.1', port: 0 };
  settings.listen = { agents: any, enrollment: any, web: { ...any, plain: true } };
  const collector = await startCollector(settings, { log: silent });
  onTestFinished(() => collector.stop());
  const headers = { authorization: `Bearer ${adminToken}` };
  const get = async (path: string) => (await fetch(`${collector.url}/api/v1${path}`, { headers })).json();
  const runs = (job: string) => get(`/runs?job=${job}&limit=20`) as Promise<Run[]>;
  const job = async (name: string) =>
    (
      (await get('/jobs')) as { job: string; assurances: { onTime: { state: string; reason: string } } }[]
    ).find((one) => one.job === name);

  const order = await ask(settings, 'enroll', { host: 'web1', customer: 'acme', ttlMs: 60_000 });
  const [, url, token, pin] = /--collector (\S+) --token (\S+) --ca-pin (\S+)/.exec(order.line)!;
  const dataDir = temporaryFolder();
  await enroll({ collectorUrl: url!, token: token!, caPin: pin!, dataDir, clock: systemClock });
  const made = await ask(settings, 'ping-create', {
    ...{ host: 'old1', job: 'borgmatic', customer: 'acme' },
    ...{ everyMs: 86_400_000, cron: null, zone: 'UTC', graceMs: 3_600_000 },
  });
  const pingUrl = `${collector.url}${new URL(made.url).pathname}`;
  return { collector, dataDir, pingUrl, runs, job };
}

/** The form of its time: sections up to 1.7, flat from 1.8. */
function configuration(flat: boolean, folder: string, repository: string, tree: string, pingUrl: string) {
  const location = { source_directories: [tree] };
  const storage = {
    encryption_passphrase: PASSPHRASE,
    borg_base_directory: join(folder, 'base'),
    archive_name_format: 'offsite-{now:%Y-%m-%dT%H:%M:%S.%f}',
  };
  const retention = { keep_daily: 7 };
  const hooks = { healthchecks: { ping_url: pingUrl } };
  return flat
    ? {
        ...location,
        repositories: [{ path: repository, label: 'offsite' }],
        ...storage,
        ...retention,
        ...hooks,
      }
    : { location: { ...location, repositories: [repository] }, storage, retention, hooks };
}

async function whole(borgmatic: string, flat: boolean): Promise<void> {
  const { collector, dataDir, pingUrl, runs, job } = await setUp();
  const folder = temporaryFolder();
  const tree = makeTree(folder);
  const repository = makeRepository(folder, 'offsite', PASSPHRASE);
  const file = join(folder, 'config.yaml');
  const config = configuration(flat, folder, repository.path, tree, pingUrl);
  writeFileSync(file, stringify(config), { mode: 0o600 });

  // Its own hook: start, success with the log, failure with the log.
  await exec(borgmatic, ['--config', file, 'create', '--verbosity', '1', '--monitoring-verbosity', '1']);
  const [good] = await runs('borgmatic');
  expect(good).toMatchObject({ outcome: 'succeeded', trigger: 'ping' });
  expect(good!.logTail).toContain(`Creating archive`);
  const sources = 'source_directories_must_exist';
  const broken = flat
    ? { ...config, [sources]: true, source_directories: ['/none'] }
    : { ...config, location: { ...(config as { location: object }).location, repositories: ['/nowhere'] } };
  const brokenFile = join(folder, 'broken.yaml');
  writeFileSync(brokenFile, stringify(broken), { mode: 0o600 });
  await expect(exec(borgmatic, ['--config', brokenFile, 'create'])).rejects.toThrow();
  const [bad] = await runs('borgmatic');
  expect(bad).toMatchObject({ outcome: 'failed', trigger: 'ping' });
  expect(bad!.logTail).not.toBe('');
  await until(async () => (await job('borgmatic'))?.assurances.onTime.state === 'broken');

  // What adopt prints is what the agent runs.
  const printed = adoptBorgmatic({
    ...{ files: [file], takeOver: false, keys: join(folder, 'keys'), writeKeys: true, host: 'web1' },
    root: folder,
  });
  const { repositories, jobs } = parse(printed);
  expect(jobs.offsite).toMatchObject({ kind: 'observed', archive_prefix: 'offsite-' });
  jobs.offsite.schedule = { cron: '* * * * *', finish_within: '1m' };
  jobs.wrapped = { kind: 'command', repository: 'offsite', longest_silence: '1d' };
  const url = `wss://localhost:${collector.addresses.agents.port}`;
  const { configFile } = await startTestAgent(dataDir, { collector: url, repositories, jobs });
  const agent = (...args: string[]) => spawnSync(TSX, [AGENT, ...args], { encoding: 'utf8' });

  // Wrapped by exec, its output untouched, its archive seen in the repository.
  const wrapped = ['exec', '--config', configFile, '--job', 'wrapped', '--'];
  const said = await exec(TSX, [AGENT, ...wrapped, borgmatic, '--config', file, 'create', '--json']);
  const [created] = JSON.parse(said.stdout);
  expect(said.stderr).toBe('');
  await until(async () => (await runs('wrapped')).length === 1);
  const [run] = await runs('wrapped');
  expect(run).toMatchObject({
    outcome: 'succeeded',
    recoveryPoints: [{ name: created.archive.name }],
    stats: { files: created.archive.stats.nfiles },
  });
  expect(run!.reason).toContain(`${created.archive.name} was seen in the repository`);

  // Observed: both archives it made.
  await exec(TSX, [AGENT, 'start', '--config', configFile, 'offsite', '--wait']);
  await until(async () => (await job('offsite'))?.assurances.onTime.state === 'ok');
  const [look] = await runs('offsite');
  expect(look!.reason).toMatch(/^2 archives; the newest, offsite-\S+, was made by root on \S+ /);
  expect((await job('offsite'))?.assurances.onTime.reason).toContain(created.archive.name);
  expect(agent('check', '--config', configFile).stdout).toContain('repository offsite');
  expect(readFileSync(join(folder, 'keys/offsite'), 'utf8')).toBe(`${PASSPHRASE}\n`);
}

// Debian 12's borgmatic is not installed everywhere.
test.skipIf(!existsSync(PROGRAM))(
  'the borgmatic of Debian 12 works with us unchanged',
  () => whole(PROGRAM, false),
  WITHIN_MS,
);

// Only root can unpack a Debian 13 and run its programs.
test.skipIf(cannotHavePrograms() !== null)(
  'the borgmatic of Debian 13 works with us unchanged',
  async () => {
    const scripts = temporaryFolder();
    mkdirSync(scripts, { recursive: true });
    const programs = await DebianPrograms.of('trixie');
    // Its HTTP library loads the certificates that this machine trusts.
    const sees = ['/etc/ssl/certs'];
    await whole(programs.program(PROGRAM, join(scripts, 'borgmatic'), { sees }), true);
  },
  WITHIN_MS,
);
