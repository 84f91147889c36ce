/** The units' exposure by systemd's own count, and what must not get lost from them while lowering it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const UNITS = join(import.meta.dirname, '../../scripts/systemd');

const AGENT_EXPOSURE_MAX = 2.0;
const COLLECTOR_EXPOSURE_MAX = 1.2;
const CRONTABS_EXPOSURE_MAX = 2.0;
const BASE_BACKUP_EXPOSURE_MAX = 1.6;

function exposureOf(unit: string): number {
  const said = execFileSync(
    'systemd-analyze',
    ['security', '--offline=true', '--no-pager', join(UNITS, unit)],
    {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    },
  );
  const found = /Overall exposure level for \S+: ([\d.]+)/.exec(said);
  if (!found) throw new Error(`systemd-analyze names no exposure level: ${said.slice(-200)}`);
  return Number(found[1]);
}

function settingsOf(unit: string): string[] {
  return readFileSync(join(UNITS, unit), 'utf8').split('\n');
}

describe('the systemd units', () => {
  it('expose little: the agent may read every file, and do next to nothing else', () => {
    expect(exposureOf('backproof-agent.service')).toBeLessThanOrEqual(AGENT_EXPOSURE_MAX);
    expect(settingsOf('backproof-agent.service')).toEqual(
      expect.arrayContaining([
        'User=backproof',
        'CapabilityBoundingSet=CAP_DAC_READ_SEARCH',
        'NoNewPrivileges=yes',
      ]),
    );
  });

  it('expose little: the collector needs nothing of its host', () => {
    expect(exposureOf('backproof-collector.service')).toBeLessThanOrEqual(COLLECTOR_EXPOSURE_MAX);
    expect(settingsOf('backproof-collector.service')).toEqual(
      expect.arrayContaining(['DynamicUser=yes', 'CapabilityBoundingSet=', 'NoNewPrivileges=yes']),
    );
  });

  it('expose little: the dump of crontabs is root with four of its capabilities, and reached by a group', () => {
    expect(exposureOf('backproof-crontabs@.service')).toBeLessThanOrEqual(CRONTABS_EXPOSURE_MAX);
    expect(settingsOf('backproof-crontabs@.service')).toEqual(
      expect.arrayContaining([
        'CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_SETUID CAP_SETGID CAP_CHOWN',
        'NoNewPrivileges=yes',
        'RuntimeMaxSec=5min',
      ]),
    );
    expect(settingsOf('backproof-crontabs.socket')).toEqual(
      expect.arrayContaining(['SocketGroup=backproof', 'SocketMode=0660']),
    );
  });

  it('expose little: a base backup is made by postgres without any capability, and asked for by a group', () => {
    expect(exposureOf('backproof-base-backup@.service')).toBeLessThanOrEqual(BASE_BACKUP_EXPOSURE_MAX);
    expect(settingsOf('backproof-base-backup@.service')).toEqual(
      expect.arrayContaining([
        'User=postgres',
        'CapabilityBoundingSet=',
        'NoNewPrivileges=yes',
        // systemd would take away the shared memory of the server, which is the same user.
        'RemoveIPC=no',
      ]),
    );
    expect(settingsOf('backproof-base-backup.socket')).toEqual(
      expect.arrayContaining(['SocketGroup=backproof', 'SocketMode=0660']),
    );
  });

  it.each(['backproof-agent.service', 'backproof-collector.service'])(
    '%s comes back, and never gives up',
    (unit) => {
      expect(settingsOf(unit)).toEqual(
        expect.arrayContaining([
          'Type=notify',
          'WatchdogSec=60s',
          'Restart=always',
          'StartLimitIntervalSec=0',
        ]),
      );
    },
  );

  it.each(['agent', 'collector'])('a start of the %s without its configuration fails aloud', (program) => {
    expect(settingsOf(`backproof-${program}.service`)).toContain(
      `AssertPathExists=/etc/backproof/${program}.yaml`,
    );
  });

  it('an out-of-memory kill of a backup does not end the agent', () => {
    expect(settingsOf('backproof-agent.service')).toContain('OOMPolicy=continue');
  });
});
