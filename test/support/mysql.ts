/** A real, throw-away server of MySQL's own, which Debian has in unstable. */
import type { DebianPrograms } from './debian-programs.ts';
import { type Brand, freePort, SqlDaemon } from './sql-daemon.ts';

const MYSQL: Brand = {
  name: 'MySQL',
  server: '/usr/sbin/mysqld',
  client: '/usr/bin/mysql',
  dump: '/usr/bin/mysqldump',
  install: (dataFolder) => ['/usr/sbin/mysqld', '--initialize-insecure', `--datadir=${dataFolder}`],
  options: ['--innodb-redo-log-capacity=16M', '--secure-file-priv=NULL', '--mysqlx=OFF'],
};

export class Mysql extends SqlDaemon {
  /** @param options of the server, such as `--gtid-mode=ON`. */
  static async start(folder: string, release: DebianPrograms, options: string[] = []): Promise<Mysql> {
    return new Mysql(MYSQL, folder, await freePort(), release, options).begin();
  }
}
