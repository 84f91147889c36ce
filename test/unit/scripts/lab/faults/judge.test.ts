import { describe, expect, it } from 'vitest';
import { hostOf, judge, strays } from '../../../../../scripts/lab/faults/judge.ts';
import type { Injected } from '../../../../../scripts/lab/faults/types.ts';
import type { Page } from '../../../../../scripts/lab/pager.ts';

const KNOWN = 1_000_000;
const promised = { rule: 'sync_failed', severity: 'critical' as const, allowedSeconds: 2 };

function page(change: Partial<Page> = {}): Page {
  return {
    via: 'pagerduty',
    atMs: KNOWN + 500,
    event: 'trigger',
    rule: 'sync_failed',
    subject: 'job:broken/files',
    severity: 'critical',
    reason: 'It failed.',
    dedupKey: 'a',
    ...change,
  };
}

function injected(pages: Page[], change: Partial<Injected> = {}): Injected {
  return {
    pages,
    host: 'broken',
    subject: 'job:broken/files',
    twins: ['broken-twin'],
    earliestMs: KNOWN - 300,
    knownAtMs: KNOWN,
    problems: [],
    ...change,
  };
}

describe('a fault', () => {
  it('is detected by the page of its rule about its subject, counted from the known instant', () => {
    const judgement = judge(promised, injected([page()]));
    expect(judgement).toMatchObject({ detected: true, afterSeconds: 0.5, falseAlarms: [], holds: true });
    expect(judgement.reason).toBe('It failed.');
  });

  it('is missed when nobody pages', () => {
    const judgement = judge(promised, injected([]));
    expect(judgement).toMatchObject({ detected: false, afterSeconds: null, holds: false });
    expect(judgement.problems).toEqual(['no page by sync_failed about job:broken/files']);
  });

  it('is not detected by another rule, another subject, a resolve or the other receiver', () => {
    for (const other of [
      page({ rule: 'sync_overdue' }),
      page({ subject: 'job:broken/other' }),
      page({ event: 'resolve' }),
      page({ via: 'webhook' }),
    ]) {
      expect(judge(promised, injected([other])).detected).toBe(false);
    }
  });

  it('counts as detected at once when the page overtakes our own look', () => {
    expect(judge(promised, injected([page({ atMs: KNOWN - 200 })])).afterSeconds).toBe(0);
  });

  it('is late, and does not hold, one millisecond after what is allowed', () => {
    expect(judge(promised, injected([page({ atMs: KNOWN + 2_000 })])).holds).toBe(true);
    const late = judge(promised, injected([page({ atMs: KNOWN + 2_001 })]));
    expect(late).toMatchObject({ detected: true, holds: false });
  });

  it('does not hold when the page has another severity', () => {
    expect(judge(promised, injected([page({ severity: 'warning' })])).holds).toBe(false);
  });

  it('does not hold when anything beside the pages was wrong', () => {
    expect(judge(promised, injected([page()], { problems: ['the twin failed'] })).holds).toBe(false);
  });
});

describe('a false alarm', () => {
  const alarmsOf = (pages: Page[], change: Partial<Injected> = {}) =>
    judge(promised, injected([page(), ...pages], change)).falseAlarms.length;

  it('is any page about the healthy twin, its job or its host', () => {
    expect(alarmsOf([page({ subject: 'job:broken-twin/files' })])).toBe(1);
    expect(alarmsOf([page({ subject: 'host:broken-twin', rule: 'agent_silent', atMs: 5 })])).toBe(1);
  });

  it('is a page about the broken host before the fault could be known', () => {
    const early = page({ atMs: KNOWN - 301 });
    expect(judge(promised, injected([early]))).toMatchObject({ detected: false, falseAlarms: [early] });
  });

  it('is a second page about the same fault, or one by another rule', () => {
    expect(alarmsOf([page({ dedupKey: 'b', atMs: KNOWN + 900 })])).toBe(1);
    expect(alarmsOf([page({ rule: 'sync_warning' })])).toBe(1);
  });

  it('is not a rule that may follow, unless it came first', () => {
    const follow = page({ rule: 'sync_silent' });
    expect(alarmsOf([follow], { mayFollow: ['sync_silent'] })).toBe(0);
    expect(alarmsOf([page({ rule: 'sync_silent', atMs: 1 })], { mayFollow: ['sync_silent'] })).toBe(1);
  });

  it('is none of a host of another row, nor a resolve', () => {
    expect(alarmsOf([page({ subject: 'host:somebody-else' })])).toBe(0);
    expect(alarmsOf([page({ subject: 'job:broken-twin/files', event: 'resolve' })])).toBe(0);
  });

  it('is a page about the collector only in an installation of its own', () => {
    const unwell = page({ subject: 'collector', rule: 'collector_unwell' });
    expect(alarmsOf([unwell])).toBe(0);
    expect(alarmsOf([unwell], { wholeInstallation: true })).toBe(1);
    expect(alarmsOf([unwell], { wholeInstallation: true, mayFollow: ['collector_unwell'] })).toBe(0);
  });
});

describe('a fault that heals', () => {
  const healing = { rule: null, severity: null, allowedSeconds: 0 };

  it('holds when nobody was called', () => {
    expect(judge(healing, injected([]))).toMatchObject({ detected: false, holds: true });
  });

  it('holds only when what must happen instead happened in time', () => {
    expect(judge(healing, injected([], { actedAfterSeconds: 0 })).holds).toBe(true);
    expect(judge(healing, injected([], { actedAfterSeconds: 0.1 })).holds).toBe(false);
  });

  it('does not hold when somebody was', () => {
    expect(judge(healing, injected([page()]))).toMatchObject({ holds: false });
  });
});

it('the host of a subject is what stands between the colon and the slash', () => {
  expect(hostOf('job:web1/files')).toBe('web1');
  expect(hostOf('host:web1')).toBe('web1');
  expect(hostOf('collector')).toBeNull();
});

it('pages about no row’s host, or about no host at all, are strays', () => {
  const pages = [page(), page({ subject: 'collector' }), page({ subject: 'host:stranger' })];
  expect(strays(pages, new Set(['broken']))).toEqual(pages.slice(1));
});
