/** What was restored, by whom and why; and what waits for a second person. */
import { formatDuration, formatSize } from '../../../proto/duration.ts';
import { RESTORE_APPROVAL_MS } from '../../../proto/restore.ts';
import { type RestoreState, restoreState, termsOf } from '../../decide/restores.ts';
import type { RestoreRow } from '../../store/restore-types.ts';
import { Csrf, Document, type Frame } from './layout.tsx';
import { When } from './marks.tsx';
import { utc } from './words.ts';

export interface RestoresProps {
  frame: Frame;
  waiting: RestoreRow[];
  restores: RestoreRow[];
  nextCursor: string | null;
  mayDecide: boolean;
  /** What came of a click on approve or refuse. */
  said: string | null;
}

export function RestoresPage({ frame, waiting, restores, nextCursor, mayDecide, said }: RestoresProps) {
  return (
    <Document title="Restores" frame={frame} section="restores" live="progress=false">
      <header class="titled" data-live="title">
        <h1>Restores</h1>
        <p class="lead">
          {waiting.length === 0
            ? 'Nothing waits for a second person.'
            : `${waiting.length} ${waiting.length === 1 ? 'waits' : 'wait'} for a second person.`}
        </p>
      </header>
      {said && (
        <p class="notice" role="status">
          {said}
        </p>
      )}
      {waiting.map((restore) => (
        <Waiting key={restore.id} frame={frame} restore={restore} mayDecide={mayDecide} />
      ))}
      <section aria-labelledby="done" data-live="done">
        <h2 id="done">All of them</h2>
        {restores.length > 0 ? (
          <RestoreList restores={restores} nowMs={frame.nowMs} caption="Restores, newest first" />
        ) : (
          <p class="empty">
            Nothing was restored yet. On a host: <code>backproof-agent restore JOB --at latest --to DIR</code>
          </p>
        )}
        {nextCursor !== null && (
          <p>
            <a href={`/restores?cursor=${encodeURIComponent(nextCursor)}`}>Older ones</a>
          </p>
        )}
      </section>
    </Document>
  );
}

function Waiting({ frame, restore, mayDecide }: { frame: Frame; restore: RestoreRow; mayDecide: boolean }) {
  const { order, requestedAtMs } = restore;
  const id = `restore-${restore.id}`;
  const note = `note-${restore.id}`;
  return (
    <section aria-labelledby={id} class="sheet">
      <h2 id={id}>
        {order.by} asks to restore {restore.host} / {order.job}
      </h2>
      <RestoreFacts restore={restore} />
      <p class="sub">
        Number {restore.id}, asked <When atMs={requestedAtMs!} nowMs={frame.nowMs} />, expires{' '}
        <When atMs={requestedAtMs! + RESTORE_APPROVAL_MS} nowMs={frame.nowMs} />. A yes allows exactly this,
        once.
      </p>
      {mayDecide && (
        <form method="post" action={`/restores/${restore.id}/approve`} class="stack">
          <Csrf principal={frame.principal} />
          <label for={note}>Note for {order.by} (optional)</label>
          <textarea id={note} name="note" rows={2} maxLength={2000} />
          <p class="choices">
            <button type="submit">Approve</button>
            <button type="submit" class="other" formAction={`/restores/${restore.id}/refuse`}>
              Refuse
            </button>
          </p>
        </form>
      )}
    </section>
  );
}

function RestoreFacts({ restore }: { restore: RestoreRow }) {
  const { order } = restore;
  return (
    <dl class="facts">
      <dt>Why</dt>
      <dd>{order.reason}</dd>
      <dt>What</dt>
      <dd>{whatOf(restore)}</dd>
      <dt>From</dt>
      <dd>
        {utc(order.pointAtMs)} (
        {order.atMs === null ? 'the newest' : `the newest at or before ${utc(order.atMs)}`})
        <ul class="names">
          {order.archives.map((archive) => (
            <li key={archive}>
              <code>{archive}</code>
            </li>
          ))}
        </ul>
      </dd>
      <dt>To</dt>
      <dd>
        {order.destination}
        {termsOf(order).map((term) => `, ${term}`)}
      </dd>
      <dt>By</dt>
      <dd>
        {order.by}
        {order.login !== order.by && ` (as ${order.login})`}
      </dd>
    </dl>
  );
}

function toOf({ inPlace, destination }: RestoreRow['order']): string {
  return inPlace ? 'in place' : `to ${destination}`;
}

/** Files, databases, or everything. */
function whatOf({ order }: RestoreRow): string {
  if (order.subjects.length > 0) return order.subjects.join(', ');
  return order.paths.length > 0 ? order.paths.join(', ') : 'everything';
}

const SHAPES: Record<RestoreState, 'ok' | 'late' | 'broken' | 'unknown' | 'not-applicable'> = {
  waiting: 'late',
  approved: 'unknown',
  refused: 'not-applicable',
  expired: 'not-applicable',
  running: 'unknown',
  succeeded: 'ok',
  warning: 'late',
  failed: 'broken',
  cancelled: 'not-applicable',
};

export function RestoreList({
  restores,
  nowMs,
  caption,
}: {
  restores: RestoreRow[];
  nowMs: number;
  caption: string;
}) {
  return (
    <ul class="alerts" aria-label={caption}>
      {restores.map((restore) => {
        const state = restoreState(restore, nowMs);
        const { order } = restore;
        return (
          <li key={restore.id} class="alert">
            <p class="what">
              <span class={`state state-${SHAPES[state]}`}>
                <svg aria-hidden="true" viewBox="0 0 16 16">
                  <use href={`#s-${SHAPES[state]}`} />
                </svg>
                <span>{state}</span>
              </span>{' '}
              <a href={`/jobs/${encodeURIComponent(restore.host)}/${encodeURIComponent(order.job)}`}>
                {restore.host} / {order.job}
              </a>
              {restore.approval === 'bypassed' && <strong>without the approval it needed</strong>}
            </p>
            <p class="why">{restore.result || `${whatOf(restore)} ${toOf(order)}`}</p>
            <p class="sub">
              {order.by}: {order.reason} · {whatOf(restore)} of {utc(order.pointAtMs)} {toOf(order)}
              {restore.finishedAtMs !== null && restore.startedAtMs !== null && (
                <>
                  {' '}
                  · {formatSize(restore.restoredBytes)} in {formatDuration(restore.durationMs ?? 0)}
                </>
              )}{' '}
              ·{' '}
              <When
                atMs={restore.startedAtMs ?? restore.requestedAtMs ?? restore.receivedAtMs}
                nowMs={nowMs}
              />
              {restore.decision &&
                ` · ${restore.decision.approved ? 'approved' : 'refused'} by ${restore.decision.by}${restore.decision.note && `: ${restore.decision.note}`}`}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
