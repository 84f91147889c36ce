import { describe, expect, it } from 'vitest';
import { explainBorgFailure } from '../../../../agent/tools/borg-failure.ts';
import { NOTHING_SAID } from '../../../../agent/tools/borg-log.ts';
import { BORG_VERSIONS, golden } from '../../../support/golden.ts';

const where = { repository: 'acme', location: '/srv/r', lockHolders: [], lockWaitMs: 1_000 };

function causeOf(name: string): { code: string; reason: string } {
  const { said, exitCode } = golden(name);
  return explainBorgFailure(said, exitCode, where);
}

describe.each(BORG_VERSIONS)('borg %s', (version) => {
  it.each([
    ['wrong-passphrase', 'wrong-passphrase'],
    ['wrong-passphrase-list', 'wrong-passphrase'],
    ['no-repository', 'no-repository'],
    ['not-a-repository', 'not-a-repository'],
    ['locked-elsewhere', 'lock-timeout'],
    ['disk-full', 'disk-full'],
    ['quota', 'quota'],
    ['relocated', 'relocated'],
    ['unknown-unencrypted', 'unencrypted'],
    ['broken', 'damaged'],
    ['connection-cut', 'connection-lost'],
    ['exists', 'archive-exists'],
    // Every question that borg 1.x can ask, asked without a terminal and with standard input closed.
    ['asked-passphrase', 'no-passphrase'],
    ['asked-new-passphrase', 'no-passphrase'],
    ['asked-moved', 'relocated'],
    ['asked-unencrypted', 'unencrypted'],
    ['asked-delete', 'asked'],
    ['asked-repair', 'asked'],
  ])('names the cause of %s', (name, code) => {
    const cause = causeOf(`${version}-${name}`);
    expect(cause.code).toBe(code);
    expect(cause.reason).toMatch(/\.$/);
    expect(cause.reason).not.toMatch(/\n|Traceback/);
  });
});

it.each([
  ['read-only', 'not-writable', /r\/lock\.exclusive \(\[Errno 30\] Read-only file system\); see whether/],
  ['greeting', 'not-borg', /\(Welcome to storage7\): a greeting/],
  ['rolled-back', 'replay', /borg delete --cache-only \/srv\/r and remove manifest-timestamp/],
  ['cache-damaged', 'cache-damaged', /config\); run borg delete --cache-only \/srv\/r/],
])('says what to do about %s', (name, code, reason) => {
  expect(causeOf(`1.2.4-${name}`)).toEqual({ code, reason: expect.stringMatching(reason) });
});

it('tells a key that ssh cannot use from one that the storage host refuses', () => {
  const cause = (...lines: string[]) =>
    explainBorgFailure(
      { ...golden('1.2.4-created').said, plain: lines.map((line) => `Remote: ${line}`) },
      2,
      where,
    );
  const refused = 'borg@storage: Permission denied (publickey).';
  const gone = 'Warning: Identity file /etc/k not accessible: No such file or directory.';
  expect(
    cause('@@@@@@@@@@@@', '@ WARNING: UNPROTECTED PRIVATE KEY FILE! @', 'Load key "/etc/k": bad permissions'),
  ).toEqual({
    code: 'ssh-key-unusable',
    reason: expect.stringContaining('(Load key "/etc/k": bad permissions)'),
  });
  expect(cause(gone, refused)).toMatchObject({
    code: 'ssh-key-unusable',
    reason: expect.stringContaining('/etc/k'),
  });
  expect(cause(refused).code).toBe('ssh-refused-key');
});

it('says who holds a lock and what to do about it', () => {
  const { said, exitCode } = golden('1.2.4-locked-elsewhere');
  const holders = { ...where, lockHolders: ['process 999999 of elsewhere.example.net'] };
  const { reason } = explainBorgFailure(said, exitCode, holders);
  expect(reason).toContain('process 999999 of elsewhere.example.net');
  expect(reason).toContain('borg break-lock /srv/r');
});

it('tells a refused connection from a lost one', () => {
  expect(causeOf('1.2.4-connection-refused').code).toBe('connection-refused');
  expect(causeOf('1.2.4-host-unknown').code).toBe('connection-lost');
});

it('says that borg 1.1 does not know what dumps need', () => {
  expect(causeOf('1.1.16-dumped')).toMatchObject({
    code: 'usage',
    reason: expect.stringContaining('unrecognized arguments: --content-from-command'),
  });
});

it('quotes what it does not know', () => {
  const said = { ...NOTHING_SAID, plain: ['strange things'] };
  expect(explainBorgFailure(said, 2, where).reason).toBe('borg ended with exit code 2: strange things.');
});

it('quotes the exception that a traceback ends with, where borg itself says "Local Exception"', () => {
  const { said } = golden('1.2.4-connection-cut');
  const errors = said.errors.map(({ msgid, message }) => ({
    msgid,
    message: message.replace(/^.*(?:ConnectionClosed|BrokenPipeError).*$/gm, 'OverflowError: too large'),
  }));
  expect(explainBorgFailure({ ...said, errors }, 2, where)).toEqual({
    code: 'other',
    reason: 'borg ended with exit code 2: OverflowError: too large.',
  });
});
