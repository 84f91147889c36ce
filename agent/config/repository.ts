/** `repositories`: where archives go, and how borg gets at them. */
import * as z from 'zod';
import type { RepositorySpec } from './job-spec.ts';
import { ARGV, argv, duration, LOCATION, location, name, path, size, text } from './values.ts';

/** Who has to agree before something is restored. */
export const restoreKey = z
  .strictObject({
    approval: z
      .enum(['none', 'second-person'], { error: 'none or second-person' })
      .default('none')
      .describe(
        '`second-person`: `backproof-agent restore` waits (`--request`) until somebody else agrees on the page.',
      ),
  })
  .prefault({});

export const repositorySchema = z.strictObject({
  customer: name
    .optional()
    .describe(
      "Whose it is. Default: the customer of this host's certificate. A job refuses another customer's; a steward may hold several.",
    ),
  borg: location.describe(`Where the repository is, as borg itself is told: ${LOCATION}.`),
  passphrase_file: path
    .optional()
    .describe('Holds the passphrase; refused when others may read it (mode 0600).'),
  passphrase_command: argv.optional().describe(`Prints the passphrase; ${ARGV}.`),
  unencrypted: z.boolean().default(false).describe('True: the repository was made with `--encryption none`.'),
  lock_wait: duration
    .prefault('10m')
    .describe('How long to wait while somebody else works in the repository.'),
  upload_limit: size.optional().describe('At most this much is sent a second.'),
  checkpoint_interval: duration
    .optional()
    .describe(
      "How often borg saves what it has of an unfinished archive, so that a run that was cut off is gone on with and not begun anew. Default: borg's own, 30 minutes.",
    ),
  ssh_command: text('the ssh command line')
    .optional()
    .describe("borg's `--rsh`, for example `ssh -i /etc/backproof/keys/id_ed25519`."),
  remote_path: text('the path of borg on the storage host').optional().describe("borg's `--remote-path`."),
  program: text('the name or path of a borg program')
    .default('borg')
    .describe('Which borg to use, where there are several.'),
  restore: restoreKey,
});

export function repositoryOf(own: string, raw: z.output<typeof repositorySchema>): RepositorySpec {
  return {
    name: own,
    customer: raw.customer ?? null,
    location: raw.borg,
    passphraseFile: raw.passphrase_file ?? null,
    passphraseCommand: raw.passphrase_command ?? null,
    unencrypted: raw.unencrypted,
    lockWaitMs: raw.lock_wait,
    uploadBytesPerSecond: raw.upload_limit ?? null,
    checkpointEveryMs: raw.checkpoint_interval ?? null,
    sshCommand: raw.ssh_command ?? null,
    remotePath: raw.remote_path ?? null,
    program: raw.program,
    restoreApproval: raw.restore.approval,
  };
}
