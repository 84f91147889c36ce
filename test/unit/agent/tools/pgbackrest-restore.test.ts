import { expect, it } from 'vitest';
import {
  archiveGetCommand,
  restoreArgv,
  restoreComplaint,
  restoredShare,
} from '../../../../agent/tools/pgbackrest-restore.ts';

const access = {
  program: 'pgbackrest',
  stanza: 'shop',
  configFile: '/etc/pgb.conf',
  prefix: ['runuser', '-u', 'postgres', '--'],
};

const folders = { data: '/srv/x/data', tablespaces: '/srv/x/tablespaces' };

it('says no option to a version that does not have it', () => {
  const help = (text: string) => restoreArgv(access, '20261123-010616F', folders, text);
  expect(help('  --db-exclude    restore excluding the specified databases')).toContain('--reset-db-exclude');
  // 2.33
  expect(help('  --db-include    restore only specified databases')).not.toContain('--reset-db-exclude');
});

it('restores one set into folders of its own, takes back what the configuration says for restores, and never archives', () => {
  const argv = restoreArgv(access, '20261123-010616F', folders, '');
  expect(argv.slice(0, 6)).toEqual([
    'runuser',
    '-u',
    'postgres',
    '--',
    'pgbackrest',
    '--config=/etc/pgb.conf',
  ]);
  expect(argv.at(-1)).toBe('restore');
  for (const option of [
    '--stanza=shop',
    '--set=20261123-010616F',
    '--pg1-path=/srv/x/data',
    '--tablespace-map-all=/srv/x/tablespaces',
    '--reset-tablespace-map',
    '--reset-link-map',
    '--no-link-all',
    '--no-delta',
    '--reset-db-include',
    '--reset-db-exclude',
    '--type=none',
    '--archive-mode=off',
  ])
    expect(argv).toContain(option);
});

it('gets WAL for the copy without what a standby here fetches ahead, quoted for the shell and for PostgreSQL', () => {
  const command = archiveGetCommand({ ...access, program: '/usr/bin/pgbackrest' }, "/srv/100% o'clock/data");
  expect(command).toBe(
    `/usr/bin/pgbackrest --config=/etc/pgb.conf --stanza=shop '--pg1-path=/srv/100%% o'\\''clock/data' --reset-pg1-host --no-archive-async --log-level-file=off archive-get %f "%p"`,
  );
});

it('reads how much is restored, and nothing from other lines', () => {
  // pgBackRest 2.45, --log-level-console=detail.
  const said =
    '2026-11-23 04:42:27.656 P01 DETAIL: restore file /tmp/r1/data/base/5/1255 (768KB, 3.38%) checksum b6d4';
  expect(restoredShare(said)).toBeCloseTo(0.0338);
  expect(restoredShare('P01 DETAIL: restore zeroed file /tmp/r1/data/x (0B, 100.00%)')).toBe(1);
  expect(restoredShare("P00 DETAIL: create path '/tmp/r1/data/base (50%)'")).toBeNull();
  expect(restoredShare('P00   INFO: restore size = 22.2MB, file total = 965')).toBeNull();
});

it('says why pgBackRest failed in its own words', () => {
  const lines = [
    'P00   INFO: restore command begin 2.45',
    'P00  ERROR: [073]: unable to find backup set to restore',
    'P00   INFO: restore command end: aborted with exception [073]',
  ];
  expect(restoreComplaint(lines)).toBe('unable to find backup set to restore');
  expect(restoreComplaint([])).toBe('pgBackRest said nothing');
});
