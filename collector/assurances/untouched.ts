/** Could anyone have altered or removed what is stored? Pure. */
import type { Assurance } from './types.ts';
import { notApplicable, unknown } from './wording.ts';

export const untouched: Assurance = {
  question: 'Could anyone have altered or removed what is stored?',
  watched: false,
  rules: [],
  judge({ job }) {
    const { repository } = job.declaration;
    if (repository === '') {
      return notApplicable(`${job.job} writes to no repository.`, job.firstDeclaredAtMs);
    }
    return unknown(
      `Nobody has looked at the storage of repository ${repository}, whether it only appends and what became ` +
        'of its archives: this version cannot do it yet.',
      job.firstDeclaredAtMs,
    );
  },
};
