/** What of a cluster can be restored, and how exposed it was: the last week as a drawing, and in words. */
import { formatDuration } from '../../../proto/duration.ts';
import type { StaleAfter } from '../../../proto/job.ts';
import {
  exposedMs,
  recoveryWindows,
  type Stretch,
  type WalSource,
} from '../../assurances/recovery-windows.ts';
import { counted, moment } from '../../assurances/wording.ts';
import { When } from './marks.tsx';
import { HOUR_MS, HOURS, type WalHour, walHours, walSinceMs } from './wal-hours.ts';
import { exposureSentence, windowSentences } from './wal-words.ts';

export interface WalProps {
  /** Null while nobody looks at the log that counts. */
  source: WalSource | null;
  isStandby: boolean;
  /** The worst exposure of each few minutes of the last week, of whichever server was the primary. */
  exposure: { atMs: number; exposureMs: number }[];
  /** Of the last week, where something is promised. */
  gaps: Stretch[];
  staleAfter: StaleAfter;
  declaredAtMs: number;
  nowMs: number;
}

/** Heights and places in pixels; across, everything is a share of the week. */
const WINDOW = { y: 20, height: 18 };
const GAP = { y: 27, height: 4 };
const BACKUP = { y: 41, height: 7 };
const EXPOSURE = { y: 76, height: 28 };
const HEIGHT = 124;
/** So that a gap of minutes is seen. */
const SHARE_MIN = 0.4;
/** A day's name that begins further right has no room. */
const DAY_SHARE_MAX = 92;
const DAY_MS = 24 * HOUR_MS;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

export function WalBand(props: WalProps) {
  const { source, gaps, isStandby, exposure, nowMs } = props;
  const windows = source ? recoveryWindows(source.state) : [];
  return (
    <section aria-labelledby="window" data-live="window">
      <h2 id="window">Recovery window</h2>
      {source ? (
        <>
          <ul class="windows">
            {windowSentences(windows, gaps).map(({ said, isGap }) => (
              <li key={said} class={isGap ? 'gap' : undefined}>
                {said}
              </li>
            ))}
          </ul>
          <Seen source={source} nowMs={nowMs} />
        </>
      ) : (
        <p class="empty">
          {isStandby
            ? 'This server is a standby, and nobody watches its primary: what can be restored is not known.'
            : 'Nobody has looked yet.'}
        </p>
      )}
      {(source || exposure.length > 0) && <Drawing {...props} windows={windows} />}
    </section>
  );
}

function Seen({ source: { primary, state }, nowMs }: { source: WalSource; nowMs: number }) {
  const exposed = exposedMs(state, nowMs);
  return (
    <p class="since">
      {primary && `The log is watched on ${primary.host}, the primary. `}
      {exposed === 0
        ? 'Every change is in the repository'
        : `The oldest change that is not in the repository is ${formatDuration(exposed)} old`}
      , seen <When atMs={state.receivedAtMs} nowMs={nowMs} whole />.
    </p>
  );
}

function Drawing(props: WalProps & { windows: Stretch[] }) {
  const { source, exposure, gaps, staleAfter, declaredAtMs, nowMs, windows } = props;
  const hours = walHours(exposure, staleAfter, declaredAtMs, nowMs);
  const backups = (source?.state.sample.backupsAtMs ?? []).filter((atMs) => atMs >= hours[0]!.atMs);
  const marked = backups.length > 0 ? ', marked below the band' : '';
  const week = `${counted(backups.length, 'base backup')} in the last 7 days${marked}.`;
  const said = windowSentences(windows, gaps).map((one) => one.said);
  const words = [...(source ? said : []), week, exposureSentence(hours)].join(' ');
  const missing = [...gaps, ...notYet(props)];
  const warningY = EXPOSURE.y + EXPOSURE.height - heightOf(staleAfter.warningMs, staleAfter.criticalMs);
  return (
    <>
      <svg class="wal" height={HEIGHT} role="img" aria-label={words}>
        <pattern
          id="wal-unseen"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="2" height="6" />
        </pattern>
        <Bar class="wal-ground" stretch={weekOf(nowMs)} place={WINDOW} nowMs={nowMs} />
        {windows.map((one) => (
          <Bar key={one.fromMs} class="wal-window" stretch={one} place={WINDOW} nowMs={nowMs}>
            {`Restorable from ${moment(one.fromMs)} to ${moment(one.toMs)}`}
          </Bar>
        ))}
        {missing.map((one) => (
          <g key={one.fromMs}>
            <Bar class="wal-ground" stretch={one} place={WINDOW} nowMs={nowMs} />
            <Bar class="wal-gap" stretch={one} place={GAP} nowMs={nowMs}>
              {`Nothing from ${moment(one.fromMs)} to ${moment(one.toMs)}, ${formatDuration(one.toMs - one.fromMs)}`}
            </Bar>
          </g>
        ))}
        {backups.map((atMs) => (
          <Bar
            key={atMs}
            class="wal-backup"
            stretch={{ fromMs: atMs, toMs: atMs }}
            place={BACKUP}
            nowMs={nowMs}
          >
            {`Base backup of ${moment(atMs)}`}
          </Bar>
        ))}
        {hours.map((hour) => (
          <Hour key={hour.atMs} hour={hour} criticalMs={staleAfter.criticalMs} nowMs={nowMs} />
        ))}
        <line class="wal-promise" x1="0" x2="100%" y1={warningY} y2={warningY} />
        <Days nowMs={nowMs} />
        <text x="0" y={WINDOW.y - 7}>
          Restorable
        </text>
        <text x="0" y={EXPOSURE.y - 8}>
          Exposure, late from {formatDuration(staleAfter.warningMs)}
        </text>
      </svg>
      <p class="legend">
        {week} {exposureSentence(hours)}{' '}
        {missing.length > 0 && 'Where the band is a thin line, nothing can be restored. '}
        {hours.some(({ kind }) => kind === 'unseen') && 'In hatched hours nobody looked.'}
      </p>
    </>
  );
}

