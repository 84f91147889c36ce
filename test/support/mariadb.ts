/** A real, throw-away MariaDB server. */
import { existsSync } from 'node:fs';
import type { DebianPrograms } from './debian-programs.ts';
import { type Brand, freePort, SqlDaemon } from './sql-daemon.ts';

const SERVER = '/usr/sbin/mariadbd';
const MARIADB: Brand = {
  name: 'MariaDB',
  server: SERVER,
  client: '/usr/bin/mariadb',
  dump: '/usr/bin/mariadb-dump',
  install: (dataFolder) => [
    '/usr/bin/mariadb-install-db',
    `--datadir=${dataFolder}`,
    '--auth-root-authentication-method=normal',
    // Its host name need not be known to any DNS.
    '--force',
    '--skip-test-db',
  ],
  options: ['--innodb-log-file-size=8M'],
};

/** Why there is no MariaDB here, or null. */
export function cannotRunMariaDb(): string | null {
  return existsSync(SERVER) ? null : 'mariadb-server is not installed';
}

export class MariaDb extends SqlDaemon {
  /**
   * @param release whose server and programs; null: this machine's.
   * @param options of the server, such as `--log-bin`.
   */
  static async start(
    folder: string,
    release: DebianPrograms | null = null,
    options: string[] = [],
  ): Promise<MariaDb> {
    return new MariaDb(MARIADB, folder, await freePort(), release, options).begin();
  }
}
