/** Is a file created since the last archive in the newest archive, byte for byte? Pure. */
import type { Assurance } from './types.ts';
import { notApplicable, unknown } from './wording.ts';

export const complete: Assurance = {
  question: 'Is a file created since the last archive in the newest archive, byte for byte?',
  watched: false,
  rules: [],
  judge({ job }) {
    if (job.declaration.kind === 'postgres-dump') {
      return notApplicable(
        'A dump holds what the database holds, not files; whether it can be restored is asked by "proven".',
        job.firstDeclaredAtMs,
      );
    }
    return unknown(
      `Nobody has compared new files of ${job.job} with its newest archive: this version cannot do it yet.`,
      job.firstDeclaredAtMs,
    );
  },
};
