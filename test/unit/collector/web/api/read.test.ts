/** What is no longer in its repository: hidden from what can be restored, and shown to whoever asks for it. */
import { expect, it } from 'vitest';
import { operations } from '../../../../../collector/control/operations.ts';
import { FLEET_NOW_MS, testWeb } from '../../../../support/web.ts';

it('shows missing recovery points on the page of their run, and in the API and the command line when asked', async () => {
  const web = await testWeb();
  const { store } = web;
  const job = store.jobs.ofHost(1)[0]!;
  const filter = { host: job.host, job: job.job, limit: 100 };
  const [newest, ...gone] = store.runs.recoveryPoints(filter).items;
  expect(gone.length).toBeGreaterThan(0);
  // A complete inventory that shows the newest alone.
  const inventory = { complete: true, takenAtMs: FLEET_NOW_MS };
  store.runs.saveSeenPoints(job.id, [newest!], inventory, FLEET_NOW_MS + 1_000);
  const names = (points: { name: string }[]) => points.map(({ name }) => name);

  const headers = web.bearer('viewer');
  const get = async (more = '') =>
    (
      await web.app.inject({ url: `/api/v1/recovery-points?host=${job.host}&job=${job.job}${more}`, headers })
    ).json();
  expect(names(await get())).toEqual([newest!.name]);
  const all: { name: string; missingSince: string | null }[] = await get('&missing=true');
  expect(all.filter(({ missingSince }) => missingSince !== null)).toHaveLength(gone.length);

  const ask = (missing: boolean) =>
    operations['recovery-points'].run({ store } as never, { ...filter, missing }) as { name: string }[];
  expect(names(ask(false))).toEqual([newest!.name]);
  expect(ask(true)).toHaveLength(all.length);

  const run = store.runs
    .list(filter)
    .items.find(({ id }) => store.runs.byId(id)!.recoveryPoints.some(({ name }) => name === gone[0]!.name));
  const cookie = await web.cookie('viewer');
  const page = await web.app.inject({ url: `/runs/${run!.id}`, headers: { cookie } });
  expect(page.payload).toContain('missing since');
});
