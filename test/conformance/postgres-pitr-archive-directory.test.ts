import { archiveDirectoryJob } from '../support/job-specs.ts';
import { clusterSays } from '../support/postgres-facts.ts';
import { conforms } from './engines.ts';

const ID = 'b'.repeat(64);

/** What borg prints of an archive that it made, and of those it holds; after test/golden/borg. */
function created(name: string): string {
  return JSON.stringify({
    archive: {
      name,
      id: `${ID}${name}`,
      start: '2026-11-22T00:10:00.000000',
      stats: {
        original_size: 40_000_000,
        compressed_size: 4_000_000,
        deduplicated_size: 4_000_000,
        nfiles: 1,
      },
    },
  });
}

const names: Record<string, string> = {};

conforms('postgres-pitr with an archive directory', {
  job: archiveDirectoryJob(),
  leavesEvidence: true,
  stdoutOf(argv, id) {
    if (id === 'server') return clusterSays();
    if (id === 'confirm')
      return JSON.stringify({
        archives: Object.values(names).map((name) => ({
          name,
          id: `${ID}${name}`,
          start: '2026-11-22T00:10:00.000000',
        })),
      });
    names[id] = argv.find((word) => word.includes('::'))!.split('::')[1]!;
    return created(names[id]!);
  },
});
