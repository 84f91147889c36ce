import { describe, expect, it } from 'vitest';
import type { RunRow } from '../../../../collector/store/types.ts';
import { barsSentence, dayBars } from '../../../../collector/web/pages/day-bars.ts';
import { headline, relative } from '../../../../collector/web/pages/words.ts';
import { sampleDeclaration, sampleFinished } from '../../../support/samples.ts';
import { FLEET_NOW_MS, testWeb } from '../../../support/web.ts';

const DAY_MS = 86_400_000;
const NONE = { broken: 0, late: 0, unknown: 0, ok: 0, 'not-applicable': 0 };

describe('every page', () => {
  it('opens, says what it may load, and has one heading', async () => {
    const { app, store, bearer } = await testWeb();
    const headers = bearer('admin');
    const alert = store.alerts.list({ limit: 1 }).items[0]!;
    const run = store.runs.list({ limit: 1 }).items[0]!;
    const pages = [
      '/',
      '/?state=broken&search=web&customer=acme',
      '/hosts',
      '/hosts/web1',
      '/jobs/web1/files',
      `/runs/${run.id}`,
      '/alerts',
      '/alerts?state=resolved',
      `/alerts/${alert.id}`,
    ];
    for (const url of pages) {
      const answer = await app.inject({ url, headers });
      expect(answer.statusCode, url).toBe(200);
      expect(answer.headers['content-security-policy'], url).toContain("default-src 'none'");
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.body.match(/<h1/g), url).toHaveLength(1);
      expect(answer.body, url).toContain('<main id="content"');
      expect(answer.body, url).not.toMatch(/ style="| on\w+="|<script>|javascript:/);
    }
  });

  it('say what excludes left out of a run, and with whom a job shares its storage', async () => {
    const { app, store, bearer } = await testWeb({ hosts: 0 });
    const headers = bearer('admin');
    const host = store.hosts.enroll('web1', 'acme', FLEET_NOW_MS);
    const job = store.jobs.declare(host.id, sampleDeclaration({ sharedAs: 'gluster' }), '', FLEET_NOW_MS);
    const stats = { ...sampleFinished().stats, excluded: 1_234 };
    store.runs.finish(job.id, sampleFinished({ stats }), FLEET_NOW_MS);
    const page = async (url: string) => (await app.inject({ url, headers })).body;
    expect(await page('/runs/1')).toContain('1,234 entries, by exclude patterns');
    expect(await page('/jobs/web1/files')).toContain('gluster: one success of any host');
    expect(JSON.parse(await page('/api/v1/jobs'))).toMatchObject([{ sharedAs: 'gluster' }]);
    expect(JSON.parse(await page('/api/v1/runs'))).toMatchObject([{ stats: { excluded: 1_234 } }]);
    expect(await page('/metrics')).toMatch(/backproof_job_last_run_excluded_entries\{.*\} 1234/);
  });

  it('shows hostile text as text', async () => {
    const { app, store, bearer } = await testWeb({ hosts: 0 });
    const evil = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>\u001b[31m\u202egpj\u0000\ud800';
    const host = store.hosts.enroll('web1', 'acme', FLEET_NOW_MS);
    store.hosts.saveFacts(host.id, {
      hostname: evil,
      os: evil,
      kernel: evil,
      nodeVersion: evil,
      agentVersion: evil,
      zone: evil,
      cpus: 1,
      memoryBytes: 1,
      tools: [{ name: evil, version: evil }],
      notBackedUp: [{ name: evil, why: evil }],
    });
    const declaration = sampleDeclaration({
      kind: evil,
      repository: evil,
      sources: [evil],
      excludes: [evil],
    });
    const job = store.jobs.declare(host.id, declaration, evil, FLEET_NOW_MS);
    const line = `${evil.repeat(3)}${'x'.repeat(1_000_000)}`;
    const run = sampleFinished({
      reason: evil,
      logTail: line,
      warnings: [{ code: evil, message: evil, path: evil, harmless: false }],
      warningsTotal: 1,
      recoveryPoints: [
        { repository: evil, name: evil, id: evil, subject: evil, createdAtMs: FLEET_NOW_MS, sizeBytes: 1 },
      ],
    });
    store.runs.finish(job.id, run, FLEET_NOW_MS);
    const verdict = { state: 'broken', rule: null, sinceMs: 0, reason: evil, nextCheckAtMs: null } as const;
    const six = {
      onTime: verdict,
      receiving: verdict,
      complete: verdict,
      proven: verdict,
      retained: verdict,
      untouched: verdict,
    };
    store.jobs.saveVerdicts(job.id, six, 'broken', FLEET_NOW_MS);
    store.hosts.saveVerdicts(host.id, { [evil]: verdict }, 'broken', FLEET_NOW_MS);
    const alert = store.alerts.insert({
      rule: evil,
      subject: evil,
      host: evil,
      job: evil,
      customer: evil,
      severity: 'critical',
      reason: evil,
      startedAtMs: FLEET_NOW_MS,
    });
    store.outbox.add({ alertId: alert.id, receiver: evil, event: 'trigger', payload: '{}' }, FLEET_NOW_MS);
    const headers = bearer('admin');
    const pages = ['/', `/?search=${encodeURIComponent(evil.slice(0, 60))}`, '/hosts', '/hosts/web1'];
    pages.push('/jobs/web1/files', '/runs/1', '/alerts', `/alerts/${alert.id}`);
    for (const url of pages) {
      const { body, statusCode } = await app.inject({ url, headers });
      expect(statusCode, url).toBe(200);
      expect(body, url).not.toContain('<script>alert');
      expect(body, url).not.toContain('<img');
      expect(body, url).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
    const { body } = await app.inject({ url: '/jobs/web1/files', headers });
    expect(body).toContain('&lt;script>alert(1)&lt;/script>');
    expect(body).toContain('\\u{202e}gpj');
    expect(body).toContain('␛[31m');
  });

  it('tells an empty installation how to begin', async () => {
    const { app, bearer } = await testWeb({ hosts: 0 });
    const { body } = await app.inject({ url: '/', headers: bearer('viewer') });
    expect(body).toContain('backproof-collector enroll web1 --customer acme');
  });

  it('shows what is wrong with the collector, to those who see everything', async () => {
    const { app, bearer, problems } = await testWeb();
    problems.push('The database cannot be written.');
    expect((await app.inject({ url: '/', headers: bearer('viewer') })).body).toContain(problems[0]);
    expect((await app.inject({ url: '/', headers: bearer('viewer', 'acme') })).body).not.toContain(
      problems[0],
    );
  });
});

describe('the headline', () => {
  it('answers in one sentence', () => {
    expect(headline({ ...NONE })).toBe('No job has reported yet.');
    expect(headline({ ...NONE, ok: 1 })).toBe('The one job keeps its promises.');
    expect(headline({ ...NONE, ok: 1_200 })).toBe('All 1,200 jobs keep their promises.');
    expect(headline({ ...NONE, ok: 118, broken: 2 })).toBe(
      '118 of 120 jobs keep their promises; 2 are broken.',
    );
    expect(headline({ ...NONE, ok: 5, broken: 1, late: 2, unknown: 3 })).toBe(
      '5 of 11 jobs keep their promises; 1 is broken, 2 are late and 3 are unknown.',
    );
    expect(headline({ ...NONE, 'not-applicable': 2 })).toBe('Nothing is promised.');
  });

  it('never counts unknown as kept', () => {
    expect(headline({ ...NONE, unknown: 3 })).toBe('0 of 3 jobs keep their promises; 3 are unknown.');
  });
});

describe('the bars', () => {
  const run = (daysAgo: number, outcome: RunRow['outcome']) =>
    ({ startedAtMs: FLEET_NOW_MS - daysAgo * DAY_MS, outcome }) as RunRow;

  it('give each day its worst truth', () => {
    const bars = dayBars(
      [
        run(20, 'failed'),
        run(13, 'succeeded'),
        run(5, 'failed'),
        run(4, 'failed'),
        run(4, 'succeeded'),
        run(3, 'succeeded'),
        run(3, 'timed-out'),
        run(2, 'skipped'),
        run(1, 'warning'),
        run(0, null),
      ],
      FLEET_NOW_MS,
    );
    expect(bars).toHaveLength(14);
    expect(bars.map((bar) => bar.kind)).toEqual([
      'succeeded',
      ...Array<string>(7).fill('none'),
      'failed',
      'mixed',
      'failed',
      'skipped',
      'warning',
      'running',
    ]);
    expect(barsSentence(bars)).toBe(
      'Last 14 days: 1 succeeded, 1 succeeded with warnings (2026-11-21), 2 failed (2026-11-17, 2026-11-19), ' +
        '1 failed, then succeeded (2026-11-18), 1 skipped or cancelled, 1 running, 7 no run.',
    );
  });
});

describe('relative times', () => {
  it('have one unit and a direction', () => {
    expect(relative(0, 2_000)).toBe('just now');
    expect(relative(0, 5_400_000)).toBe('1h ago');
    expect(relative(5_400_000, 0)).toBe('in 1h');
  });
});
