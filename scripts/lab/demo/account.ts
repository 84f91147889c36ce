/** The live account: what happens in the company, as the collector's own event stream and the pager tell it. */
import type { LabCollector } from '../collector.ts';
import type { Page } from '../pager.ts';

interface RunSeen {
  id: string;
  host: string;
  job: string;
  outcome: string | null;
  recoveryPoints: { name: string }[];
  stats: { originalBytes: number; files: number };
}

export function stamp(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}

export function pageLine(page: Page): string {
  return `${stamp(page.atMs)}  PAGER ${page.via} ${page.event} ${page.rule} ${page.subject}: ${page.reason}`;
}

/** Says every start, progress and end of a run until `signal` aborts. */
export async function account(
  collector: LabCollector,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const said = new Map<string, string>();
  const answer = await fetch(`${collector.webUrl}/api/v1/events`, {
    headers: { authorization: `Bearer ${collector.token}` },
    signal,
  });
  let rest = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    rest += chunk;
    const events = rest.split('\n\n');
    rest = events.pop()!;
    for (const event of events) {
      const type = /^event: (.*)$/m.exec(event)?.[1];
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (!type || !data) continue;
      const told = JSON.parse(data);
      if (type === 'progress') {
        const { job, files, originalBytes, current } = told.progress;
        say(
          `${stamp(Date.now())}  ${told.host}/${job} ${files} files, ${megabytes(originalBytes)} ${current}`,
        );
      } else if (type === 'job') {
        const runs = await collector.api<RunSeen[]>(`/runs?host=${told.host}&job=${told.job}&limit=1`);
        const last = runs[0];
        const state = last?.outcome ?? 'started';
        if (!last || said.get(`${told.host}/${told.job}`) === `${last.id} ${state}`) continue;
        said.set(`${told.host}/${told.job}`, `${last.id} ${state}`);
        const made = last.recoveryPoints.map((point) => point.name).join(', ');
        const size = last.stats.originalBytes > 0 ? `, ${megabytes(last.stats.originalBytes)}` : '';
        say(`${stamp(Date.now())}  ${told.host}/${told.job} ${state}${made && `: ${made}`}${size}`);
      }
    }
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
