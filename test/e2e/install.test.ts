/** scripts/install into a folder that looks like a system: whose folders are whose before anything has run. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';

const INSTALL = join(import.meta.dirname, '../../scripts/install');
/** dist/ may have to be built. */
const INSTALL_MAX_MS = 120_000;

function emptySystem(): string {
  const root = temporaryFolder();
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  mkdirSync(join(root, 'etc'));
  // Looked for, never run.
  writeFileSync(join(root, 'usr/bin/node'), '', { mode: 0o755 });
  return root;
}

function install(root: string, ...programs: string[]) {
  return spawnSync(INSTALL, ['--root', root, ...programs], { encoding: 'utf8' });
}

const why = process.getuid?.() === 0 ? null : 'only root installs';
if (why) console.warn(`install is skipped: ${why}`);

// Writes folders of other users.
describe.skipIf(why !== null)('scripts/install', () => {
  it(
    'makes the agent’s folder its own, so that root acts as the agent before it first runs',
    () => {
      const root = emptySystem();
      expect(install(root, 'agent')).toMatchObject({ status: 0 });
      const uid = /^backproof:[^:]*:(\d+):/m.exec(readFileSync(join(root, 'etc/passwd'), 'utf8'))?.[1];
      for (const [folder, mode] of [
        ['var/lib/backproof', 0o710],
        ['etc/backproof/keys', 0o700],
      ] as const) {
        const facts = statSync(join(root, folder));
        expect([folder, facts.uid, facts.mode & 0o777]).toEqual([folder, Number(uid), mode]);
      }
    },
    INSTALL_MAX_MS,
  );

  it(
    'makes nothing of the agent’s on a machine of the collector alone',
    () => {
      const root = emptySystem();
      expect(install(root, 'collector')).toMatchObject({ status: 0 });
      expect(existsSync(join(root, 'etc/backproof'))).toBe(true);
      expect(existsSync(join(root, 'var/lib/backproof'))).toBe(false);
      expect(existsSync(join(root, 'etc/passwd'))).toBe(false);
    },
    INSTALL_MAX_MS,
  );

  it(
    'does not give a collector’s data to an agent that comes later, and says how to move it',
    () => {
      const root = emptySystem();
      mkdirSync(join(root, 'var/lib/private/backproof'), { recursive: true });
      writeFileSync(join(root, 'var/lib/private/backproof/collector.db'), 'everything');
      execFileSync('ln', ['-s', 'private/backproof', join(root, 'var/lib/backproof')]);
      const refused = install(root, 'agent');
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain("the collector's data is in");
      expect(existsSync(join(root, 'usr/bin/backproof-agent'))).toBe(false);
      const commands = refused.stderr.split('\n').filter((line) => line.includes('readlink'));
      execFileSync('sh', ['-euc', commands.join('\n')]);
      expect(readFileSync(join(root, 'var/lib/private/backproof-collector/collector.db'), 'utf8')).toBe(
        'everything',
      );
      expect(install(root)).toMatchObject({ status: 0 });
    },
    INSTALL_MAX_MS,
  );
});
