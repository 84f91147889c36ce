/**
 * What borg 1.1, 1.2 and 1.4 of Debian 11, 12 and 13 really do under the agent: files with all that a file
 * system can hold, exclude patterns, and dumps.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { LocalClient } from '../../agent/local-socket/client.ts';
import { parsePattern } from '../../agent/tools/borg-patterns.ts';
import type { RunFinished } from '../../proto/run.ts';
import { startTestAgent } from '../support/agent.ts';
import { cannotHavePrograms, DebianPrograms, type Release } from '../support/debian-programs.ts';
import { sharedFolder, temporaryFolder } from '../support/folder.ts';
import { PostgresCluster } from '../support/postgres.ts';
import { enrollDirectly, startCollector } from '../support/wire.ts';

const ODD_TREE = join(import.meta.dirname, '../support/odd-tree.py');
const HERE = join(import.meta.dirname, '../..');
const VERSIONS: Record<Release, string> = { bullseye: '1.1.16', bookworm: '1.2.4', trixie: '1.4.0' };
/** Making a root takes a minute the first time. */
const ROOT_WITHIN_MS = 10 * 60_000;
const NEVER = { cron: '0 0 1 1 *', finish_within: '10m' };
const PASSPHRASE = 'correct horse';

const why = cannotHavePrograms();
if (why) console.warn(`borg-versions is skipped: ${why}`);

/** As `backproof-agent start --wait` does. */
async function runJob(socket: string, job: string): Promise<RunFinished> {
  const client = await LocalClient.open(socket);
  client.send({ type: 'start', job, wait: true });
  for (;;) {
    const message = await client.receive();
    if (message === null || message.type === 'refused') throw new Error(message?.reason ?? 'no agent');
    if (message.type !== 'finished') continue;
    client.close();
    return message.run;
  }
}

