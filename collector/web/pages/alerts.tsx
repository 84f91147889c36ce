/** Alerts: the list, and one with its deliveries. */
import type { AlertRow, NotificationRow } from '../../store/types.ts';
import { Csrf, Document, type Frame } from './layout.tsx';
import { When } from './marks.tsx';

export interface AlertsProps {
  frame: Frame;
  state: 'firing' | 'resolved';
  alerts: AlertRow[];
  nextCursor: string | null;
}

export function AlertsPage({ frame, state, alerts, nextCursor }: AlertsProps) {
  const tab = (name: 'firing' | 'resolved', text: string) => (
    <li>
      <a href={`/alerts?state=${name}`} aria-current={state === name ? 'true' : undefined}>
        {text}
      </a>
    </li>
  );
  const firing = frame.firing;
  return (
    <Document title="Alerts" frame={frame} section="alerts" live="progress=false">
      <div class="headline" data-live="headline">
        <h1>
          {firing === 0
            ? 'Nothing is firing.'
            : `${firing} ${firing === 1 ? 'alert is' : 'alerts are'} firing.`}
        </h1>
      </div>
      <ul class="chips" aria-label="Filter by state">
        {tab('firing', 'Firing')}
        {tab('resolved', 'Resolved')}
      </ul>
      <div data-live="alerts">
        {alerts.length > 0 ? (
          <AlertList alerts={alerts} nowMs={frame.nowMs} caption={`Alerts, ${state}, newest first`} />
        ) : (
          <p class="empty">
            {state === 'firing' ? 'Every promise is kept.' : 'No alert has been resolved yet.'}
          </p>
        )}
      </div>
      <nav class="pager" aria-label="Pages">
        {nextCursor !== null && (
          <a rel="next" href={`/alerts?state=${state}&cursor=${encodeURIComponent(nextCursor)}`}>
            Next page
          </a>
        )}
      </nav>
    </Document>
  );
}

export function AlertList({
  alerts,
  nowMs,
  caption,
}: {
  alerts: AlertRow[];
  nowMs: number;
  caption: string;
}) {
  return (
    <ul class="alerts" aria-label={caption}>
      {alerts.map((alert) => (
        <li key={alert.id} class={`alert severity-${alert.severity} is-${alert.state}`}>
          <p class="what">
            <Severity alert={alert} /> <a href={`/alerts/${alert.id}`}>{subjectOf(alert)}</a>
            <code>{alert.rule}</code>
          </p>
          <p class="why">{alert.reason}</p>
          <p class="sub">
            Since <When atMs={alert.startedAtMs} nowMs={nowMs} whole />
            {alert.resolvedAtMs !== null && (
              <>
                , resolved <When atMs={alert.resolvedAtMs} nowMs={nowMs} />
              </>
            )}
            {alert.acknowledgedBy !== null && `, acknowledged by ${alert.acknowledgedBy}`}
          </p>
        </li>
      ))}
    </ul>
  );
}

function subjectOf(alert: AlertRow): string {
  if (alert.job !== null) return `${alert.host} / ${alert.job}`;
  if (alert.subject.startsWith('repository:'))
    return `Repository ${alert.subject.slice('repository:'.length)}`;
  return alert.host ?? 'The collector';
}

const SEVERITY_SHAPES = { critical: 'broken', warning: 'late', info: 'unknown' } as const;

function Severity({ alert }: { alert: AlertRow }) {
  const shape = alert.state === 'resolved' ? 'ok' : SEVERITY_SHAPES[alert.severity];
  return (
    <span class={`state state-${shape}`}>
      <svg aria-hidden="true" viewBox="0 0 16 16">
        <use href={`#s-${shape}`} />
      </svg>
      <span>{alert.state === 'resolved' ? 'resolved' : alert.severity}</span>
    </span>
  );
}

export interface AlertProps {
  frame: Frame;
  alert: AlertRow;
  notifications: NotificationRow[];
  mayAcknowledge: boolean;
}

