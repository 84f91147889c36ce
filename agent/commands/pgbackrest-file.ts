/** pgBackRest's configuration file on this machine. */
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, UserError } from '../../proto/errors.ts';
import { openPart } from '../closed-path.ts';
import type { ConfigurationSeen } from '../decide/pitr-setup.ts';

/** Where pgBackRest looks when it is told nothing: the first that is there (Debian's package has the second). */
const DEFAULTS = ['/etc/pgbackrest/pgbackrest.conf', '/etc/pgbackrest.conf'];
/** Read beside those, but not beside a file that was named. */
const INCLUDED = '/etc/pgbackrest/conf.d';
/** The passphrase stands in it: root writes it, the server's group reads it. */
const MODE = 0o640;
const ROOT = 0;

export interface PgBackRestFile {
  path: string;
  read(): ConfigurationSeen;
}

/** @param named null: pgBackRest's own choice. */
export function findConfiguration(named: string | null): PgBackRestFile {
  const path = named ?? DEFAULTS.find(existsSync) ?? DEFAULTS[1]!;
  const read = () => {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const included = named === null ? includedFiles() : [];
    return { text, all: [...included, text].join('\n') };
  };
  return {
    path,
    read: () => {
      try {
        return read();
      } catch (error) {
        throw new UserError(`pgBackRest's configuration cannot be read: ${messageOf(error)}`, {
          next: 'run it with sudo',
        });
      }
    },
  };
}

function includedFiles(): string[] {
  if (!existsSync(INCLUDED)) return [];
  const names = readdirSync(INCLUDED).filter((name) => name.endsWith('.conf'));
  return names.sort().map((name) => readFileSync(join(INCLUDED, name), 'utf8'));
}

/**
 * Whole or not at all; what was there is kept beside it.
 * @param dataDirectory the server's: the file is for the same group.
 * @returns where the file that was there before is now; null when there was none.
 */
export function replaceConfiguration(path: string, text: string, dataDirectory: string): string | null {
  const file = existsSync(path) ? realpathSync(path) : path;
  const open = openPart(dirname(file));
  if (open !== null) throw new UserError(`others than root can change ${open}, so ${file} is not written`);
  const { gid } = statSync(dataDirectory);
  const kept = existsSync(file) ? keep(file, gid) : null;
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  const fd = openSync(unfinished, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, MODE);
  try {
    writeFileSync(fd, text);
    fchmodSync(fd, MODE);
    fchownSync(fd, ROOT, gid);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(unfinished, file);
  return kept;
}

/** @param kept what `replaceConfiguration` returned. */
export function putBackConfiguration(path: string, kept: string | null): void {
  const file = realpathSync(path);
  if (kept === null) rmSync(file);
  else renameSync(kept, file);
}

/** `FILE.1` is the oldest. */
function keep(file: string, gid: number): string {
  let number = 1;
  while (existsSync(`${file}.${number}`)) number += 1;
  const kept = `${file}.${number}`;
  copyFileSync(file, kept, constants.COPYFILE_EXCL);
  chownSync(kept, ROOT, gid);
  chmodSync(kept, MODE);
  return kept;
}
