/** What of a cluster can be restored, and how exposed it was over the last week. */
import { formatDuration } from '../../../proto/duration.ts';
import type { StaleAfter } from '../../../proto/job.ts';
import { moment } from '../../assurances/wording.ts';
import type { WalState } from '../../store/types.ts';
import { When } from './marks.tsx';
import { HOURS, type WalHour, walHours } from './wal-hours.ts';

export interface WalProps {
  state: WalState | null;
  exposure: { atMs: number; exposureMs: number }[];
  staleAfter: StaleAfter;
  nowMs: number;
}

const HOUR_WIDTH = 4;
const BAND_HEIGHT = 28;
/** Room below the band for the marks of base backups. */
const MARK_HEIGHT = 8;

export function WalBand({ state, exposure, staleAfter, nowMs }: WalProps) {
  const sample = state?.sample ?? null;
  const open = sample?.windows.find(({ toMs }) => toMs === 0) ?? null;
  const hours = walHours(exposure, sample?.backupsAtMs ?? [], staleAfter, nowMs);
  const worst = hours.reduce((a, b) => (b.exposureMs > a.exposureMs ? b : a));
  const unseen = hours.filter(({ kind }) => kind === 'unseen').length;
  const summary =
    `Exposure over the last 7 days: at worst ${formatDuration(worst.exposureMs)}; ` +
    `${hours.filter(({ kind }) => kind === 'late' || kind === 'broken').length} hours over the promise, ` +
    `${unseen} hours in which nobody looked.`;
  return (
    <section aria-labelledby="window" data-live="window">
      <h2 id="window">Recovery window</h2>
      {sample === null ? (
        <p class="empty">Nobody has looked yet.</p>
      ) : (
        <p>
          {open === null
            ? 'There is no base backup to restore from yet.'
            : `Restorable to any second from ${moment(open.fromMs)} to ${moment(state!.receivedAtMs - sample.exposureMs)}.`}{' '}
          <span class="since">
            Seen <When atMs={state!.receivedAtMs} nowMs={nowMs} whole />.
          </span>
        </p>
      )}
      <svg
        class="wal"
        viewBox={`0 0 ${HOURS * HOUR_WIDTH} ${BAND_HEIGHT + MARK_HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={summary}
      >
        {hours.map((hour, i) => (
          <Hour key={hour.atMs} hour={hour} x={i * HOUR_WIDTH} />
        ))}
      </svg>
      <p class="legend">{summary} Marks below the band are base backups.</p>
    </section>
  );
}

function Hour({ hour, x }: { hour: WalHour; x: number }) {
  const said =
    hour.kind === 'unseen' ? 'nobody looked' : `exposure at worst ${formatDuration(hour.exposureMs)}`;
  return (
    <g class={`wal-${hour.kind}`}>
      <title>{`${moment(hour.atMs)}: ${said}${hour.backup ? ', a base backup' : ''}`}</title>
      <rect x={x} y={0} width={HOUR_WIDTH} height={BAND_HEIGHT} />
      {hour.backup && (
        <rect class="wal-backup" x={x} y={BAND_HEIGHT + 2} width={HOUR_WIDTH} height={MARK_HEIGHT - 2} />
      )}
    </g>
  );
}
