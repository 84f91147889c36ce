/** Whether what is generated is what its source generates today. The one rule that must run programs. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Finding } from './finding.ts';

interface Generator {
  /** Takes a folder as its argument and writes there what it else writes into `into`. */
  script: string;
  into: string;
}

/** The configuration's reference has a check of its own: `scripts/build-docs --check`. */
const GENERATORS: readonly Generator[] = [{ script: 'scripts/build-proto', into: 'proto/generated' }];

/** @param top the repository's folder. A generator that does not exist has nothing to compare. */
export function staleFiles(top: string, generators: readonly Generator[] = GENERATORS): Finding[] {
  return generators
    .filter(({ script }) => existsSync(join(top, script)))
    .flatMap((generator) => compare(top, generator));
}

function compare(top: string, { script, into }: Generator): Finding[] {
  const fresh = mkdtempSync(join(tmpdir(), 'backproof-tidy-'));
  try {
    execFileSync(join(top, script), [fresh], { cwd: top, stdio: ['ignore', 'ignore', 'pipe'] });
    return filesBelow(fresh)
      .filter((file) => !sameContent(join(fresh, file), join(top, into, file)))
      .map((file) => ({
        file: join(into, file),
        line: 1,
        rule: 'generated',
        what: `differs from what ${script} makes`,
        why: 'generated files are never edited, and a stale one lies about its source',
        todo: `run ./${script} and commit the result`,
      }));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function sameContent(one: string, other: string): boolean {
  return existsSync(other) && readFileSync(one).equals(readFileSync(other));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => relative(folder, path));
}
