/** `backproof-agent recovery-points JOB` of a PITR job: its base backups, and the windows they and the WAL give. */
import type { Clock } from '../../proto/clock.ts';
import { formatDuration, formatSize } from '../../proto/duration.ts';
import { printable } from '../../proto/printable.ts';
import type { PostgresPitrJob } from '../config/job-spec.ts';
import { wallText } from '../decide/moment.ts';
import { pitrWindows } from '../decide/pitr-plan.ts';
import { pitrSourceOf } from '../restore/pitr-sources.ts';
import { ProgressLine } from '../restore/progress-line.ts';
import { table } from './output.ts';
import { type OpenDesk, openReader } from './restore-desk.ts';

/**
 * @param host whose base backups; undefined: this host's.
 * @returns the exit code: 1 when nothing can be restored. Throws UserError.
 */
export async function showPitr(
  open: OpenDesk,
  job: PostgresPitrJob,
  host: string | undefined,
  asJson: boolean,
  clock: Clock,
  print: (text: string) => void,
): Promise<0 | 1> {
  const { config, environment } = open;
  const { zone } = config;
  const desk = {
    clock,
    zone,
    environment: environment.variables,
    say: () => {},
    progress: new ProgressLine(() => {}, false, clock),
    signal: new AbortController().signal,
  };
  const source = pitrSourceOf(job, desk, process.getuid?.() === 0, (repository) =>
    openReader(open, repository, host, clock, desk.signal),
  );
  const holdings = await source.look();
  const { windows, usable } = pitrWindows(holdings);
  const isUsable = new Set(usable.map(({ backup }) => backup.label));
  const newestFirst = holdings.backups.toReversed();
  if (asJson) {
    const iso = (atMs: number) => new Date(atMs).toISOString();
    const shown = {
      windows: windows.map(({ fromMs, toMs }) => ({ from: iso(fromMs), to: toMs === 0 ? null : iso(toMs) })),
      baseBackups: newestFirst.map(({ label, type, stoppedAtMs, sizeBytes }) => ({
        label,
        type,
        createdAt: iso(stoppedAtMs),
        sizeBytes,
        isUsable: isUsable.has(label),
      })),
    };
    print(JSON.stringify(shown, null, 2));
    return windows.length > 0 ? 0 : 1;
  }
  const nowMs = clock.nowMs();
  if (windows.length === 0) print(`Nothing of ${job.name} can be restored: no base backup's WAL is whole.`);
  else {
    const rows = windows.map(({ fromMs, toMs }) => [
      wallText(fromMs, zone),
      toMs === 0 ? 'what is archived last' : wallText(toMs, zone),
    ]);
    print(printable(table([[`RESTORABLE FROM (${zone})`, 'TO'], ...rows])));
    print('');
  }
  const rows = newestFirst.map(({ label, type, stoppedAtMs, sizeBytes }) => [
    label,
    type,
    wallText(stoppedAtMs, zone),
    `${wallText(stoppedAtMs, 'UTC')}Z`,
    formatDuration(nowMs - stoppedAtMs).split(' ')[0]!,
    sizeBytes > 0 ? formatSize(sizeBytes) : '',
    isUsable.has(label) ? '' : 'its own WAL is not whole',
  ]);
  print(printable(table([['BASE BACKUP', 'TYPE', `MADE (${zone})`, 'UTC', 'AGE', 'SIZE', ''], ...rows])));
  return windows.length > 0 ? 0 : 1;
}
