/** What a host says of a restore: into its table, and once into the journal. */
import type { RecordBody } from '../../proto/messages.ts';
import type { RestoreOrder } from '../../proto/restore.ts';
import type { Store } from '../store/types.ts';

type RestoreBody = Extract<RecordBody, { type: `restore-${string}` }>;

/** Returns whether it was news. */
export function storeRestore(
  store: Pick<Store, 'restores' | 'system'>,
  { hostId, host }: { hostId: number; host: string },
  body: RestoreBody,
  corrected: (atMs: number) => number,
  nowMs: number,
): boolean {
  const { restores } = store;
  const { order } = body.value;
  let news: boolean;
  let detail: string;
  switch (body.type) {
    case 'restore-requested': {
      const { requestedAtMs } = body.value;
      news = restores.request(hostId, { order, requestedAtMs: corrected(requestedAtMs) }, nowMs);
      detail = whatOf(order);
      break;
    }
    case 'restore-started': {
      const { startedAtMs } = body.value;
      news = restores.start(hostId, { ...body.value, startedAtMs: corrected(startedAtMs) }, nowMs);
      detail = whatOf(order);
      break;
    }
    case 'restore-finished': {
      const { startedAtMs, finishedAtMs, outcome, result } = body.value;
      const times = {
        startedAtMs: startedAtMs === null ? null : corrected(startedAtMs),
        finishedAtMs: corrected(finishedAtMs),
      };
      news = restores.finish(hostId, { ...body.value, ...times }, nowMs);
      detail = `${outcome}: ${result}`;
      break;
    }
  }
  if (news) {
    const subject = `job:${host}/${order.job}`;
    store.system.journal({ actor: `${order.by} on ${host}`, action: body.type, subject, detail }, nowMs);
  }
  return news;
}

function whatOf({ archives, destination, reason }: RestoreOrder): string {
  const more = archives.length > 1 ? ` and ${archives.length - 1} more` : '';
  return `${archives[0] ?? 'nothing'}${more} to ${destination}: ${reason}`;
}
