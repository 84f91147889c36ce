/** How old is the oldest change that is not in the PITR repository yet? Pure. */
import type { Assurance } from './types.ts';
import { notApplicable } from './wording.ts';

export const receiving: Assurance = {
  question: 'How old is the oldest change that is not in the PITR repository yet?',
  watched: false,
  rules: [],
  judge({ job }) {
    return notApplicable(
      `A job of kind ${job.declaration.kind} makes single recovery points and receives no stream of changes.`,
      job.firstDeclaredAtMs,
    );
  },
};
