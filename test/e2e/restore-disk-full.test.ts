/** A restore into a folder that is too small, on a real file system. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MARKER } from '../../agent/restore/folder.ts';
import { startTestAgent } from '../support/agent.ts';
import { makeRepository, makeTree } from '../support/borg.ts';
import { temporaryFolder } from '../support/folder.ts';
import { restoreNow } from '../support/restore.ts';
import { runJob } from '../support/run-job.ts';
import { enrollDirectly, startCollector } from '../support/wire.ts';

function cannotMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return process.getuid?.() !== 0;
  } catch {
    return true;
  }
}

// Only root may mount a small file system.
describe.skipIf(cannotMount())('a folder with a megabyte of room', () => {
  it('says that the disk is full, warns before, and leaves the mark in the folder', async () => {
    const collector = await startCollector();
    const dataDir = enrollDirectly(collector);
    const folder = temporaryFolder();
    const tree = makeTree(folder);
    // Not zeros, which would become holes.
    for (let i = 0; i < 8; i += 1)
      writeFileSync(join(tree, `big-${i}`), Buffer.alloc(1024 * 1024, `content of ${i} `));
    const repository = makeRepository(folder, 'repository', 'the passphrase');
    const { configFile, socket } = await startTestAgent(dataDir, {
      collector: collector.url,
      repositories: { acme: { borg: repository.path, passphrase_file: repository.passphraseFile } },
      jobs: {
        files: {
          kind: 'files',
          repository: 'acme',
          schedule: { cron: '0 0 1 1 *', finish_within: '10m' },
          paths: [tree],
        },
      },
    });
    process.env.BORG_BASE_DIR = join(folder, 'borg-of-root');
    await runJob(socket, 'files');
    const to = join(folder, 'small');
    mkdirSync(to);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1M,mode=700', 'tmpfs', to]);
    onTestFinished(() => {
      execFileSync('umount', [to]);
    });
    const full = await restoreNow({ configFile, job: 'files', to });
    expect(full.code).toBe(1);
    const said = full.said.join('\n');
    expect(said).toContain('warning: 8.0 MiB are to be restored');
    expect(said).toContain(`The disk is full: ${to} has no room left`);
    expect(said).toContain('next: make room');
    expect(existsSync(join(to, MARKER))).toBe(true);
  });
});
