/** The first page: the whole fleet, worst first. */
import { STATES, type State } from '../../assurances/types.ts';
import type { JobRow, RunRow } from '../../store/types.ts';
import { JobTable } from './job-table.tsx';
import { Document, type Frame } from './layout.tsx';
import { StateMark } from './marks.tsx';
import { headline, number, unwatchedSentence, utc } from './words.ts';

export interface FleetFilter {
  customer?: string;
  state?: State;
  search?: string;
}

export interface FleetProps {
  frame: Frame;
  filter: FleetFilter;
  counts: Record<State, number>;
  customers: string[];
  /** Of every customer one may see: an empty installation is told how to begin. */
  hosts: number;
  jobs: JobRow[];
  recent: Map<number, RunRow[]>;
  nextCursor: string | null;
  /** False on the second page and later. */
  first: boolean;
}

export function fleetHref(filter: FleetFilter, cursor?: string): string {
  const query = new URLSearchParams();
  if (filter.search) query.set('search', filter.search);
  if (filter.customer) query.set('customer', filter.customer);
  if (filter.state) query.set('state', filter.state);
  if (cursor) query.set('cursor', cursor);
  const text = query.toString();
  return text === '' ? '/' : `/?${text}`;
}

export function FleetPage(props: FleetProps) {
  const { frame, filter, counts } = props;
  return (
    <Document title="Jobs" frame={frame} section="jobs" live="progress=false">
      <div class="headline" data-live="headline">
        <div>
          <h1>{headline(counts)}</h1>
          {props.hosts > 0 && <p class="sub">{unwatchedSentence()}</p>}
        </div>
        <p class="asof">
          As of <time dateTime={new Date(frame.nowMs).toISOString()}>{utc(frame.nowMs)}</time>
        </p>
      </div>
      {props.hosts === 0 ? (
        <FirstHost />
      ) : (
        <>
          <Filters {...props} />
          <div data-region="jobs">
            {props.jobs.length > 0 ? (
              <JobTable
                jobs={props.jobs}
                recent={props.recent}
                nowMs={frame.nowMs}
                caption="Jobs by the six assurances, worst first"
              />
            ) : (
              <p class="empty">
                No job matches. <a href="/">Show all jobs</a>
              </p>
            )}
            <nav class="pager" aria-label="Pages">
              {!props.first && <a href={fleetHref(filter)}>First page</a>}
              {props.nextCursor !== null && (
                <a rel="next" href={fleetHref(filter, props.nextCursor)}>
                  Next page
                </a>
              )}
            </nav>
          </div>
        </>
      )}
    </Document>
  );
}

function Filters({ filter, counts, customers }: FleetProps) {
  const { state, ...rest } = filter;
  const all = STATES.reduce((sum, name) => sum + counts[name], 0);
  return (
    <div class="filters">
      <ul class="chips" aria-label="Filter by state" data-live="chips">
        <li>
          <a href={fleetHref(rest)} aria-current={state === undefined ? 'true' : undefined}>
            All <span class="tally">{number(all)}</span>
          </a>
        </li>
        {STATES.filter((name) => counts[name] > 0 || name === state).map((name) => (
          <li key={name}>
            <a href={fleetHref({ ...rest, state: name })} aria-current={state === name ? 'true' : undefined}>
              <StateMark state={name} /> <span class="tally">{number(counts[name])}</span>
            </a>
          </li>
        ))}
      </ul>
      <search>
        <form class="search" method="get" action="/">
          {state && <input type="hidden" name="state" value={state} />}
          <label class="vh" for="search">
            Part of a host or job name
          </label>
          <input
            id="search"
            name="search"
            type="search"
            placeholder="Host or job"
            value={filter.search ?? ''}
            maxLength={100}
          />
          {customers.length > 1 && (
            <>
              <label class="vh" for="customer">
                Customer
              </label>
              <select id="customer" name="customer">
                <option value="">Every customer</option>
                {customers.map((customer) => (
                  <option key={customer} value={customer} selected={customer === filter.customer}>
                    {customer}
                  </option>
                ))}
              </select>
            </>
          )}
          <button type="submit">Filter</button>
        </form>
      </search>
    </div>
  );
}

function FirstHost() {
  return (
    <section class="sheet first" aria-labelledby="first">
      <h2 id="first">Enroll the first host</h2>
      <ol>
        <li>
          Here, on the collector, make a one-time token:
          <pre>
            <code>backproof-collector enroll web1 --customer acme</code>
          </pre>
        </li>
        <li>It prints one line. Paste it on web1: the key is made there and never leaves it.</li>
        <li>
          Write <code>/etc/backproof/agent.yaml</code>, look at it with <code>backproof-agent check</code>,
          and start <code>backproof-agent run</code>.
        </li>
      </ol>
      <p class="hint">The host appears here as soon as it connects, and its jobs with it.</p>
    </section>
  );
}
