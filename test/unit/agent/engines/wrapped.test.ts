import { expect, test } from 'vitest';
import { concludeWrapped, type Looked, type WrappedEnd } from '../../../../agent/engines/wrapped.ts';
import type { BorgReport } from '../../../../agent/tools/borg-output.ts';
import { REPOSITORY } from '../../../support/jobs.ts';
import { SAMPLE_AT_MS } from '../../../support/samples.ts';

const STATS = { originalBytes: 10, compressedBytes: 8, deduplicatedBytes: 4, files: 2 };
const REPORT: BorgReport = {
  archives: [{ name: 'a1', id: 'id1', repositoryId: 'r', location: '/srv/r', stats: STATS }],
  said: { warnings: [], warningsTotal: 0, mattersTotal: 0, errors: [] },
};
const DENIED = { code: 'permission-denied', message: '/x: Permission denied', path: '/x', harmless: false };
const WARNED: BorgReport = {
  ...REPORT,
  said: { ...REPORT.said, warnings: [DENIED], warningsTotal: 1, mattersTotal: 1 },
};
const SEEN: Looked = { archives: [{ name: 'a1', id: 'id1', createdAtMs: SAMPLE_AT_MS }] };

function conclude(
  change: Partial<WrappedEnd>,
  looked: Looked = SEEN,
  repository: typeof REPOSITORY | null = REPOSITORY,
) {
  const end = {
    program: 'borgmatic',
    exitCode: 0,
    signal: null,
    startError: null,
    lastLine: '',
    borg: REPORT,
  };
  return concludeWrapped({ ...end, ...change }, repository, looked);
}

test('an archive that was reported and seen is a recovery point, with its statistics', () => {
  expect(conclude({})).toMatchObject({
    outcome: 'succeeded',
    reason: 'borgmatic ended with exit code 0; a1 was seen in the repository.',
    recoveryPoints: [{ repository: 'acme', name: 'a1', id: 'id1', createdAtMs: SAMPLE_AT_MS, sizeBytes: 10 }],
    stats: STATS,
  });
});

test('an archive that was reported and is not there has failed, whatever the exit code', () => {
  const made = conclude({}, { archives: [{ name: 'a1', id: 'another', createdAtMs: 1 }] });
  expect(made).toMatchObject({ outcome: 'failed', recoveryPoints: [] });
  expect(made.reason).toBe(
    'borgmatic ended with exit code 0; borg reported a1 in /srv/r, but repository acme does not hold it.',
  );
});

test('what could not be looked at is a warning, and no recovery point', () => {
  expect(conclude({}, { problem: 'it was locked.' })).toMatchObject({
    outcome: 'warning',
    recoveryPoints: [],
  });
});

test('without a repository, or without any word of borg, it says that no archive was looked at', () => {
  expect(conclude({}, null, null)).toMatchObject({
    outcome: 'succeeded',
    reason: 'borgmatic ended with exit code 0; borg reported a1; no archive was looked at.',
    recoveryPoints: [],
    stats: STATS,
  });
  expect(conclude({ borg: null }, null).reason).toBe(
    'borgmatic ended with exit code 0; no archive was looked at.',
  );
});

test('warnings that matter show, also when the command ends with 0 as borgmatic does', () => {
  expect(conclude({ borg: WARNED })).toMatchObject({
    outcome: 'warning',
    reason: 'borg warned: /x: Permission denied; a1 was seen in the repository.',
    warnings: [DENIED],
    warningsTotal: 1,
  });
});

test('borg’s own exit code for warnings is none of a failure; the same code of another program is', () => {
  for (const exitCode of [1, 105])
    expect(conclude({ program: '/usr/bin/borg', exitCode, borg: WARNED })).toMatchObject({
      outcome: 'warning',
      exitCode,
    });
  expect(conclude({ exitCode: 1 })).toMatchObject({ outcome: 'failed', exitCode: 1 });
  expect(conclude({ program: 'borg', exitCode: 2 }).outcome).toBe('failed');
  const lost = { ...WARNED, said: { ...WARNED.said, errors: [{ msgid: 'IntegrityError', message: 'bad' }] } };
  expect(conclude({ program: 'borg', exitCode: 1, borg: lost })).toMatchObject({
    outcome: 'failed',
    reason: 'borg ended with exit code 1. Its last line: bad',
  });
});

test('an archive without any file is no backup, whatever the exit code', () => {
  const empty = { ...REPORT, archives: [{ ...REPORT.archives[0]!, stats: { ...STATS, files: 0 } }] };
  expect(conclude({ borg: empty })).toMatchObject({
    outcome: 'failed',
    reason: 'borgmatic ended with exit code 0; a1 holds no file.',
  });
});

test('an exit code for warnings that nobody explained is a warning', () => {
  expect(conclude({ program: 'borg', exitCode: 1 })).toMatchObject({
    outcome: 'warning',
    reason: expect.stringMatching(/^borg ended with exit code 1, .* did not say why; a1 was seen/),
  });
  const harmless = { ...DENIED, code: 'file-changed', harmless: true };
  const changed = { ...REPORT, said: { ...REPORT.said, warnings: [harmless], warningsTotal: 1 } };
  expect(conclude({ program: 'borg', exitCode: 1, borg: changed }).outcome).toBe('succeeded');
});
