/** Do the recovery points cover the promised days without a hole? Pure. */
import { formatDuration } from '../../proto/duration.ts';
import type { Assurance } from './types.ts';
import { notApplicable, unknown } from './wording.ts';

export const retained: Assurance = {
  question: 'Do the recovery points cover the promised days without a hole?',
  watched: false,
  rules: [],
  judge({ job }) {
    const { keepMs } = job.declaration;
    if (keepMs === 0) {
      return notApplicable(`${job.job} promises no recovery window.`, job.firstDeclaredAtMs);
    }
    return unknown(
      `${job.job} promises ${formatDuration(keepMs)}, but nobody has looked whether recovery points cover ` +
        'them without a hole: this version cannot do it yet.',
      job.firstDeclaredAtMs,
    );
  },
};
