import { FakeBorg } from '../support/fake-borg.ts';
import { POSTGRES_DUMP_JOB } from '../support/jobs.ts';
import { psqlAnswers } from '../support/postgres-facts.ts';
import { conforms } from './engines.ts';

const borg = new FakeBorg();
const SERVER = {
  number: 150_018,
  version: '15.18 (Debian 15.18-0+deb12u1)',
  in_recovery: false,
  superuser: false,
  databases: ['shop', 'postgres', 'a "strange" name/ü'],
};

conforms('postgres-dump', {
  job: POSTGRES_DUMP_JOB,
  leavesEvidence: true,
  stdoutOf(argv, _id, question) {
    if (question !== '') return psqlAnswers(question);
    return argv[0]!.endsWith('/psql') ? JSON.stringify(SERVER) : borg.stdoutOf(argv);
  },
});
