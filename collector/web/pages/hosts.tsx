/** Hosts: the list, and one with its facts and jobs. */
import { formatDuration, formatSize } from '../../../proto/duration.ts';
import type { HostRow, JobRow, RepositoryRow, RunRow } from '../../store/types.ts';
import { JobTable } from './job-table.tsx';
import { Document, type Frame } from './layout.tsx';
import { StateMark, When } from './marks.tsx';
import { RepositoryTable } from './repository-table.tsx';
import { number, utc } from './words.ts';

export interface HostsProps {
  frame: Frame;
  hosts: HostRow[];
  /** Of all, whatever is searched for. */
  total: number;
  search: string;
  nextCursor: string | null;
  first: boolean;
}

function hostHref(host: HostRow): string {
  return `/hosts/${encodeURIComponent(host.host)}`;
}

function hostsHref(search: string, cursor?: string): string {
  const query = new URLSearchParams({ ...(search === '' ? {} : { search }), ...(cursor ? { cursor } : {}) });
  return query.size === 0 ? '/hosts' : `/hosts?${query}`;
}

export function HostsPage({ frame, hosts, total, search, nextCursor, first }: HostsProps) {
  const connected = hosts.filter((host) => host.connected).length;
  return (
    <Document title="Hosts" frame={frame} section="hosts" live="progress=false">
      <div class="headline" data-live="headline">
        <h1>
          {total === 0
            ? 'No host is enrolled yet.'
            : `${number(total)} ${total === 1 ? 'host' : 'hosts'} enrolled.`}
        </h1>
        {hosts.length > 0 && (
          <p class="asof">
            {number(connected)} of the {number(hosts.length)} shown {connected === 1 ? 'is' : 'are'} connected
          </p>
        )}
      </div>
      <search>
        <form class="search" method="get" action="/hosts">
          <label class="vh" for="search">
            Part of a host’s name
          </label>
          <input id="search" name="search" type="search" placeholder="Host" value={search} maxLength={100} />
          <button type="submit">Filter</button>
        </form>
      </search>
      {hosts.length > 0 && (
        <div class="scroller">
          <table class="plain">
            <caption class="vh">Hosts, worst first</caption>
            <thead>
              <tr>
                <th scope="col">Host</th>
                <th scope="col">State</th>
                <th scope="col">Customer</th>
                <th scope="col">Agent</th>
                <th scope="col" class="num">
                  Last heard
                </th>
                <th scope="col" class="num">
                  Spool
                </th>
              </tr>
            </thead>
            <tbody>
              {hosts.map((host) => (
                <tr key={host.id} data-live={`host ${host.host}`}>
                  <th scope="row">
                    <a href={hostHref(host)}>{host.host}</a>
                  </th>
                  <td>
                    <Connection host={host} />
                  </td>
                  <td>{host.customer}</td>
                  <td>{host.hasAgent ? host.agentVersion : 'none'}</td>
                  <td class="num">
                    <When atMs={host.lastSeenAtMs} nowMs={frame.nowMs} />
                  </td>
                  <td class="num">
                    {!host.hasAgent
                      ? ''
                      : host.spoolRecords === 0
                        ? 'empty'
                        : `${number(host.spoolRecords)} waiting`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(!first || nextCursor !== null) && (
        <nav class="pager" aria-label="Pages">
          {!first && <a href={hostsHref(search)}>First page</a>}
          {nextCursor !== null && (
            <a rel="next" href={hostsHref(search, nextCursor)}>
              Next page
            </a>
          )}
        </nav>
      )}
    </Document>
  );
}

function Connection({ host }: { host: HostRow }) {
  if (host.revokedAtMs !== null) return <span class="revoked">revoked</span>;
  return (
    <>
      <StateMark state={host.state} quiet={host.state === 'ok'} />{' '}
      {host.hasAgent ? (host.connected ? 'connected' : 'not connected') : 'no agent'}
    </>
  );
}

export interface HostProps {
  frame: Frame;
  host: HostRow;
  jobs: JobRow[];
  recent: Map<number, RunRow[]>;
  repositories: RepositoryRow[];
}

export function HostPage({ frame, host, jobs, recent, repositories }: HostProps) {
  const { nowMs } = frame;
  const { facts } = host;
  return (
    <Document
      title={host.host}
      frame={frame}
      section="hosts"
      live={new URLSearchParams({ host: host.host, progress: 'false' }).toString()}
    >
      <header class="titled" data-live="title">
        <p class="crumbs">
          <a href="/hosts">Hosts</a>
        </p>
        <h1>
          {host.host} <StateMark state={host.state} />
        </h1>
        <p class="sub">of {host.customer}</p>
      </header>
      {host.revokedAtMs !== null && (
        <p class="notice notice-broken">
          Revoked {utc(host.revokedAtMs)}: {host.revokedReason}
        </p>
      )}
      <dl class="verdicts" data-live="verdicts">
        {questionsOf(host).map(([name, verdict]) => (
          <div key={name} class={`verdict is-${verdict.state}`}>
            <dt>
              {titleOf(name)}
              <StateMark state={verdict.state} />
            </dt>
            <dd>{verdict.reason}</dd>
          </div>
        ))}
      </dl>
      <section aria-labelledby="jobs">
        <h2 id="jobs">Jobs</h2>
        {jobs.length > 0 ? (
          <JobTable jobs={jobs} recent={recent} nowMs={nowMs} caption={`Jobs of ${host.host}`} />
        ) : (
          <p class="empty">It has declared no job yet.</p>
        )}
      </section>
      {repositories.length > 0 && (
        <section aria-labelledby="repositories" data-live="repositories">
          <h2 id="repositories">Repositories</h2>
          <RepositoryTable
            repositories={repositories}
            nowMs={nowMs}
            caption={`Repositories of ${host.host}`}
          />
        </section>
      )}
      <section aria-labelledby="facts" data-live="facts" hidden={!host.hasAgent}>
        <h2 id="facts">About the host</h2>
        <dl class="facts">
          <dt>Last heard</dt>
          <dd>
            <When atMs={host.lastSeenAtMs} nowMs={nowMs} whole />
            {host.connected && ', connected'}
          </dd>
          <dt>Enrolled</dt>
          <dd>{utc(host.enrolledAtMs)}</dd>
          <dt>Certificate until</dt>
          <dd>{host.certificateExpiresAtMs === null ? 'not known' : utc(host.certificateExpiresAtMs)}</dd>
          <dt>Clock</dt>
          <dd>{clockSentence(host.clockOffsetMs)}</dd>
          <dt>Spool</dt>
          <dd>
            {number(host.spoolRecords)} records, {formatSize(host.spoolBytes)}
            {host.spoolError !== '' && `; ${host.spoolError}`}
          </dd>
          {facts && (
            <>
              <dt>System</dt>
              <dd>
                {facts.os}, kernel {facts.kernel}, {facts.cpus} cores, {formatSize(facts.memoryBytes)}
              </dd>
              <dt>Agent</dt>
              <dd>
                {facts.agentVersion} on Node.js {facts.nodeVersion}, zone {facts.zone}
              </dd>
              {facts.tools.length > 0 && (
                <>
                  <dt>Tools</dt>
                  <dd>{facts.tools.map((tool) => `${tool.name} ${tool.version}`).join(', ')}</dd>
                </>
              )}
              {facts.notBackedUp.map((entry) => (
                <>
                  <dt>Not backed up</dt>
                  <dd>
                    {entry.name}: {entry.why}
                  </dd>
                </>
              ))}
            </>
          )}
        </dl>
      </section>
    </Document>
  );
}

/** Of a host without an agent they all say the same, and once is enough. */
function questionsOf({ verdicts, hasAgent }: HostRow) {
  return Object.entries(verdicts).slice(0, hasAgent ? undefined : 1);
}

/** `spoolGap` -> `Spool gap`. */
function titleOf(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Smaller differences are the network's. */
const CLOCK_NOISE_MS = 1_000;

function clockSentence(offsetMs: number): string {
  if (Math.abs(offsetMs) < CLOCK_NOISE_MS) return 'agrees with the collector’s';
  return `${formatDuration(Math.abs(offsetMs))} ${offsetMs > 0 ? 'ahead of' : 'behind'} the collector’s`;
}
