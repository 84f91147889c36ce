import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../../../../scripts/lab/faults/matrix.ts';
import { PITR_TOOLS } from '../../../../../scripts/lab/faults/pitr-others.ts';
import { holds, jsonOf, markdown, summary, table } from '../../../../../scripts/lab/faults/report.ts';
import type { Fault, Judgement, Row } from '../../../../../scripts/lab/faults/types.ts';

const fault: Fault = {
  name: 'job-hangs',
  done: 'borg is stopped',
  rule: 'sync_overdue',
  severity: 'critical',
  allowedSeconds: 1,
  from: 'the deadline passed',
  twin: 'its borg runs on',
  takesSeconds: 1,
  inject: () => Promise.reject(new Error('not in this test')),
};
const detected: Judgement = {
  detected: true,
  afterSeconds: 0.43,
  reason: 'It is still running.',
  falseAlarms: [],
  others: {},
  problems: [],
  holds: true,
};
const missed: Judgement = { ...detected, detected: false, afterSeconds: null, reason: null, holds: false };

function matrix(...rows: Partial<Row>[]): Matrix {
  return {
    rows: rows.map((row) => ({ fault, judgement: detected, skipped: null, ...row })),
    strays: [],
    seconds: 61,
  };
}

it('a row in JSON has the documented keys', () => {
  expect(jsonOf(matrix({}))[0]).toMatchObject({
    fault: 'job-hangs',
    rule: 'sync_overdue',
    allowedSeconds: 1,
    detectedAfterSeconds: 0.43,
    falseAlarms: 0,
    others: {},
  });
});

it('holds only when every row that was run does, and nobody was called about nothing', () => {
  expect(holds(matrix({}))).toBe(true);
  expect(holds(matrix({}, { judgement: missed }))).toBe(false);
  expect(holds(matrix({}, { judgement: null, skipped: 'root' }))).toBe(true);
  const stray = { rule: 'fleet_silent', subject: 'collector' } as Matrix['strays'][number];
  expect(holds({ ...matrix({}), strays: [stray] })).toBe(false);
});

it('counts what was detected, and says what was not run', () => {
  const said = summary(matrix({}, { judgement: missed }, { judgement: null, skipped: 'root' }));
  expect(said).toBe('1 of 2 faults detected, 0 false alarms, 1 of 2 rows hold, 1 not run here, 61 s');
});

it('a missed fault is called missed, for people at the terminal and on the page', () => {
  expect(table(matrix({ judgement: missed }))).toContain('missed');
  expect(markdown(matrix({ judgement: missed }), [], '2026-01-01')).toContain('**missed**');
});

it('the page holds the figures of the run and what the pager was told', () => {
  const page = markdown(matrix({}), [['borg', '1.2.4']], '2026-01-01');
  expect(page).toContain('borg 1.2.4');
  expect(page).toContain('0.43 s');
  expect(page).toContain('It is still running.');
});

describe('what others say', () => {
  const others = Object.fromEntries(PITR_TOOLS.map((tool) => [tool, `${tool} said`]));
  const lineOf = (row: Partial<Row>) =>
    markdown(matrix(row), [], '2026-01-01')
      .split('\n')
      .find((line) => line.includes('pgbackrest verify said'));

  it('stands beside what ours said, in one line a fault', () => {
    expect(lineOf({ judgement: { ...detected, others } })).toBe(
      '| `job-hangs` | `sync_overdue` after 0.43 s | check_pgbackrest archives said | ' +
        'check_pgbackrest retention said | pgbackrest info said | pgbackrest verify said | age of the last segment said |',
    );
  });

  it('shows that ours missed a fault, or called somebody for nothing', () => {
    expect(lineOf({ judgement: { ...missed, others } })).toContain('| **missed** |');
    const healthy = { ...fault, rule: null };
    expect(lineOf({ fault: healthy, judgement: { ...detected, others } })).toContain(
      '| silent, as it must be |',
    );
    const falseAlarms = [{} as Judgement['falseAlarms'][number]];
    expect(lineOf({ fault: healthy, judgement: { ...detected, falseAlarms, others } })).toContain(
      '**alarm**',
    );
  });

  it('is left out where nobody was asked, and keeps apart who was asked about dumps and files', () => {
    expect(markdown(matrix({}), [], '2026-01-01')).not.toContain('## What others');
    const page = markdown(
      matrix({ judgement: { ...detected, others: { borgmatic: 'exit code 1' } } }),
      [],
      '2026-01-01',
    );
    expect(page).toContain('| `job-hangs` | borgmatic | exit code 1 |');
    expect(page).not.toContain('What others say to the same faults');
  });
});
