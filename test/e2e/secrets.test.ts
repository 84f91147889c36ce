/**
 * Where a passphrase shows, and where not. Real programs do real work with marked passphrases, while everything
 * that other users of the machine could see of any process is written down; then the marks are looked for there
 * and in everything that is kept or shown.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LabAgent } from '../../scripts/lab/agent.ts';
import { LabCollector } from '../../scripts/lab/collector.ts';
import { FakePager } from '../../scripts/lab/pager.ts';
import { run } from '../../scripts/lab/program.ts';
import { until } from '../../scripts/lab/until.ts';
import { makeRepository, makeTree } from '../support/borg.ts';
import { PostgresCluster } from '../support/postgres.ts';

const WITHIN_MS = 240_000;
const NEVER = { cron: '0 0 1 1 *', finish_within: '10m' };
const AGENT = join(import.meta.dirname, '../../dist/agent.js');
const NUL = '\0';

/**
 * borg, with what /proc shows of the agent and of every process of the run written to a file while it runs. A run
 * is a session of its own (setsid), so none of its processes is missed.
 */
function recordingBorg(folder: string): { program: string; seen: string } {
  const program = join(folder, 'recording-borg');
  const seen = join(folder, 'seen');
  writeFileSync(
    program,
    [
      '#!/bin/bash',
      'borg "$@" <&0 &',
      'borg=$!',
      'while kill -0 $borg 2>/dev/null; do',
      '  for pid in $PPID $(pgrep --session 0); do',
      `    cat /proc/$pid/cmdline /proc/$pid/environ 2>/dev/null >>'${seen}'`,
      '  done',
      '  sleep 0.02',
      'done',
      'wait $borg',
      '',
    ].join('\n'),
    { mode: 0o755 },
  );
  return { program, seen };
}

/** The folder's files, and those below, that hold one of the marks. */
function holding(folder: string, marks: string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => marks.some((mark) => readFileSync(file).includes(mark)));
}

/** Signs in as a browser does, and reads pages. */
async function pagesOf(collector: LabCollector, paths: string[]): Promise<string> {
  const signedIn = await fetch(`${collector.webUrl}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ token: collector.token }),
    headers: { 'sec-fetch-site': 'same-origin' },
    redirect: 'manual',
  });
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
  const texts = await Promise.all(
    paths.map(async (path) => {
      const answer = await fetch(`${collector.webUrl}${path}`, { headers: { cookie } });
      expect(answer.status, path).toBe(200);
      return answer.text();
    }),
  );
  return texts.join('\n');
}

it(
  'a passphrase reaches borg and nothing else: no argument, no environment, no log, no database, no page',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'backproof-secrets-'));
    chmodSync(folder, 0o755);
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const mark = () => `mark-${randomBytes(12).toString('hex')}`;
    const [right, wrong, told] = [mark(), mark(), mark()];
    const marks = [right, wrong, told];
    const { program, seen } = recordingBorg(folder);
    const good = makeRepository(folder, 'good', right);
    const locked = makeRepository(folder, 'locked', mark());
    writeFileSync(locked.passphraseFile, `${wrong}\n`);
    const asked = makeRepository(folder, 'asked', told);
    const tree = makeTree(folder);
    const postgres = await PostgresCluster.start(join(folder, 'cluster'));
    onTestFinished(() => postgres.stop());
    const pager = await FakePager.start();
    onTestFinished(() => pager.stop());
    const collector = await LabCollector.create({ folder: join(folder, 'lab'), pager });
    await collector.start();
    onTestFinished(() => collector.program?.stop());
    const files = (repository: string) => ({ kind: 'files', repository, schedule: NEVER, paths: [tree] });
    const connection = { host: postgres.socketFolder, port: postgres.port, user: 'postgres' };
    const agent = new LabAgent({
      folder: join(folder, 'lab'),
      host: 'web1',
      customer: 'acme',
      config: {
        repositories: {
          good: { borg: good.path, passphrase_file: good.passphraseFile, program },
          locked: { borg: locked.path, passphrase_file: locked.passphraseFile, program },
          asked: { borg: asked.path, passphrase_command: ['cat', asked.passphraseFile], program },
        },
        jobs: {
          files: files('good'),
          'locked-out': files('locked'),
          commanded: files('asked'),
          dump: { kind: 'postgres-dump', repository: 'good', schedule: NEVER, connection },
        },
      },
    });
    await agent.enroll(collector);
    agent.start();
    onTestFinished(() => agent.program?.stop());
    await agent.online(collector);

    for (const job of ['files', 'locked-out', 'commanded', 'dump']) {
      const { stdout } = await agent.ask('start', job, '--wait', '--json');
      const { outcome, reason } = JSON.parse(stdout) as { outcome: string; reason: string };
      expect(outcome, reason).toBe(job === 'locked-out' ? 'failed' : 'succeeded');
    }
    const drill = await run([process.execPath, AGENT, 'key', 'drill', '--config', agent.configFile], {
      env: { BORG_BASE_DIR: agent.borgBase },
      mayFail: true,
    });
    expect({ code: drill.code, said: drill.stdout }).toMatchObject({
      code: 1,
      said: expect.stringContaining('1 of 3 repositories: not as it should be.'),
    });
    for (const one of marks) expect((drill.stdout + drill.stderr).includes(one)).toBe(false);
    await until('every run on the page', WITHIN_MS, async () => {
      const runs = await collector.api<{ outcome: string | null }[]>('/runs');
      return runs.length === 4 && runs.every(({ outcome }) => outcome !== null);
    });

    // What was recorded is what was meant to be: borg at work, and the processes beside it.
    const recorded = readFileSync(seen, 'latin1');
    for (const shown of [`borg${NUL}create${NUL}`, `BORG_PASSPHRASE_FD=3${NUL}`, `pg_dump${NUL}`])
      expect(recorded.includes(shown), shown).toBe(true);
    expect(marks.filter((one) => recorded.includes(one))).toEqual([]);

    const passphraseFiles = [good, locked, asked].map((one) => one.passphraseFile);
    expect(holding(folder, marks).toSorted()).toEqual(passphraseFiles.toSorted());
    expect(holding(join(folder, 'lab'), ['locked-out']).length).toBeGreaterThan(2);

    const runs = await collector.api<{ id: number }[]>('/runs');
    const shown = await pagesOf(collector, [
      '/',
      '/alerts',
      '/hosts/web1',
      '/jobs/web1/files',
      '/jobs/web1/locked-out',
      ...runs.map(({ id }) => `/runs/${id}`),
      ...['status', 'hosts', 'jobs', 'runs', 'recovery-points', 'repositories', 'alerts'].map(
        (list) => `/api/v1/${list}`,
      ),
    ]);
    expect(shown).toContain('is wrong');
    for (const one of marks) expect(shown.includes(one)).toBe(false);
    const paged = JSON.stringify(pager.pages);
    expect(paged).toContain('locked-out');
    for (const one of marks) expect(paged.includes(one)).toBe(false);
  },
  WITHIN_MS,
);
