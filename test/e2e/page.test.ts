import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sampleDeclaration } from '../support/samples.ts';
import { WAL_SAMPLE } from '../support/wal.ts';
import { FLEET_NOW_MS, type TestWeb, testWeb } from '../support/web.ts';

/** Debian's; none is downloaded. */
const CHROMIUM = '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
];

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
});
afterAll(() => browser.close());

interface Visit {
  fixture: TestWeb;
  base: string;
  context: BrowserContext;
  page: Page;
  /** Everything the browser complained about: script errors, and violations of the policy. */
  complaints: string[];
}

async function visit(options: { javaScript?: boolean; width?: number; hosts?: number } = {}): Promise<Visit> {
  const fixture = await testWeb({ hosts: options.hosts ?? 8 });
  // Event streams gather and comment by the clock of the collector.
  const { systemClock } = await import('../../proto/clock.ts');
  fixture.web.clock = { ...systemClock, nowMs: () => fixture.clock.nowMs() };
  await fixture.app.listen({ host: '127.0.0.1', port: 0 });
  const base = `http://127.0.0.1:${(fixture.app.server.address() as AddressInfo).port}`;
  const context = await browser.newContext({
    javaScriptEnabled: options.javaScript ?? true,
    viewport: { width: options.width ?? 1280, height: 900 },
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${base}/`);
  await page.getByLabel('API token').fill(fixture.token('admin'));
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${base}/`);
  return { fixture, base, context, page, complaints };
}

/** A job that receives a write-ahead log, with a gap in what can be restored; its page. */
function watchLog({ store }: TestWeb): string {
  const hourMs = 3_600_000;
  const declaration = sampleDeclaration({
    ...{ job: 'pitr', kind: 'postgres-pitr', keepMs: 7 * 24 * hourMs },
    staleAfter: { warningMs: 900_000, criticalMs: hourMs },
  });
  const job = store.jobs.declare(
    store.hosts.byName('web1')!.id,
    declaration,
    '',
    FLEET_NOW_MS - 900 * hourMs,
  );
  const windows = [
    { fromMs: FLEET_NOW_MS - 800 * hourMs, toMs: FLEET_NOW_MS - 30 * hourMs },
    { fromMs: FLEET_NOW_MS - 20 * hourMs, toMs: 0 },
  ];
  store.wal.save(job.id, { ...WAL_SAMPLE, windows, backupsAtMs: [FLEET_NOW_MS - 20 * hourMs] }, FLEET_NOW_MS);
  return '/jobs/web1/pitr';
}

let open: Visit | null = null;
async function visiting(options?: Parameters<typeof visit>[0]): Promise<Visit> {
  open = await visit(options);
  return open;
}
beforeEach(() => async () => {
  await open?.context.close();
  open = null;
});

describe('the page without JavaScript', () => {
  it('finds, filters, follows and acknowledges', async () => {
    const { page, fixture, complaints } = await visiting({ javaScript: false });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/^\d+ of 16 jobs keep/);
    await page.getByLabel('Part of a host or job name').fill('web1');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(await page.locator('table.jobs tbody').count()).toBe(2);
    await page.getByRole('link', { name: 'web1 / files' }).click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('files');
    await page.getByRole('button', { name: 'Run now' }).click();
    expect(await page.getByRole('status').textContent()).toContain('asked to run it');
    expect(fixture.asked).toHaveLength(1);

    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: /Alerts/ })
      .click();
    await page.locator('.alert a').first().click();
    await page.getByLabel(/Note/).fill('I look at it');
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    expect(await page.getByRole('main').textContent()).toContain('I look at it');
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(page.url()).toContain('/sign-in');
    expect(complaints).toEqual([]);
  });
});

describe('the page with JavaScript', () => {
  it('is alive: a change appears without reloading, and what is typed and focused stays', async () => {
    const { page, fixture, complaints } = await visiting();
    const { store, feed } = fixture;
    await page.getByText('Live', { exact: true }).waitFor();
    await page.evaluate(() => {
      (window as unknown as { same: boolean }).same = true;
    });
    const job = store.jobs.list({ state: 'ok', limit: 1 }).items[0]!;
    const name = `${job.host} / ${job.job}`;
    await page.getByRole('link', { name }).focus();
    await page.getByLabel('Part of a host or job name').fill('typed');
    await page.getByRole('link', { name }).focus();

    const broken = { ...job.verdicts.onTime!, state: 'broken', reason: 'It broke just now.' } as const;
    store.jobs.saveVerdicts(job.id, { ...job.verdicts, onTime: broken } as never, 'broken', 0);
    feed.publish({ type: 'job', customer: job.customer, host: job.host, job: job.job });
    await page.getByText('It broke just now.').waitFor();

    expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true);
    expect(await page.getByLabel('Part of a host or job name').inputValue()).toBe('typed');
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('href'));
    expect(focused).toBe(`/jobs/${job.host}/${job.job}`);
    expect(complaints).toEqual([]);
  });

  it('shows the progress of a run as it comes', async () => {
    const { page, base, fixture } = await visiting();
    const { store, feed } = fixture;
    const job = store.jobs.byName('web1', 'files')!;
    const run = {
      job: 'files',
      runId: 'zz',
      dueAtMs: null,
      startedAtMs: fixture.clock.nowMs(),
      trigger: 'manual',
    } as const;
    store.runs.start(job.id, run, fixture.clock.nowMs());
    await page.goto(`${base}/jobs/web1/files`);
    await page.getByText('Live', { exact: true }).waitFor();
    const progress = {
      job: 'files',
      runId: 'zz',
      atMs: fixture.clock.nowMs(),
      originalBytes: 5 * 1024 ** 3,
      deduplicatedBytes: 1024 ** 2,
      files: 12_345,
      current: '/etc/<b>pass\u202ewd</b>',
    };
    feed.publish({ type: 'progress', customer: job.customer, host: 'web1', progress });
    await page.getByText('12,345 files, 5.0 GiB read, 1.0 MiB new').waitFor();
    expect(await page.locator('.progress').textContent()).toContain('/etc/<b>pass\\u{202e}wd</b>');
  });

  it('violates no policy on any page', async () => {
    const { page, base, fixture, complaints } = await visiting();
    const alert = fixture.store.alerts.list({ limit: 1 }).items[0]!;
    for (const path of [
      '/',
      '/hosts',
      '/hosts/web1',
      '/jobs/web1/files',
      watchLog(fixture),
      '/runs/1',
      '/alerts',
      `/alerts/${alert.id}`,
    ]) {
      await page.goto(base + path);
      await page.getByText('Live', { exact: true }).waitFor();
    }
    expect(complaints).toEqual([]);
  });
});

