import { pruneJob } from '../support/job-specs.ts';
import { SAMPLE_AT_MS } from '../support/samples.ts';
import { conforms } from './engines.ts';

const DAY_MS = 86_400_000;

/** As `borg list --json` prints them (1.2.4, TZ=UTC): ten nights of one job, the first two of them too old. */
const archives = Array.from({ length: 10 }, (_, night) => {
  const time = new Date(SAMPLE_AT_MS - night * DAY_MS - 3_600_000).toISOString();
  const name = `web1-files-${time}`;
  const start = `${time.slice(0, -1)}000`;
  return { archive: name, barchive: name, id: String(night).repeat(64), name, start, time: start };
});
const listed = (some: typeof archives) =>
  JSON.stringify({ archives: some, encryption: { mode: 'repokey' }, repository: { id: 'a'.repeat(64) } });

conforms('prune', {
  job: pruneJob(),
  // It leaves none of its own: what it removes it shows by a second list.
  leavesEvidence: false,
  stdoutOf: (argv, id) => {
    if (argv[1] !== 'list') return '';
    return listed(id === 'list again' ? archives.slice(0, 8) : archives);
  },
});