export function AlertPage({ frame, alert, notifications, mayAcknowledge }: AlertProps) {
  const { nowMs } = frame;
  return (
    <Document
      title={`${alert.rule} of ${subjectOf(alert)}`}
      frame={frame}
      section="alerts"
      live="progress=false"
    >
      <div data-live="alert">
        <header class="titled">
          <p class="crumbs">
            <a href="/alerts">Alerts</a>
          </p>
          <h1>
            {subjectOf(alert)} <Severity alert={alert} />
          </h1>
          <p class="lead">{alert.reason}</p>
        </header>
        <dl class="facts">
          <dt>Rule</dt>
          <dd>
            <code>{alert.rule}</code>
          </dd>
          {alert.host !== null && (
            <>
              <dt>About</dt>
              <dd>
                {alert.job !== null ? (
                  <a href={`/jobs/${encodeURIComponent(alert.host)}/${encodeURIComponent(alert.job)}`}>
                    {subjectOf(alert)}
                  </a>
                ) : (
                  <a href={`/hosts/${encodeURIComponent(alert.host)}`}>{alert.host}</a>
                )}
              </dd>
            </>
          )}
          <dt>Started</dt>
          <dd>
            <When atMs={alert.startedAtMs} nowMs={nowMs} whole />
          </dd>
          {alert.acknowledgedAtMs !== null && (
            <>
              <dt>Acknowledged</dt>
              <dd>
                by {alert.acknowledgedBy}, <When atMs={alert.acknowledgedAtMs} nowMs={nowMs} whole />
                {alert.acknowledgedNote && `: ${alert.acknowledgedNote}`}
              </dd>
            </>
          )}
          {alert.resolvedAtMs !== null && (
            <>
              <dt>Resolved</dt>
              <dd>
                <When atMs={alert.resolvedAtMs} nowMs={nowMs} whole />
                {alert.resolvedReason && `: ${alert.resolvedReason}`}
              </dd>
            </>
          )}
        </dl>
      </div>
      {mayAcknowledge && alert.state === 'firing' && alert.acknowledgedBy === null && (
        <section aria-labelledby="acknowledge" class="sheet">
          <h2 id="acknowledge">Take it on</h2>
          <form method="post" action={`/alerts/${alert.id}/acknowledge`} class="stack">
            <Csrf principal={frame.principal} />
            <label for="note">Note for the others (optional)</label>
            <textarea id="note" name="note" rows={2} maxLength={2000} />
            <button type="submit">Acknowledge</button>
          </form>
        </section>
      )}
      <section aria-labelledby="told" data-live="told">
        <h2 id="told">Who was told</h2>
        {notifications.length > 0 ? (
          <Notifications notifications={notifications} nowMs={nowMs} />
        ) : (
          <p class="empty">Nobody: no route leads to a receiver.</p>
        )}
      </section>
    </Document>
  );
}

function Notifications({ notifications, nowMs }: { notifications: NotificationRow[]; nowMs: number }) {
  return (
    <div class="scroller">
      <table class="plain">
        <caption class="vh">Notifications of this alert</caption>
        <thead>
          <tr>
            <th scope="col">Receiver</th>
            <th scope="col">Event</th>
            <th scope="col">State</th>
            <th scope="col" class="num">
              Attempts
            </th>
            <th scope="col" class="num">
              When
            </th>
            <th scope="col">Last error</th>
          </tr>
        </thead>
        <tbody>
          {notifications.map((notification) => (
            <tr key={notification.id}>
              <th scope="row">{notification.receiver}</th>
              <td>{notification.event}</td>
              <td class={`delivery-${notification.state}`}>{notification.state}</td>
              <td class="num">{notification.attempts}</td>
              <td class="num">
                <When atMs={notification.finishedAtMs ?? notification.createdAtMs} nowMs={nowMs} />
              </td>
              <td class="said">{notification.lastError}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