describe('everybody', () => {
  it('reaches everything by keyboard, and sees where they are', async () => {
    const { page } = await visiting();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Skip to the content');
    const reachable = await page.evaluate(
      () =>
        Array.from(
          document.querySelectorAll<HTMLElement>('a[href], button, input:not([type=hidden]), select'),
        ).filter((element) => !element.hasAttribute('disabled')).length,
    );
    const reached = new Set<string>();
    for (let i = 0; i < reachable + 5; i += 1) {
      const where = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        if (element === document.body) return null;
        const all = Array.from(document.querySelectorAll('*'));
        return { index: String(all.indexOf(element)), outline: getComputedStyle(element).outlineStyle };
      });
      if (where) {
        reached.add(where.index);
        expect(where.outline).not.toBe('none');
      }
      await page.keyboard.press('Tab');
    }
    expect(reached.size).toBeGreaterThanOrEqual(reachable);
  });

  it('gets landmarks, one heading, labels, captions, and a name for everything', async () => {
    const { page, base, fixture } = await visiting();
    const alert = fixture.store.alerts.list({ state: 'firing', limit: 1 }).items[0]!;
    const pages = ['/', '/hosts', '/hosts/web1', '/jobs/web1/files', '/runs/1', `/alerts/${alert.id}`];
    for (const path of [...pages, watchLog(fixture)]) {
      await page.goto(base + path);
      const faults = await page.evaluate(() => {
        const found: string[] = [];
        const count = (selector: string) => document.querySelectorAll(selector).length;
        if (count('main') !== 1 || count('header.top') !== 1 || count('nav') < 1) found.push('landmarks');
        if (count('h1') !== 1) found.push('headings');
        if (!document.documentElement.lang || !document.title) found.push('language or title');
        for (const table of document.querySelectorAll('table')) {
          if (!table.caption?.textContent) found.push('a table without a caption');
          if (table.querySelectorAll('thead th[scope=col]').length === 0) found.push('a table without heads');
        }
        for (const field of document.querySelectorAll<HTMLInputElement>(
          'input:not([type=hidden]), select, textarea',
        )) {
          if (!field.labels?.length) found.push(`a field without a label: ${field.name}`);
        }
        for (const element of document.querySelectorAll('a, button')) {
          if (!element.textContent?.trim()) found.push(`nothing to read: ${element.outerHTML.slice(0, 80)}`);
        }
        for (const image of document.querySelectorAll('svg:not([aria-hidden])')) {
          if (!image.getAttribute('aria-label')) found.push('an image without words');
        }
        const ids = Array.from(document.querySelectorAll('[id]'), (element) => element.id);
        if (new Set(ids).size !== ids.length) found.push('an id twice');
        return found;
      });
      expect(faults, path).toEqual([]);
    }
  });

  it('can read it: text stands out from its ground, light and dark', async () => {
    const { page } = await visiting();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const weak = await page.evaluate(() => {
        const channel = (value: number) => {
          const share = value / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        };
        const parse = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
        const luminance = ([r = 0, g = 0, b = 0]: number[]) =>
          0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
        const groundOf = (element: Element | null): number[] => {
          for (let at = element; at; at = at.parentElement) {
            const ground = parse(getComputedStyle(at).backgroundColor);
            if (ground.length === 3 || (ground[3] ?? 1) === 1) return ground;
          }
          return [255, 255, 255];
        };
        const found: string[] = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const element = node.parentElement;
          if (!element || !node.textContent?.trim() || element.closest('.vh, .skip, svg')) continue;
          const [ink, ground] = [parse(getComputedStyle(element).color), groundOf(element)].map(
            luminance,
          ) as [number, number];
          const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
          if (ratio < 4.5) found.push(`${node.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
        }
        return [...new Set(found)];
      });
      expect(weak, colorScheme).toEqual([]);
    }
  });

  it('reads it on a phone without scrolling sideways', async () => {
    const { page, base, fixture } = await visiting({ width: 390 });
    for (const path of ['/', '/hosts', '/jobs/web1/files', watchLog(fixture), '/alerts']) {
      await page.goto(base + path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wide, path).toBeLessThanOrEqual(0);
    }
  });
});
