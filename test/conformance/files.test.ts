import { FakeBorg } from '../support/fake-borg.ts';
import { FILES_JOB } from '../support/jobs.ts';
import { conforms } from './engines.ts';

const borg = new FakeBorg();

conforms('files', { job: FILES_JOB, leavesEvidence: true, stdoutOf: (argv) => borg.stdoutOf(argv) });
