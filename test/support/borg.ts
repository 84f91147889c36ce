/** Real borg repositories in a local folder, as an administrator makes them by hand. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LocalRepository {
  path: string;
  passphraseFile: string;
}

/** An environment of its own: what this borg knows about repositories, the agent's borg does not. */
function environment(folder: string, passphrase: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    BORG_BASE_DIR: join(folder, 'borg-of-admin'),
    BORG_PASSPHRASE: passphrase,
    BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
  };
}

export function initRepository(path: string, passphrase: string, encryption = 'repokey-blake2'): void {
  execFileSync('borg', ['init', '--encryption', encryption, path], {
    env: environment(join(path, '..'), passphrase),
    stdio: 'ignore',
  });
}

/** A repository `name` below `folder`, and the file of its passphrase beside it. */
export function makeRepository(folder: string, name: string, passphrase: string): LocalRepository {
  const path = join(folder, name);
  const passphraseFile = join(folder, `${name}.passphrase`);
  writeFileSync(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  initRepository(path, passphrase);
  return { path, passphraseFile };
}

export function archivesIn(path: string, passphrase: string): string[] {
  return execFileSync('borg', ['list', '--short', path], {
    env: environment(join(path, '..'), passphrase),
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  })
    .split('\n')
    .filter((line) => line !== '');
}

/** A few files to back up. */
export function makeTree(folder: string): string {
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  for (let i = 0; i < 5; i += 1) writeFileSync(join(tree, `file-${i}`), `content ${i}`);
  return tree;
}
