/** When was a recovery point of this engine and version last restored and checked? Pure. */
import type { Assurance } from './types.ts';
import { unknown } from './wording.ts';

export const proven: Assurance = {
  question: 'When was a recovery point of this engine and version last restored and checked?',
  watched: false,
  rules: [],
  judge({ job }) {
    return unknown(
      `No recovery point of ${job.job} has been restored to see whether it can be: this version cannot do it yet.`,
      job.firstDeclaredAtMs,
    );
  },
};
