import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pgBackRestBackups } from '../../../../agent/engines/pgbackrest-backups.ts';
import type { ProcessSeen, ProcessStep, Seen } from '../../../../agent/engines/types.ts';
import { NOTHING_SAID } from '../../../../agent/tools/borg-log.ts';
import { engineContext, postgresPitrJob } from '../../../support/job-specs.ts';

const DAY_MS = 86_400_000;
/** A day after the recorded full backup. */
const recorded = said('info');
const fullAtMs = Number(/"stop":(\d+)\},"type":"full"/.exec(recorded)![1]) * 1_000;
const job = postgresPitrJob();

function said(name: string): string {
  const file = join(import.meta.dirname, `../../../golden/pgbackrest/2.45-${name}.txt`);
  const text = readFileSync(file, 'utf8');
  return text.slice(text.indexOf('\n') + 1);
}

function seen(id: string, stdout: string, part: Partial<ProcessSeen> & { lines?: string[] } = {}): Seen {
  const { lines = [], ...rest } = part;
  return {
    type: 'process',
    id,
    exitCode: 0,
    signal: null,
    startError: null,
    stdout,
    stdoutCut: false,
    said: { ...NOTHING_SAID, plain: lines },
    ...rest,
  };
}

function argvAfter(before: string, startedAtMs: number, isRoot = false): string[] {
  const context = engineContext({ startedAtMs, isRoot });
  return (pgBackRestBackups.plan(job, context, [seen('before', before)]) as ProcessStep).argv;
}

const conclude = (...all: Seen[]) => pgBackRestBackups.outcome(job, engineContext(), all);

describe('which backup is made', () => {
  it('is an incremental one for a week after a full one, then a full one', () => {
    expect(argvAfter(recorded, fullAtMs + DAY_MS)).toContain('--type=incr');
    expect(argvAfter(recorded, fullAtMs + 7 * DAY_MS - 3_600_000)).toContain('--type=full');
    expect(argvAfter(said('info-no-backup'), fullAtMs)).toContain('--type=full');
  });

  it("is the server's user's to make, whom root becomes", () => {
    expect(argvAfter(recorded, fullAtMs, true).slice(0, 4)).toEqual(['runuser', '-u', 'postgres', '--']);
    expect(argvAfter(recorded, fullAtMs)[0]).toBe('pgbackrest');
  });

  it('is a unit’s to make where the agent is nobody: it is told the job and the type, and nothing else', () => {
    const baseBackup = ['/usr/bin/backproof-agent', 'base-backup'];
    const context = engineContext({ startedAtMs: fullAtMs, baseBackup });
    const step = pgBackRestBackups.plan(job, context, [seen('before', recorded)]) as ProcessStep;
    expect(step.argv).toEqual([...baseBackup, 'shop-pitr', 'incr']);
    const lines = ['P00   INFO: backup', 'backproof-agent: the base backup was refused: no such job'];
    const refused = conclude(seen('before', recorded), seen('backup', '', { exitCode: 1, lines }));
    expect(refused.reason).toBe('No backup was made: the base backup was refused: no such job.');
  });

  it('is none while the stanza is missing or its passphrase wrong, which is said with what to do', () => {
    for (const [name, reason] of [
      ['info-nothing', /has no stanza shop.*stanza-create/],
      ['info-wrong-passphrase', /cannot use stanza shop \(status 99/],
    ] as const) {
      const before = seen('before', said(name));
      expect(pgBackRestBackups.plan(job, engineContext(), [before])).toBeNull();
      expect(conclude(before)).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(reason) });
    }
  });
});

describe('what came of it', () => {
  const before = seen('before', said('info-no-backup'));
  const backup = seen('backup', '');

  it('is a recovery point that the repository shows', () => {
    const conclusion = conclude(before, backup, seen('confirm', recorded));
    expect(conclusion.outcome).toBe('succeeded');
    expect(conclusion.reason).toMatch(/^incr backup \S+ of stanza shop, seen in the repository\.$/);
    expect(conclusion.recoveryPoints).toHaveLength(1);
    expect(conclusion.inventory).toHaveLength(2);
  });

  it('is nothing when the repository shows no more than before', () => {
    const conclusion = conclude(seen('before', recorded), backup, seen('confirm', recorded));
    expect(conclusion).toMatchObject({ outcome: 'failed', recoveryPoints: [] });
  });

  it('is a failure when pgBackRest met broken pages, although the backup is there', () => {
    const broken = recorded.replaceAll('"error":false', '"error":true');
    expect(conclude(before, backup, seen('confirm', broken))).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('broken pages'),
    });
  });

  it('is explained in its own words when it failed', () => {
    const lines = said('wrong-stanza').trim().split('\n');
    const failed = conclude(before, seen('backup', '', { exitCode: 37, lines }));
    expect(failed.reason).toBe(
      'pgBackRest ended with exit code 37: [037]: backup command requires option: pg1-path.',
    );
  });

  it('is explained when pgBackRest is not installed', () => {
    const missing = seen('before', '', { exitCode: null, startError: 'pgbackrest is not installed' });
    expect(conclude(missing).reason).toBe('pgbackrest is not installed; install pgbackrest.');
  });
});
