/**
 * Text that a customer's user chose (names of files and jobs, what a program prints) on its way through a real
 * run to everything people look at: the page, the API, the commands, the pager. It may look odd there; it may
 * not become markup, an escape sequence, another line or another field, and it may not take more room than
 * its bound.
 */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOG_TAIL_CHARS_MAX, TEXT_CHARS_MAX, WARNINGS_PER_RUN_MAX } from '../../proto/limits.ts';
import { LabAgent } from '../../scripts/lab/agent.ts';
import { LabCollector } from '../../scripts/lab/collector.ts';
import { FakePager } from '../../scripts/lab/pager.ts';
import { run } from '../../scripts/lab/program.ts';
import { until } from '../../scripts/lab/until.ts';

const STARTS_WITHIN_MS = 120_000;
const PASSPHRASE = 'hostile strings';
const ESC = '\u001b';
/** Would begin an element, end an attribute, a script, a cell, a line. */
const MARKUP = '"><b class=hostile onmouseover="hostile()">';
const RIGHT_TO_LEFT = '\u202egpj.exe';
const FILE_NAMES: (string | Buffer)[] = [
  // A slash cannot be in a name.
  `${MARKUP}.txt`,
  `<script>hostile()<script>`,
  `${ESC}[2J${ESC}]0;hostile${'\u0007'}`,
  'two\nlines\r\nand: a header',
  RIGHT_TO_LEFT,
  Buffer.concat([Buffer.from('not utf-8 '), Buffer.from([0xff, 0xfe, 0xc3, 0x28])]),
  '--delete-everything',
  '{{ 7 * 7 }} $(hostile)',
  'x'.repeat(255),
];
/** A million characters without a line end, then everything that terminals and browsers obey. */
const LOUD = `
  head -c 1000000 /dev/zero | tr '\\0' A; echo
  printf '\\033[31mred\\033[0m \\033]0;hostile\\007 \\033[2J \\302\\233 5n\\n'
  printf 'not utf-8 \\377\\376 and nul \\000 here\\n'
  printf '</script><script>hostile()</script>\\n'
  printf 'back\\b\\b\\b\\bspace \\r overwritten\\n'
  printf '%s\\n' '${MARKUP}' "$1"
  exit 3
`;

const folder = mkdtempSync(join(tmpdir(), 'backproof-hostile-'));
const asRoot = process.getuid?.() === 0;
let pager: FakePager;
let collector: LabCollector;
let agent: LabAgent;

interface Run {
  id: number;
  job: string;
  outcome: string;
  reason: string;
  warnings: { message: string; path: string }[];
  logTail: string;
}

beforeAll(async () => {
  pager = await FakePager.start();
  collector = await LabCollector.create({ folder, pager });
  await collector.start();
  const nobody = asRoot ? await userNobody() : null;
  // Root may read everything, and then nothing is worth a warning: the agent runs as nobody.
  const wrapper = nobody
    ? ['setpriv', `--reuid=${nobody.uid}`, `--regid=${nobody.gid}`, '--clear-groups', '--']
    : [];
  const home = join(folder, 'web1-home');
  const tree = join(home, 'tree');
  const repository = join(home, 'repository');
  const passphraseFile = join(home, 'passphrase');
  mkdirSync(tree, { recursive: true });
  mkdirSync(join(folder, 'web1'));
  writeFileSync(passphraseFile, PASSPHRASE, { mode: 0o600 });
  for (const name of FILE_NAMES) {
    const path = Buffer.concat([Buffer.from(`${tree}/`), Buffer.from(name)]);
    writeFileSync(path, 'content');
    chmodSync(path, 0o000);
  }
  writeFileSync(join(tree, 'ordinary'), 'content');
  if (nobody) {
    chmodSync(folder, 0o755);
    for (const path of [home, tree, passphraseFile, join(folder, 'web1')]) {
      chownSync(path, nobody.uid, nobody.gid);
    }
  }
  const env = { BORG_BASE_DIR: join(home, 'borg'), HOME: home };
  await run([...wrapper, 'borg', 'init', '--encryption=repokey', repository], {
    env: { ...env, BORG_PASSPHRASE: PASSPHRASE },
  });
  const schedule = { cron: '0 0 1 1 *', start_grace: '10m', finish_within: '1h' };
  agent = new LabAgent({
    folder,
    host: 'web1',
    customer: 'acme',
    wrapper,
    env,
    config: {
      repositories: { acme: { borg: repository, passphrase_file: passphraseFile } },
      jobs: {
        files: { kind: 'files', repository: 'acme', schedule, paths: [tree] },
        missing: {
          kind: 'files',
          repository: 'acme',
          schedule,
          paths: [tree, `${tree}/missing ${MARKUP} ${ESC}[31m ${RIGHT_TO_LEFT}`],
        },
        loud: { kind: 'command', command: ['sh', '-c', LOUD, 'sh', `${RIGHT_TO_LEFT} the end`], schedule },
      },
    },
  });
  await agent.enroll(collector);
  agent.start();
  await agent.online(collector);
  for (const job of ['files', 'missing', 'loud']) await agent.ask('start', job, '--wait');
  await until('three runs', 30_000, async () => (await ended()).length === 3);
  await until('three alerts', 30_000, () => pager.pages.length >= 6);
}, STARTS_WITHIN_MS);

