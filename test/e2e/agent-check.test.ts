/** The doctor against real repositories: what is right, what is wrong, and what to do about it. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkHost } from '../../agent/commands/check.ts';
import { systemClock } from '../../proto/clock.ts';
import { writeConfig } from '../support/agent.ts';
import { temporaryFolder } from '../support/folder.ts';

const WITHIN_MS = 60_000;

it(
  'names what keeps jobs from working, and what to do about each',
  async () => {
    const folder = temporaryFolder();
    const secret = (name: string, text: string) => {
      writeFileSync(join(folder, name), `${text}\n`, { mode: 0o600 });
      return join(folder, name);
    };
    const right = secret('right', 'the passphrase');
    const wrong = secret('wrong', 'another passphrase');
    const repository = join(folder, 'repository');
    execFileSync('borg', ['init', '--encryption', 'repokey-blake2', repository], {
      env: { ...process.env, BORG_PASSPHRASE: 'the passphrase' },
      stdio: 'ignore',
    });
    const schedule = { cron: '0 2 * * *', finish_within: '1h' };
    const file = writeConfig(folder, {
      collector: 'wss://127.0.0.1:1',
      repositories: {
        good: { borg: repository, passphrase_file: right },
        locked_out: { borg: repository, passphrase_file: wrong },
        gone: { borg: join(folder, 'none'), passphrase_file: right },
      },
      jobs: {
        files: { kind: 'files', repository: 'good', schedule, paths: [folder, join(folder, 'nowhere')] },
        legacy: { kind: 'command', schedule, command: ['/nowhere/backup'] },
      },
    });
    let said = '';
    const code = await checkHost({ configFile: file, json: true }, systemClock, (text) => {
      said += text;
    });
    expect(code).toBe(1);
    const findings: { level: string; subject: string; what: string; next: string }[] = JSON.parse(said);
    const failures = findings.filter((one) => one.level === 'failure');
    expect(failures.map(({ subject, what }) => [subject, what])).toEqual([
      ['identity', expect.stringContaining('not enrolled yet')],
      ['repository locked_out', expect.stringContaining('is wrong')],
      ['repository gone', expect.stringContaining('There is no borg repository')],
      ['job files', expect.stringContaining('nowhere missing')],
      ['job legacy', expect.stringContaining('/nowhere/backup is not installed')],
    ]);
    for (const { next } of failures) expect(next).not.toBe('');
    expect(findings).toContainEqual(
      expect.objectContaining({
        level: 'ok',
        subject: 'repository good',
        what: 'reachable, encrypted (repokey-blake2), the passphrase is right.',
      }),
    );
  },
  WITHIN_MS,
);
