import { FakeBorg } from '../support/fake-borg.ts';
import { mysqlJob } from '../support/job-specs.ts';
import { conforms } from './engines.ts';

const borg = new FakeBorg();
const SERVER = [
  ['server', '10.11.19-MariaDB-0+deb12u1', 'Debian 12', '0', 'backproof@localhost'],
  ['database', 'shop'],
  ['database', 'odd\\tname/ü'],
  ['GRANT SELECT, SHOW VIEW, EVENT, TRIGGER, SLAVE MONITOR ON *.* TO `backproof`@`localhost`'],
  ['end'],
]
  .map((row) => `${row.join('\t')}\n`)
  .join('');

conforms('mysql-dump', {
  job: mysqlJob(),
  leavesEvidence: true,
  stdoutOf(argv) {
    if (!argv[0]!.endsWith('/mariadb')) return borg.stdoutOf(argv);
    return argv.at(-1)!.includes('slaves status') ? 'asked\n1\n' : SERVER;
  },
});
