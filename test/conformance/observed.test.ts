import { FakeBorg } from '../support/fake-borg.ts';
import { OBSERVED_JOB } from '../support/jobs.ts';
import { conforms } from './engines.ts';

const borg = new FakeBorg();
// Somebody else made it.
borg.stdoutOf(['borg', 'create', '/srv/borg::offsite-2026-11-20']);

conforms('observed', { job: OBSERVED_JOB, leavesEvidence: true, stdoutOf: (argv) => borg.stdoutOf(argv) });
