/** `kind: command` in agent.yaml. */
import * as z from 'zod';
import { commonKeys, commonOf, type Named } from './job-common.ts';
import type { CommandJob } from './job-spec.ts';
import { argv, name } from './values.ts';

export const commandSchema = z.strictObject({
  kind: z.literal('command'),
  ...commonKeys,
  repository: name.optional().describe('Where its archives are, for people; a name from `repositories`.'),
  command: argv
    .optional()
    .describe(
      'The program and its arguments, without a shell. Absent: cron or a person runs it by `backproof-agent exec`.',
    ),
});

export function commandJob(
  job: string,
  raw: z.output<typeof commandSchema>,
  zone: string,
  named: Named,
): CommandJob {
  return {
    ...commonOf(job, raw, zone),
    kind: 'command',
    startedByAgent: raw.command !== undefined,
    repository: named(raw.repository) ?? null,
    command: raw.command ?? null,
  };
}
