/** The page by HTTPS in a real browser: signed in by a cookie that only HTTPS carries, through a renewal. */
import { chromium } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { Authority } from '../../collector/authority/authority.ts';
import { Metrics } from '../../collector/web/metrics.ts';
import { startWeb } from '../../collector/web/server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testWeb } from '../support/web.ts';

it('signs in and goes on after its certificate was renewed', async () => {
  const fixture = await testWeb({ hosts: 2, secure: true });
  const authority = Authority.init(temporaryFolder(), ['127.0.0.1', 'localhost'], Date.now());
  const listen = { web: { host: '127.0.0.1', port: 0, plain: false } };
  const server = await startWeb(
    { ...fixture.web, metrics: new Metrics() },
    { listen, web: null } as never,
    authority,
  );
  onTestFinished(() => server.stop());
  const base = `https://127.0.0.1:${server.address.port}`;
  // Debian's; none is downloaded.
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  onTestFinished(() => browser.close());
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${base}/`);
  await page.getByLabel('API token').fill(fixture.token('admin'));
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${base}/`);
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ name: '__Host-backproof', secure: true, httpOnly: true, sameSite: 'Lax' });
  server.renewCertificate();
  await page.goto(`${base}/hosts`);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('2 hosts enrolled.');
});
