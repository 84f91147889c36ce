/** The page of a job that receives a write-ahead log. */
import { describe, expect, it } from 'vitest';
import type { WalSample } from '../../../../../proto/wal.ts';
import { sampleDeclaration } from '../../../../support/samples.ts';
import { WAL_SAMPLE } from '../../../../support/wal.ts';
import { FLEET_NOW_MS as NOW_MS, testWeb } from '../../../../support/web.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

async function pageOf(samples: Record<string, Partial<WalSample>>, host: string): Promise<string> {
  const web = await testWeb({ hosts: 0 });
  const { store } = web;
  for (const [name, sample] of Object.entries(samples)) {
    const { id } = store.hosts.enroll(name, 'acme', NOW_MS - 30 * DAY_MS);
    const staleAfter = { warningMs: 900_000, criticalMs: HOUR_MS };
    const declared = { job: 'pitr', kind: 'postgres-pitr', keepMs: 7 * DAY_MS, staleAfter };
    const job = store.jobs.declare(id, sampleDeclaration(declared), '', NOW_MS - 30 * DAY_MS);
    store.wal.save(job.id, { ...WAL_SAMPLE, ...sample }, NOW_MS - 20_000);
  }
  const cookie = await web.cookie('viewer');
  const { payload } = await web.app.inject({ url: `/jobs/${host}/pitr`, headers: { cookie } });
  return payload;
}

/** What a screen reader says in place of the drawing. */
function labelOf(page: string): string {
  return /class="wal"[^>]*aria-label="([^"]*)"/.exec(page)![1]!;
}

const GAPPED = {
  windows: [
    { fromMs: NOW_MS - 9 * DAY_MS, toMs: NOW_MS - 2 * DAY_MS },
    { fromMs: NOW_MS - DAY_MS, toMs: 0 },
  ],
  backupsAtMs: [NOW_MS - 9 * DAY_MS, NOW_MS - DAY_MS],
};

describe('the page of a write-ahead log', () => {
  it('draws windows, gaps and base backups, and says the same in words', async () => {
    const page = await pageOf({ web1: GAPPED }, 'web1');
    expect(page.match(/class="wal-window"/g)).toHaveLength(2);
    expect(page.match(/class="wal-gap"/g)).toHaveLength(1);
    expect(page.match(/class="wal-backup"/g)).toHaveLength(1);
    expect(page).toContain(
      'Restorable to any second from 2026-11-21 12:00:00 UTC to 2026-11-22 11:59:40 UTC.',
    );
    expect(labelOf(page)).toContain('Nothing between 2026-11-20 12:00:00 UTC and 2026-11-21 12:00:00 UTC');
    expect(labelOf(page)).toContain('1 base backup in the last 7 days');
  });

  it('draws what is exposed for too long as what cannot be restored', async () => {
    const page = await pageOf({ web1: { exposureMs: 9 * HOUR_MS } }, 'web1');
    expect(page.match(/class="wal-gap"/g)).toHaveLength(1);
    expect(page).toContain('to 2026-11-22 02:59:40 UTC.');
    expect(page).toContain('The oldest change that is not in the repository is 9h old');
  });

  it('of a standby is that of its primary, and says so', async () => {
    const page = await pageOf({ web1: { role: 'standby', windows: [] }, web2: GAPPED }, 'web1');
    expect(page).toContain('The log is watched on web2, the primary.');
    expect(page.match(/class="wal-window"/g)).toHaveLength(2);
  });

  it('of a standby alone draws nothing that nobody knows', async () => {
    const page = await pageOf({ web1: { role: 'standby' } }, 'web1');
    expect(page).toContain('nobody watches its primary');
    expect(page).not.toContain('class="wal-window"');
  });

  it('says that nothing can be restored where that is so', async () => {
    const page = await pageOf({ web1: { windows: [], backupsAtMs: [] } }, 'web1');
    expect(page).toContain('Nothing can be restored: there is no base backup that can be used.');
    expect(page.match(/class="wal-gap"/g)).toHaveLength(1);
  });
});
