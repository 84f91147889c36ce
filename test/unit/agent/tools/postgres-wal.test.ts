import { describe, expect, it } from 'vitest';
import { ANSWER_END } from '../../../../agent/tools/postgres.ts';
import { parseWalFacts, walQuestion } from '../../../../agent/tools/postgres-wal.ts';

/** What a primary answers that archives. */
const PRIMARY = {
  now: 1_795_408_485_123,
  standby: false,
  system: '7711165315211842580',
  segment: 16_777_216,
  lsn: '0/A000060',
  file: '000000020000000000000009',
  timeline: 1,
  mode: 'on',
  command: 'pgbackrest archive-push %p',
  library: '',
  timeout: 60,
  archived: '000000020000000000000009',
  archived_at: 1_795_408_480_000,
  failed: null,
  failed_at: null,
};
const said = (change: Record<string, unknown> = {}, before = '') =>
  parseWalFacts(`${before}${JSON.stringify({ ...PRIMARY, ...change })}\n`);

describe('the question', () => {
  it('is one statement, or two with a heartbeat before it, and a mark at the end', () => {
    const statements = (text: string) => text.split(';\n').slice(0, -1);
    expect(statements(walQuestion(false))).toHaveLength(1);
    const text = walQuestion(true);
    expect(statements(text)).toHaveLength(2);
    expect(text).toMatch(/not pg_is_in_recovery.*\n.*pg_logical_emit_message\(true, 'backproof', ''\)/);
    expect(text.split('\n').slice(-2)).toEqual([`\\echo ${ANSWER_END}`, '']);
  });
});

describe('the answer', () => {
  it('takes the timeline from the file that is written, for the checkpoint of a promotion comes later', () => {
    expect(said()).toMatchObject({ role: 'primary', timeline: 2, lsn: 0xa000060, heartbeatLsn: null });
  });

  it('is that of a standby in recovery: nothing is written, and nothing is asked of what is', () => {
    expect(said({ standby: true, lsn: null, file: null })).toMatchObject({
      role: 'standby',
      lsn: 0,
      timeline: 1,
    });
  });

  it('knows nothing of the archiver after its statistics were reset', () => {
    expect(said({ archived: null, archived_at: null })).toMatchObject({
      lastArchived: '',
      lastArchivedAtMs: null,
      lastFailed: '',
      lastFailedAtMs: null,
    });
  });

  it('says where the heartbeat begins, when one could be written', () => {
    expect(said({}, '0/9FFFF80\n')?.heartbeatLsn).toBe(0x9ffff80);
    expect(said({ standby: true, lsn: null, file: null }, '\n')).toMatchObject({ heartbeatLsn: null });
  });

  it('is none when it is cut off, when a position is missing, or when the segments have an impossible size', () => {
    const whole = JSON.stringify(PRIMARY);
    for (let at = 0; at < whole.length; at += 1) expect(parseWalFacts(whole.slice(0, at))).toBeNull();
    expect(said({ lsn: null })).toBeNull();
    expect(said({ lsn: 'FFFFFFFF/FFFFFFFF' })).toBeNull();
    expect(said({ segment: 1_000 })).toBeNull();
    expect(said({ now: null })).toBeNull();
    expect(parseWalFacts('0/16B3748\n')).toBeNull();
  });

  it('archives nothing when there is nothing to call', () => {
    expect(said({ mode: 'off' })?.isArchiving).toBe(false);
    expect(said({ command: '' })?.isArchiving).toBe(false);
    expect(said({ command: '', library: 'basic_archive' })?.isArchiving).toBe(true);
  });
});