function python(...args: string[]): string {
  return execFileSync('/usr/bin/python3', [ODD_TREE, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

// Needs root and debootstrap, for programs of other releases.
describe.skipIf(why !== null).each(Object.entries(VERSIONS) as [Release, string][])(
  'borg of Debian %s (%s)',
  (release, version) => {
    let programs: DebianPrograms;
    beforeAll(async () => {
      programs = await DebianPrograms.of(release);
    }, ROOT_WITHIN_MS);

    /** A host whose borg is that of the release, with a repository in a folder; `borg` runs it by hand. */
    async function host(jobs: Record<string, unknown>) {
      const folder = temporaryFolder();
      const program = programs.program('/usr/bin/borg', join(folder, 'borg'), {
        // A dump's command is run by borg itself.
        sees: [process.execPath, HERE, '/usr/lib/postgresql/15'],
      });
      const passphraseFile = join(folder, 'passphrase');
      writeFileSync(passphraseFile, PASSPHRASE, { mode: 0o600 });
      const repository = join(folder, 'repository');
      const env = {
        ...{ PATH: process.env.PATH, BORG_PASSPHRASE: PASSPHRASE, BORG_BASE_DIR: join(folder, 'admin') },
        ...{ BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes', LC_ALL: 'C.UTF-8' },
      };
      const borg = (args: string[], cwd = folder) =>
        execFileSync(program, args, { env, cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      borg(['init', '--encryption', 'repokey-blake2', repository]);
      const collector = await startCollector();
      const { socket } = await startTestAgent(enrollDirectly(collector), {
        collector: collector.url,
        repositories: {
          // Each borg has to understand every option that the agent may give it.
          main: {
            borg: repository,
            passphrase_file: passphraseFile,
            program,
            upload_limit: '500MiB',
            checkpoint_interval: '10m',
          },
        },
        jobs,
      });
      const run = (job: string) => runJob(socket, job);
      return { folder, repository, borg, run };
    }

    it('brings back all that a file system can hold, as it was', async () => {
      const tree = join(temporaryFolder(), 'tree');
      python('make', tree);
      const before = JSON.parse(python('list', tree));
      const jobs = { files: { kind: 'files', repository: 'main', schedule: NEVER, paths: [tree] } };
      const { folder, repository, borg, run } = await host(jobs);
      expect(borg(['--version'])).toContain(version);
      const finished = await run('files');
      expect(finished.reason).toMatch(/seen in the repository\.$/);
      expect(finished).toMatchObject({ outcome: 'succeeded', warningsTotal: 0 });

      const restored = join(folder, 'restored');
      mkdirSync(restored);
      borg(['extract', '--sparse', `${repository}::${finished.recoveryPoints[0]!.name}`], restored);
      const after = JSON.parse(python('list', join(restored, tree)));
      expect(after).toEqual(before);
      // The comparison has seen what it is about.
      const odd = Object.values(before) as { attributes: object; isSparse?: boolean; same?: string[] }[];
      expect(odd.some(({ attributes }) => Object.keys(attributes).length === 3)).toBe(true);
      expect(odd.some(({ isSparse }) => isSparse)).toBe(true);
      expect(odd.filter(({ same }) => same?.length === 2)).toHaveLength(2);
    });

    it('leaves out what the patterns say, as the agent reads them; counts it, and names what was swallowed', async () => {
      const tree = join(temporaryFolder(), 'www');
      const paths = [
        'shop2/a',
        'shop2/b/c',
        'other/x.tmp',
        'other/y',
        '.cache/z',
        'a1/f',
        'a2/f',
        'Bücher/s',
        'keep/k',
      ];
      for (const path of paths) {
        mkdirSync(join(tree, path, '..'), { recursive: true });
        writeFileSync(join(tree, path), 'x');
      }
      const excludes = ['*/shop*', '*.tmp', '*/.cache', `sh:${tree}/a?`, `re:/B.cher$`, `pp:${tree}/keep/k`];
      const job = { kind: 'files', repository: 'main', schedule: NEVER, paths: [tree], exclude: excludes };
      const { repository, borg, run } = await host({ files: job });
      const finished = await run('files');
      // shop2, x.tmp, .cache, a1, a2, Bücher, k
      expect(finished.stats.excluded).toBe(7);
      expect(finished.outcome).toBe('warning');
      const swallowed = finished.warnings.filter(({ code }) => code === 'excluded-by-pattern');
      expect(swallowed.map(({ path }) => path.slice(tree.length + 1)).sort()).toEqual([
        'Bücher',
        'a1',
        'a2',
        'shop2',
      ]);
      expect(swallowed.find(({ path }) => path.endsWith('shop2'))!.message).toContain('"*/shop*"');
      expect(finished.logTail).toContain(`left out by a pattern: ${tree}/shop2`);

      const kept = borg(['list', '--short', `${repository}::${finished.recoveryPoints[0]!.name}`]).split(
        '\n',
      );
      for (const path of paths) {
        const parts = path.split('/').map((_, i, all) => join(tree, ...all.slice(0, i + 1)));
        const isOut = parts.some((part) => excludes.some((text) => parsePattern(text).matches(part)));
        expect(kept.includes(join(tree, path).slice(1)), path).toBe(!isOut);
      }
    });

    it(
      version === '1.1.16' ? 'refuses to dump, and says which borg can' : 'dumps a database whole',
      async () => {
        const postgres = await PostgresCluster.start(join(sharedFolder(), 'cluster'));
        onTestFinished(() => postgres.stop());
        await postgres.sql('CREATE TABLE t AS SELECT generate_series(1, 1000) AS n');
        const connection = { host: postgres.socketFolder, port: postgres.port, user: 'postgres' };
        const job = {
          kind: 'postgres-dump',
          repository: 'main',
          schedule: NEVER,
          connection,
          databases: ['postgres'],
        };
        const { repository, borg, run } = await host({ shop: job });
        const finished = await run('shop');
        if (version === '1.1.16') {
          expect(finished).toMatchObject({
            outcome: 'failed',
            recoveryPoints: [],
            reason: expect.stringContaining('borg 1.1.16 cannot tell a dump that failed'),
          });
          return;
        }
        expect(finished.reason).toContain('seen in the repository');
        expect(finished.outcome).toBe('succeeded');
        const point = finished.recoveryPoints.find(({ subject }) => subject === 'postgres')!;
        const dump = borg(['extract', '--stdout', `${repository}::${point.name}`]);
        expect(dump.startsWith('PGDMP')).toBe(true);
      },
    );
  },
);

it('recognises borg 2 and says what to install, before it is asked for anything else', async () => {
  const folder = temporaryFolder();
  const program = join(folder, 'borg');
  // As `borg --version` of the betas says it.
  writeFileSync(program, '#!/bin/sh\n[ "$*" = --version ] && echo "borg 2.0.0b19" || exit 42\n', {
    mode: 0o755,
  });
  const collector = await startCollector();
  const { socket } = await startTestAgent(enrollDirectly(collector), {
    collector: collector.url,
    repositories: { main: { borg: join(folder, 'repository'), unencrypted: true, program } },
    jobs: { files: { kind: 'files', repository: 'main', schedule: NEVER, paths: [folder] } },
  });
  expect(await runJob(socket, 'files')).toMatchObject({
    outcome: 'failed',
    reason: 'borg 2.0.0b19 is not supported: borg 2 changes its repositories and commands; install borg 1.4.',
  });
});
