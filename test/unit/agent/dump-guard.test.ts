import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DUMP_GUARD } from '../../support/agent.ts';
import { temporaryFolder } from '../../support/folder.ts';

const DUMP = join(import.meta.dirname, '../../golden/dumps/postgres-15.dump');

function guard(form: string, ...command: string[]) {
  const [program, ...args] = [...DUMP_GUARD, form, '--', ...command];
  const { status, stdout, stderr } = spawnSync(program!, args);
  return { status, stdout, stderr: stderr.toString() };
}

it('passes a whole dump on, byte for byte, and says what is in it', () => {
  const { status, stdout, stderr } = guard('postgres-custom', 'cat', DUMP);
  const rows = '[["public","empty",0],["public","nothing",0],["public","orders",20]]';
  const words = `dump-guard: rows ${rows}\ndump-guard: whole, ${stdout.length} bytes\n`;
  expect({ status, stderr }).toEqual({ status: 0, stderr: words });
  expect(stdout.equals(readFileSync(DUMP))).toBe(true);
});

it('leaves nothing behind, and works where no pipe can be made', () => {
  const [program, ...args] = [...DUMP_GUARD, 'postgres-custom', '--', '/bin/cat', DUMP];
  const TMPDIR = temporaryFolder();
  // Without mkfifo.
  for (const PATH of [process.env.PATH, temporaryFolder()]) {
    const { status, stdout } = spawnSync(program!, args, { env: { ...process.env, TMPDIR, PATH } });
    expect({ PATH, status, size: stdout.length }).toEqual({ PATH, status: 0, size: statSync(DUMP).size });
    expect(readdirSync(TMPDIR).filter((name) => name.startsWith('backproof'))).toEqual([]);
  }
});

it('fails what is empty or cut off although its program says that all is well', () => {
  expect(guard('postgres-custom', 'true')).toMatchObject({
    status: 65,
    stderr: 'dump-guard: the dump program reported success, but its dump is not whole: it is empty.\n',
  });
  const folder = temporaryFolder();
  const cut = join(folder, 'cut.dump');
  const dump = readFileSync(DUMP);
  writeFileSync(cut, dump.subarray(0, Math.floor(dump.length * 0.6)));
  const { status, stderr } = guard('postgres-custom', 'cat', cut);
  expect(status).toBe(65);
  expect(stderr).toMatch(/^dump-guard: .* is not whole: it ends after 3109 bytes, (within|before) .*\.\n$/);
});

it("leaves the program's own failure as it is: code, signal and words", () => {
  expect(guard('mysql-sql', 'sh', '-c', 'echo half; echo sorry >&2; exit 3')).toMatchObject({
    status: 3,
    stderr: 'sorry\n',
  });
  expect(guard('mysql-sql', 'sh', '-c', 'kill -9 $$').status).toBe(137);
  expect(guard('mysql-sql', '/nowhere/mysqldump')).toMatchObject({
    status: 65,
    stderr: expect.stringMatching(/^dump-guard: \/nowhere\/mysqldump could not be started/),
  });
});

it('says how it is used', () => {
  expect(guard('tar', 'true')).toMatchObject({ status: 2, stderr: expect.stringContaining('usage:') });
});
