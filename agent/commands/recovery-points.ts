/** `backproof-agent recovery-points JOB`: what can be restored, asked of the repository itself. */
import type { Clock } from '../../proto/clock.ts';
import { formatDuration } from '../../proto/duration.ts';
import { printable } from '../../proto/printable.ts';
import { wallText } from '../decide/moment.ts';
import { restorePoints } from '../restore/points.ts';
import { table } from './output.ts';
import { showPitr } from './recovery-windows.ts';
import { type DeskOptions, openDesk, openReader } from './restore-desk.ts';

/** @returns the exit code: 1 when there is none. Throws UserError. */
export async function showRecoveryPoints(
  options: DeskOptions & { json: boolean },
  clock: Clock,
  print: (text: string) => void,
): Promise<0 | 1> {
  const { signal } = new AbortController();
  const open = await openDesk(options);
  const { config, job } = open;
  if (job.kind === 'postgres-pitr') return showPitr(open, job, options.host, options.json, clock, print);
  const { reader, host } = openReader(open, job.repository, options.host, clock, signal);
  const points = await restorePoints(reader, job, host);
  if (options.json) {
    const shown = points.map(({ name, id, subject, createdAtMs }) => ({
      name,
      id,
      subject,
      createdAt: new Date(createdAtMs).toISOString(),
      repository: job.repository.name,
    }));
    print(JSON.stringify(shown, null, 2));
  } else if (points.length === 0) {
    print(`Repository ${job.repository.name} holds no recovery point of ${job.name} of ${host}.`);
  } else {
    const nowMs = clock.nowMs();
    const rows = points.map(({ name, subject, createdAtMs }) => [
      subject || 'files',
      wallText(createdAtMs, config.zone),
      `${wallText(createdAtMs, 'UTC')}Z`,
      formatDuration(nowMs - createdAtMs).split(' ')[0]!,
      name,
    ]);
    print(printable(table([['OF', `MADE (${config.zone})`, 'UTC', 'AGE', 'ARCHIVE'], ...rows])));
  }
  return points.length > 0 ? 0 : 1;
}
