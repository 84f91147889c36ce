/** `backproof-agent key`, with real borg: made, drilled, exported, brought back. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Drill, drillKeys } from '../../agent/commands/key/drill.ts';
import { exportKey } from '../../agent/commands/key/export.ts';
import { newKey } from '../../agent/commands/key/new.ts';
import { systemClock } from '../../proto/clock.ts';
import { writeConfig } from '../support/agent.ts';
import { temporaryFolder } from '../support/folder.ts';

/** Some thirty calls of borg, of a second each on a busy machine. */
const WITHIN_MS = 300_000;

/** Configured repositories of three customers; none of them is made yet. */
function setUp() {
  const folder = temporaryFolder();
  const borgBase = join(folder, 'borg');
  mkdirSync(borgBase);
  const repositories = Object.fromEntries(
    ['acme', 'globex', 'initech'].map((customer) => [
      `of-${customer}`,
      { borg: join(folder, customer), passphrase_file: join(folder, 'keys', customer), customer },
    ]),
  );
  const configFile = writeConfig(folder, { collector: 'wss://127.0.0.1:1', repositories });
  const keyOf = (customer: string) => join(folder, 'keys', customer);
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const make = (customer: string, init: 'repository' | 'host' | null = 'repository') =>
    newKey({ configFile, repository: `of-${customer}`, init }, systemClock, print);
  const drill = async () => {
    printed.length = 0;
    const code = await drillKeys({ configFile, json: true }, systemClock, print);
    return { code, drills: JSON.parse(printed[0]!) as Drill[] };
  };
  const exported = async (customer: string, file: string, paper = false) => {
    printed.length = 0;
    const said: string[] = [];
    const say = (text: string) => void said.push(text);
    const options = { configFile, repository: `of-${customer}`, file, paper };
    await exportKey(options, systemClock, print, say);
    return { printed: printed.join('\n'), said: said.join('\n') };
  };
  return { folder, borgBase, configFile, keyOf, printed, make, drill, exported };
}

/** What was found, in the order in which it was tried. */
function found(drills: Drill[], repository: string): string[] {
  return drills.find((one) => one.repository === repository)!.trials.map((trial) => trial.found);
}

