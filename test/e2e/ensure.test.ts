/** scripts/lib/ensure.sh, with programs of our own in place of node and npm. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';

const ENSURE = join(import.meta.dirname, '../../scripts/lib/ensure.sh');

/** Sources ensure.sh and runs `script`, with the given programs first in PATH. */
function ensure(script: string, programs: Record<string, string>): { status: number | null; says: string } {
  const folder = temporaryFolder();
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const { status, stderr } = spawnSync('bash', ['-c', `set -euo pipefail; . ${ENSURE}; ${script}`], {
    env: { PATH: `${folder}:${process.env.PATH}`, HOME: folder },
    encoding: 'utf8',
  });
  return { status, says: stderr };
}

it.each([
  ['v18.20.4', 1],
  ['v20.18.3', 1],
  ['v20.19.0', 0],
  ['v22.23.3', 0],
  ['v24.18.2', 0],
  ['v24.19.0', 1],
  ['v25.9.0', 1],
])('node %s ends an installation with exit code %d', (version, status) => {
  const ended = ensure('ensure_node', { node: `echo ${version}`, npm: 'true' });
  expect(ended.status).toBe(status);
  if (status === 1) expect(ended.says).toMatch(/^error: node is v.*Install Node\.js 22, from nodejs\.org/);
});

it('a node that cannot become another user is refused, with where to get one that can', () => {
  expect(ensure('ensure_node_becomes_users', { node: 'exit 1' })).toMatchObject({
    status: 1,
    says: expect.stringMatching(/does not let root become another user .*from nodejs\.org/),
  });
});

it('a binary that cannot be built ends the installation, also where nothing is missing to build it', () => {
  const ended = ensure('is_installed() { true; }; build_sqlite; echo went on >&2', {
    node: 'exit 1',
    npm: 'echo gyp is unhappy; exit 7',
  });
  expect(ended.says).toContain('gyp is unhappy');
  expect(ended.says).not.toContain('went on');
  expect(ended.status).toBe(1);
});
