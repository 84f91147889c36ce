import { COMMAND_JOB } from '../support/jobs.ts';
import { conforms } from './engines.ts';

conforms('command', { job: COMMAND_JOB, leavesEvidence: false, stdoutOf: () => '' });
