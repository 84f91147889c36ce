import type { MysqlPrograms } from '../../agent/tools/mysql.ts';
import { FakeBorg } from '../support/fake-borg.ts';
import { MARIADB, mysqlJob } from '../support/job-specs.ts';
import { mysqlAnswers } from '../support/mysql-answers.ts';
import { conforms } from './engines.ts';

/** Not executed here: its answers are those of its documentation. */
const MYSQL: MysqlPrograms = {
  flavour: 'MySQL',
  version: '8.0.36',
  client: '/usr/bin/mysql',
  dump: '/usr/bin/mysqldump',
};

for (const [programs, version] of [
  [MARIADB, '10.11.19-MariaDB-0+deb12u1'],
  [MYSQL, '8.0.36'],
] as const) {
  const borg = new FakeBorg();
  conforms('mysql-dump', {
    job: mysqlJob(),
    context: { mysql: programs },
    leavesEvidence: true,
    stdoutOf: (argv, _id, question) =>
      argv[0] === programs.client ? mysqlAnswers(version, argv, question) : borg.stdoutOf(argv),
  });
}
