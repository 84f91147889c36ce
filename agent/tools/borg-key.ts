/** borg's command lines around keys: making a repository, exporting its key. Pure. */
import { type BorgAccess, commonOptions } from './borg.ts';

/** Where the key is: in the repository, or on this host alone. Both encrypted by the passphrase. */
export type KeyPlace = 'repository' | 'host';

/** blake2 is the faster of borg 1.x's authenticated encryptions on processors without SHA extensions. */
const MODES: Record<KeyPlace, string> = { repository: 'repokey-blake2', host: 'keyfile-blake2' };

export function initArgv(access: BorgAccess, place: KeyPlace): string[] {
  return [access.program, 'init', ...commonOptions(access), '--encryption', MODES[place], access.location];
}

/** Into a file: borg 1.1 exports to no other place. */
export function exportKeyArgv(access: BorgAccess, file: string, forPaper: boolean): string[] {
  const paper = forPaper ? ['--paper'] : [];
  return [access.program, 'key', 'export', ...commonOptions(access), ...paper, access.location, file];
}
