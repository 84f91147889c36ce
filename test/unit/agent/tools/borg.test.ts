import { describe, expect, it } from 'vitest';
import {
  type BorgAccess,
  borgEnvironment,
  createFilesArgv,
  createFromCommandArgv,
  localFolder,
  parseArchives,
  parseCreated,
  parseEncryption,
  parseEntrySizes,
  parseLockName,
  parseVersion,
  versionIsVulnerable,
  versionProblem,
} from '../../../../agent/tools/borg.ts';
import { BORG_VERSIONS, golden } from '../../../support/golden.ts';

const access: BorgAccess = {
  program: 'borg',
  location: 'ssh://a@b/./r',
  encrypted: true,
  lockWaitMs: 1_500,
  uploadBytesPerSecond: 2 * 1024 * 1024,
  checkpointEveryMs: null,
  sshCommand: 'ssh -i /k',
  remotePath: null,
};
const version = (text: string) => parseVersion(`borg ${text}\n`)!;

describe('versions', () => {
  it.each([
    ['1.1.16', null, /--content-from-command/],
    ['1.2.4', null, null],
    ['1.4.0', null, null],
    ['1.0.13', /too old/, /too old/],
    ['2.0.0b14', /borg 2/, /borg 2/],
  ])('%s can or cannot be used', (text, forFiles, forDumps) => {
    const matches = (problem: string | null, wanted: RegExp | null) =>
      wanted === null ? expect(problem).toBeNull() : expect(problem).toMatch(wanted);
    matches(versionProblem(version(text), false), forFiles);
    matches(versionProblem(version(text), true), forDumps);
  });

  it('knows which have CVE-2023-36811', () => {
    expect(['1.1.16', '1.2.4'].map((one) => versionIsVulnerable(version(one)))).toEqual([true, true]);
    expect(['1.2.5', '1.4.0'].map((one) => versionIsVulnerable(version(one)))).toEqual([false, false]);
  });

  it('refuses what is no version', () => expect(parseVersion('usage: nope')).toBeNull());
});

const ARCHIVE = { name: 'a', maker: 'backproof web1/files' };

describe('command lines', () => {
  it('keeps paths that look like options apart', () => {
    const argv = createFilesArgv(access, version('1.2.4'), ARCHIVE, ['/-x', '/y'], ['*/cache/*']);
    expect(argv.slice(argv.indexOf('--'))).toEqual(['--', 'ssh://a@b/./r::a', '/-x', '/y']);
    expect(argv).toContain('--upload-ratelimit');
    expect(argv.slice(argv.indexOf('--comment'))[1]).toBe('backproof web1/files');
    expect(argv.slice(argv.indexOf('--lock-wait'), argv.indexOf('--lock-wait') + 2)).toEqual([
      '--lock-wait',
      '2',
    ]);
  });

  it('limits the upload by the name each version has for it', () => {
    expect(createFilesArgv(access, version('1.1.16'), ARCHIVE, ['/y'], [])).toContain('--remote-ratelimit');
  });

  it('saves an unfinished archive as often as it is told, and leaves it to borg otherwise', () => {
    const often = createFilesArgv(
      { ...access, checkpointEveryMs: 90_000 },
      version('1.2.4'),
      ARCHIVE,
      ['/y'],
      [],
    );
    expect(often.slice(often.indexOf('--checkpoint-interval'))[1]).toBe('90');
    expect(createFilesArgv(access, version('1.2.4'), ARCHIVE, ['/y'], [])).not.toContain(
      '--checkpoint-interval',
    );
  });

  it('hands a dump command over behind --', () => {
    const argv = createFromCommandArgv(access, version('1.2.4'), ARCHIVE, 'shop.dump', ['pg_dump', '--x']);
    expect(argv.slice(-4)).toEqual(['ssh://a@b/./r::a', '--', 'pg_dump', '--x']);
  });
});

describe('environment', () => {
  it('never carries a passphrase, and decides every question', () => {
    const environment = borgEnvironment(
      { PATH: '/bin', BORG_PASSPHRASE: 'x', BORG_PASSCOMMAND: 'y', BORG_REPO: 'z', BORG_BASE_DIR: '/b' },
      access,
    );
    expect(environment).toMatchObject({
      PATH: '/bin',
      BORG_BASE_DIR: '/b',
      BORG_PASSPHRASE_FD: '3',
      TZ: 'UTC',
      BORG_EXIT_CODES: 'modern',
      BORG_RELOCATED_REPO_ACCESS_IS_OK: 'no',
      BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'no',
    });
    expect(Object.keys(environment)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^BORG_(PASSPHRASE|PASSCOMMAND|REPO)$/)]),
    );
  });
});

describe.each(BORG_VERSIONS)('answers of borg %s', (label) => {
  it('reads what create printed', () => {
    const made = parseCreated(golden(`${label}-created`).stdout);
    expect(made).toMatchObject({ name: 'a1', stats: { files: 2 } });
    expect(made!.id).toMatch(/^[0-9a-f]{64}$/);
    expect(new Date(made!.createdAtMs).getUTCFullYear()).toBe(2026);
  });

  it('finds the same archive in the list', () => {
    const made = parseCreated(golden(`${label}-created`).stdout)!;
    expect(parseArchives(golden(`${label}-listed`).stdout)).toEqual([
      { name: 'a1', id: made.id, createdAtMs: made.createdAtMs },
    ]);
    expect(parseArchives(golden(`${label}-listed-none`).stdout)).toEqual([]);
    expect(parseEncryption(golden(`${label}-listed`).stdout)).toBe('repokey-blake2');
  });

  it('reads the sizes of entries', () => {
    expect(parseEntrySizes(golden(`${label}-entries`).stdout).get('tmp/record-borg/src/a')).toBe(2);
  });

  it('takes nothing for an archive that was not made', () => {
    expect(parseCreated(golden(`${label}-wrong-passphrase`).stdout)).toBeNull();
    expect(parseArchives(golden(`${label}-wrong-passphrase-list`).stdout)).toBeNull();
  });
});

it('knows local repositories and lock names', () => {
  expect(localFolder('/srv/r')).toBe('/srv/r');
  expect(localFolder('file:///srv/r')).toBe('/srv/r');
  expect(localFolder('ssh://a@b/srv/r')).toBeNull();
  expect(parseLockName('web1.example@123.4711-0')).toEqual({ host: 'web1.example', pid: 4711 });
  expect(parseLockName('nonsense')).toBeNull();
});
