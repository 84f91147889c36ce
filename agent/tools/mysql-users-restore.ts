/** A dump of users and grants on its way into a server. Pure. */
import { Buffer } from 'node:buffer';

/** mariadb-dump's first line since 2024 (MDEV-33727): MySQL's clients and older MariaDB's refuse it. */
const SANDBOX = /^\/\*M?!999999\\- enable the sandbox mode \*\/ *$/;

/** ` IDENTIFIED BY PASSWORD '*14E6...'`, ` IDENTIFIED VIA ed25519 USING '...' OR unix_socket`. */
const PLUGIN = "\\w+(?: USING '(?:[^'\\\\]|\\\\.|'')*')?";
const IDENTIFIED = new RegExp(
  `^(GRANT .* TO (?:\`(?:[^\`]|\`\`)*\`|'(?:[^']|'')*')@(?:\`(?:[^\`]|\`\`)*\`|'(?:[^']|'')*')) IDENTIFIED (?:BY PASSWORD '[^']*'|VIA ${PLUGIN}(?: OR ${PLUGIN})*)`,
);

/**
 * Accounts that are there keep their passwords: mariadb-dump has each in CREATE USER IF NOT EXISTS and once more in
 * a GRANT, which would put back the old one. Lines are looked at whole, as bytes (latin1).
 */
export class UsersStream {
  #rest: Buffer = Buffer.alloc(0);
  /** Nothing can be wrong here. */
  readonly problem: string | null = null;

  push(chunk: Buffer): Buffer {
    const all = Buffer.concat([this.#rest, chunk]);
    const end = all.lastIndexOf('\n') + 1;
    this.#rest = Buffer.from(all.subarray(end));
    return mended(all.subarray(0, end));
  }

  end(): Buffer {
    return mended(this.#rest);
  }
}

function mended(lines: Buffer): Buffer {
  const kept = lines
    .toString('latin1')
    .split('\n')
    .map((line) => line.replace(SANDBOX, '').replace(IDENTIFIED, '$1'));
  return Buffer.from(kept.join('\n'), 'latin1');
}