afterAll(async () => {
  await agent?.program?.stop();
  await collector?.program?.stop();
  await pager?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function userNobody(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (which) => Number((await run(['id', which, 'nobody'])).stdout)),
  );
  return { uid: uid!, gid: gid! };
}

async function ended(): Promise<Run[]> {
  const runs = await collector.api<Run[] | { items: Run[] }>('/runs?limit=10');
  return (Array.isArray(runs) ? runs : runs.items).filter(({ outcome }) => outcome !== null);
}

async function runOf(job: string): Promise<Run> {
  return (await ended()).find((one) => one.job === job)!;
}

/** What a terminal would obey, and what reorders or hides text; a line end is allowed. */
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

function expectPlain(text: string): void {
  const found = OBEYED.exec(text);
  expect(
    found &&
      `${JSON.stringify(found[0])} in ${JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 20))}`,
  ).toBe(null);
}

describe('names that are no names', () => {
  const NAMES = [
    '<script>hostile()</script>',
    '../../etc/passwd',
    `${ESC}[31mred`,
    'two\nlines',
    RIGHT_TO_LEFT,
    'a b',
    '-rf',
    'x'.repeat(65),
    '',
  ];

  it.each(NAMES)('are refused as a job: %j', async (name) => {
    const other = new LabAgent({
      folder,
      host: `other-${NAMES.indexOf(name)}`,
      customer: 'acme',
      config: {},
    });
    other.configure(collector, { jobs: { [name]: { kind: 'command', command: ['true'] } } });
    const { code, stdout, stderr } = await other.ask('check');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/name/);
    expectPlain(stdout + stderr);
  });

  it.each(NAMES)('are refused as a host: %j', async (name) => {
    const refused = collector.command(
      'enroll',
      '--config',
      collector.configFile,
      '--customer',
      'acme',
      '--',
      name,
    );
    const said = await refused.then(
      () => 'enrolled',
      (error: Error) => error.message.slice(error.message.indexOf(' ended with ')),
    );
    expect(said).not.toBe('enrolled');
    expectPlain(said);
  });
});