describe('key new', () => {
  it(
    'makes a passphrase that only the agent may read, never over another, and with --init what it opens',
    async () => {
      const { keyOf, make, printed, folder } = setUp();
      await make('acme', null);
      expect(readFileSync(keyOf('acme'), 'utf8')).toMatch(/^[\w-]{43}\n$/);
      expect(statSync(keyOf('acme')).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
      const secret = readFileSync(keyOf('acme'), 'utf8');
      await expect(make('acme', null)).rejects.toThrow('exists already; a passphrase is never overwritten');
      await make('acme');
      expect(readFileSync(keyOf('acme'), 'utf8')).toBe(secret);
      expect(readFileSync(join(folder, 'acme', 'config'), 'utf8')).toContain('key = ');
      expect(printed.join('\n')).toContain('borg serve --append-only');
      expect(printed.join('\n')).not.toContain(secret.trim());
      await expect(make('acme')).rejects.toThrow(/^No repository was made: .*already exists/);
      await make('globex', 'host');
      expect(readFileSync(join(folder, 'globex', 'config'), 'utf8')).not.toContain('key = ');
    },
    WITHIN_MS,
  );
});

describe('key drill', () => {
  it(
    'shows that each repository opens with its own passphrase and with no other, wherever its key is',
    async () => {
      const { make, drill, keyOf, folder } = setUp();
      await make('acme');
      await make('globex', 'host');
      await make('initech');
      const { code, drills } = await drill();
      expect(drills.map(({ encryption }) => encryption)).toEqual([
        'repokey-blake2',
        'keyfile-blake2',
        'repokey-blake2',
      ]);
      for (const { trials } of drills)
        expect(trials.map((trial) => trial.found)).toEqual(['opens', 'refused', 'refused', 'refused']);
      expect(drills[0]!.trials.map((trial) => trial.with)).toEqual([
        'its own passphrase',
        'the passphrase of globex (repository of-globex)',
        'the passphrase of initech (repository of-initech)',
        'a random passphrase',
      ]);
      expect(code).toBe(0);

      // initech's repository is made anew, with acme's passphrase.
      rmSync(join(folder, 'initech'), { recursive: true });
      copyFileSync(keyOf('acme'), keyOf('initech'));
      await make('initech');
      const shared = await drill();
      expect(shared.code).toBe(1);
      expect(found(shared.drills, 'of-acme')).toEqual(['opens', 'refused', 'opens', 'refused']);
      expect(found(shared.drills, 'of-globex')).toEqual(['opens', 'refused', 'refused', 'refused']);

      copyFileSync(keyOf('globex'), keyOf('acme'));
      rmSync(join(folder, 'initech'), { recursive: true });
      const wrong = await drill();
      expect(wrong.code).toBe(1);
      expect(found(wrong.drills, 'of-acme')).toEqual(['refused', 'refused', 'opens', 'refused']);
      expect(found(wrong.drills, 'of-initech')).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
      expect(wrong.drills[2]!.trials[0]!.reason).toContain('There is no borg repository');
      for (const { holds } of wrong.drills.filter(({ repository }) => repository !== 'of-globex'))
        expect(holds).toBe(false);
    },
    WITHIN_MS,
  );
});

describe('key export', () => {
  it(
    'writes a key that brings a lost one back, and says that it is of no use without the passphrase',
    async () => {
      const { folder, borgBase, make, drill, exported, keyOf } = setUp();
      for (const customer of ['acme', 'initech']) await make(customer);
      await make('globex', 'host');
      const file = join(folder, 'globex.key');
      const { printed, said } = await exported('globex', file);
      expect(printed).toBe('');
      expect(said).toContain(`Keep a copy of the passphrase too (${keyOf('globex')})`);
      expect(readFileSync(file, 'utf8')).toMatch(/^BORG_KEY [0-9a-f]{64}\n/);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      await expect(exported('globex', file)).rejects.toThrow('an exported key is never overwritten');
      expect((await exported('acme', '-')).printed).toMatch(/^BORG_KEY [0-9a-f]{64}\n/);
      expect((await exported('acme', '-', true)).printed).toContain('BORG PAPER KEY v1');

      const keys = join(borgBase, '.config/borg/keys');
      for (const name of readdirSync(keys)) rmSync(join(keys, name));
      expect((await drill()).code).toBe(1);
      execFileSync('borg', ['key', 'import', join(folder, 'globex'), file], {
        env: { ...process.env, BORG_BASE_DIR: borgBase },
        stdio: 'ignore',
      });
      expect((await drill()).code).toBe(0);
    },
    WITHIN_MS,
  );

  it(
    'says so when the passphrase, which is to be kept beside it, does not open the repository',
    async () => {
      const { folder, make, exported, keyOf } = setUp();
      await make('acme');
      writeFileSync(keyOf('acme'), 'another\n', { mode: 0o600 });
      const file = join(folder, 'acme.key');
      await expect(exported('acme', file)).rejects.toThrow(
        /The key was exported, .*passphrase of repository of-acme is wrong/,
      );
      expect(readFileSync(file, 'utf8')).toMatch(/^BORG_KEY/);
    },
    WITHIN_MS,
  );

  it('leaves no file when there is no key to export', async () => {
    const { folder, exported, keyOf } = setUp();
    mkdirSync(join(folder, 'keys'));
    writeFileSync(keyOf('acme'), 'secret\n', { mode: 0o600 });
    await expect(exported('acme', join(folder, 'acme.key'))).rejects.toThrow('There is no borg repository');
    expect(readdirSync(folder)).not.toContain('acme.key');
  });
});
