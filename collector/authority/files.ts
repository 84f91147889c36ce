/** Files that hold keys: written whole or not at all, for their owner only. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;

/** Replaces `file` atomically and durably. Throws what node:fs throws. */
export function writeSecret(file: string, content: string): void {
  const temporary = `${file}.new`;
  const handle = openSync(temporary, 'w', OWNER_ONLY);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