describe('a run over hostile file names, and one that prints hostile lines', () => {
  it('is recorded with what it met, within the bounds', async () => {
    const [files, missing, loud] = await Promise.all([runOf('files'), runOf('missing'), runOf('loud')]);
    expect(files).toMatchObject({ outcome: 'warning' });
    expect(files.warnings.length).toBe(FILE_NAMES.length);
    expect(missing.outcome).toBe('failed');
    expect(loud).toMatchObject({ outcome: 'failed' });
    for (const one of [files, missing, loud]) {
      expect(one.logTail.length).toBeLessThanOrEqual(LOG_TAIL_CHARS_MAX);
      expect(one.reason.length).toBeLessThanOrEqual(TEXT_CHARS_MAX);
      expect(one.warnings.length).toBeLessThanOrEqual(WARNINGS_PER_RUN_MAX);
      for (const { message, path } of one.warnings) {
        expect(message.length).toBeLessThanOrEqual(TEXT_CHARS_MAX);
        expect(path.length).toBeLessThanOrEqual(TEXT_CHARS_MAX);
      }
    }
  });

  it('shows on every page as text', async () => {
    const alerts = await collector.api<{ id: number }[] | { items: { id: number }[] }>('/alerts');
    const runs = await ended();
    const paths = [
      '/',
      '/?search=%22%3E%3Cb%20class%3Dhostile%3E',
      '/hosts',
      '/hosts/web1',
      '/alerts',
      ...['files', 'missing', 'loud'].map((job) => `/jobs/web1/${job}`),
      ...runs.map(({ id }) => `/runs/${id}`),
      ...(Array.isArray(alerts) ? alerts : alerts.items).map(({ id }) => `/alerts/${id}`),
    ];
    let escaped = 0;
    for (const path of paths) {
      const answer = await fetch(`${collector.webUrl}${path}`, {
        headers: { authorization: `Bearer ${collector.token}`, accept: 'text/html' },
      });
      const html = await answer.text();
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers.get('content-security-policy')).toMatch(/script-src/);
      expectPlain(html);
      // Every tag of ours; nothing that came from a host has become one, or an attribute of one.
      const tags = html.match(/<[a-z!/](?:"[^"]*"|'[^']*'|[^"'>])*>/gi) ?? [];
      expect(tags.filter((tag) => /hostile|\son\w+=/.test(tag.replace(/"[^"]*"/g, '""')))).toEqual([]);
      expect(tags.filter((tag) => /^<script(?![^>]* src=)/.test(tag))).toEqual([]);
      if (html.includes('&lt;b class=hostile')) escaped += 1;
    }
    expect(escaped).toBeGreaterThanOrEqual(3);
  });

  it('is one JSON text in the API', async () => {
    const loud = await runOf('loud');
    expect(loud.logTail).toContain('</script><script>hostile()</script>');
    for (const path of ['/jobs', '/hosts', '/runs', '/alerts', '/recovery-points', '/status']) {
      const answer = await fetch(`${collector.webUrl}/api/v1${path}`, {
        headers: { authorization: `Bearer ${collector.token}` },
      });
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(JSON.parse(await answer.text())).toEqual(expect.anything());
    }
  });

  it.each(['status', 'hosts', 'jobs', 'runs', 'recovery-points', 'alerts'])(
    'obeys nobody in the table of `backproof-collector %s`',
    async (command) => {
      const { stdout, stderr } = await run(
        [
          process.execPath,
          join(import.meta.dirname, '../../dist/collector.js'),
          command,
          '--config',
          collector.configFile,
        ],
        { mayFail: true },
      );
      expect(stdout.length + stderr.length).toBeGreaterThan(0);
      expectPlain(stdout + stderr);
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(200);
    },
  );

  it('obeys nobody in `backproof-agent status`', async () => {
    const { code, stdout, stderr } = await agent.ask('status');
    expect([0, 1]).toContain(code);
    expect(stdout).toMatch(/loud/);
    expectPlain(stdout + stderr);
  });

  it('reaches the pagers as one bounded line', () => {
    expect(pager.complaints).toEqual([]);
    const about = (via: 'pagerduty' | 'webhook') => pager.pages.filter((page) => page.via === via);
    for (const via of ['pagerduty', 'webhook'] as const) {
      expect(
        about(via)
          .map(({ rule }) => rule)
          .sort(),
      ).toEqual(['sync_failed', 'sync_failed', 'sync_warning']);
    }
    for (const { reason, subject, via } of pager.pages) {
      expectPlain(reason);
      expect(reason).not.toMatch(/\n/);
      expect(reason.length).toBeLessThanOrEqual(via === 'pagerduty' ? 1_024 : TEXT_CHARS_MAX);
      expect(subject).toMatch(/^job:web1\/(files|missing|loud)$/);
    }
  });

  it('leaves agent and collector running', () => {
    expect(agent.program?.running).toBe(true);
    expect(collector.program?.running).toBe(true);
  });
});
