import { describe, expect, it } from 'vitest';
import { gatedCommand, gateScript, madeTablespace } from '../../../../agent/tools/wal-gate.ts';

/** PostgreSQL 15.20, pg_waldump's words through the script. */
const LOG = `2026-11-23 08:29:05.100 GMT [1] LOG:  restored log file "000000010000000000000004" from archive
backproof: a tablespace is made at 0/05008A28, after [2026-11-23 08:28:59.175443], committed [2026-11-23 08:28:59.2], in "/srv/new [1]"
2026-11-23 08:29:05.430 GMT [1] FATAL:  could not restore file "000000010000000000000005" from archive: child process exited with exit code 200
`;

describe('the gate in front of a tablespace', () => {
  it('names the record, the folder, and the transactions around it', () => {
    expect(madeTablespace(LOG)).toEqual({
      lsn: '0/05008A28',
      folder: '"/srv/new [1]"',
      beforeUs: Date.UTC(2026, 10, 23, 8, 28, 59) * 1_000 + 175_443,
      committedUs: Date.UTC(2026, 10, 23, 8, 28, 59, 200) * 1_000,
    });
  });

  it('knows neither where none was fetched', () => {
    const said = 'backproof: a tablespace is made at 0/30002F8, after [], committed [], in "/srv/new"';
    expect(madeTablespace(said)).toMatchObject({ beforeUs: null, committedUs: null });
    expect(madeTablespace('LOG:  redo done at 0/5000028')).toBeNull();
  });

  it('stands behind what fetches the WAL, and passes on how that ended', () => {
    expect(gatedCommand('get %f "%p"', "/srv/o'clock/100%/gate.sh")).toBe(
      `get %f "%p" && sh '/srv/o'\\''clock/100%%/gate.sh' %f "%p"`,
    );
    expect(gateScript('/usr/lib/my sql/bin', '/srv/new')).toContain(`'/usr/lib/my sql/bin/pg_waldump' "$@"`);
  });
});
