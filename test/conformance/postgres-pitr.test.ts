import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresPitrJob } from '../support/job-specs.ts';
import { conforms } from './engines.ts';

/** What a real pgBackRest 2.45 printed, recorded by test/golden/record-pgbackrest. */
function said(name: string): string {
  const text = readFileSync(join(import.meta.dirname, `../golden/pgbackrest/2.45-${name}.txt`), 'utf8');
  return text.slice(text.indexOf('\n') + 1);
}

conforms('postgres-pitr', {
  job: postgresPitrJob(),
  leavesEvidence: true,
  stdoutOf: (_argv, id) => (id === 'before' ? said('info-no-backup') : id === 'confirm' ? said('info') : ''),
});