/** What came after the newest window and is over its promise. */
function notYet({ source, staleAfter, nowMs }: WalProps): Stretch[] {
  const last = source && recoveryWindows(source.state).at(-1);
  if (!last || nowMs - last.toMs < staleAfter.warningMs) return [];
  return [{ fromMs: last.toMs, toMs: nowMs }];
}

interface BarProps {
  class: string;
  stretch: Stretch;
  place: { y: number; height: number };
  nowMs: number;
  children?: string;
}

/** Cut to the week; what is narrower than can be seen is widened to the left. */
function Bar({ class: name, stretch, place, nowMs, children }: BarProps) {
  const from = shareOf(stretch.fromMs, nowMs);
  const to = shareOf(stretch.toMs, nowMs);
  if (to <= 0 || from >= 100) return null;
  const right = Math.max(Math.min(100, to), SHARE_MIN);
  const left = Math.min(Math.max(0, from), right - SHARE_MIN);
  return (
    <rect class={name} x={percent(left)} width={percent(right - left)} y={place.y} height={place.height}>
      {children && <title>{children}</title>}
    </rect>
  );
}

function Hour({ hour, criticalMs, nowMs }: { hour: WalHour; criticalMs: number; nowMs: number }) {
  if (hour.kind === 'blank') return null;
  const unseen = hour.kind === 'unseen';
  const height = unseen ? EXPOSURE.height : heightOf(hour.exposureMs, criticalMs);
  const said = unseen ? 'nobody looked' : `exposure ${formatDuration(hour.exposureMs)} at worst`;
  return (
    <rect
      class={`wal-${hour.kind}`}
      x={percent(shareOf(hour.atMs, nowMs))}
      width={percent(100 / HOURS)}
      y={EXPOSURE.y + EXPOSURE.height - height}
      height={height}
    >
      <title>{`${moment(hour.atMs)}: ${said}`}</title>
    </rect>
  );
}

/** Names of the days at their beginning, in UTC like all moments. */
function Days({ nowMs }: { nowMs: number }) {
  const firstMs = Math.ceil(walSinceMs(nowMs) / DAY_MS) * DAY_MS;
  const days = Array.from({ length: 7 }, (_, i) => firstMs + i * DAY_MS).filter((atMs) => atMs <= nowMs);
  return days.map((atMs) => {
    const x = shareOf(atMs, nowMs);
    return (
      <g key={atMs}>
        <line class="wal-day" x1={percent(x)} x2={percent(x)} y1={WINDOW.y} y2={HEIGHT - 14} />
        {x <= DAY_SHARE_MAX && (
          <text x={percent(x)} y={HEIGHT - 3}>
            {`${DAYS[new Date(atMs).getUTCDay()]} ${new Date(atMs).getUTCDate()}`}
          </text>
        )}
      </g>
    );
  });
}

function weekOf(nowMs: number): Stretch {
  return { fromMs: walSinceMs(nowMs), toMs: nowMs };
}

/** Of the drawn week, in percent; outside of it below 0 or above 100. */
function shareOf(atMs: number, nowMs: number): number {
  return ((atMs - walSinceMs(nowMs)) / (HOURS * HOUR_MS)) * 100;
}

function percent(share: number): string {
  return `${share.toFixed(2)}%`;
}

/** By the square root: minutes are to be told from nothing, and from hours. */
function heightOf(exposureMs: number, criticalMs: number): number {
  return Math.max(2, Math.round(EXPOSURE.height * Math.sqrt(Math.min(1, exposureMs / criticalMs))));
}
