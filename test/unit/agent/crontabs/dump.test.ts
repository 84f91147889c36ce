/** Hostile homes and spools. What is somebody's own file here belongs to real users of this machine. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { dumpCrontabs } from '../../../../agent/crontabs/dump.ts';
import { type CrontabLine, type PasswdEntry, parsePasswd } from '../../../../agent/tools/crontabs.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('dumping crontabs is not tested: only root can become somebody else');

const CRONTAB = '# m h dom mon dow command\n0 3 * * * /usr/local/bin/nightly\n';
const SECRET = 'of root alone\n';

/** Two users that every Debian has, with homes of the test's own. */
function realUser(name: string): PasswdEntry {
  const [found] = parsePasswd(execFileSync('getent', ['passwd', name], { encoding: 'utf8' }));
  return found!;
}

// Needs root, who alone can become somebody else.
describe.skipIf(!isRoot)('crontabs into homes', () => {
  const [daemon, games] = isRoot ? ['daemon', 'games'].map(realUser) : [];
  const cleanups: (() => void)[] = [];
  afterEach(() => {
    for (const cleanup of cleanups.splice(0)) cleanup();
    // Whatever happened, nobody else is left in this process.
    expect([process.geteuid!(), process.getegid!(), process.getgroups!()]).toEqual([0, 0, [0]]);
  });

  /** A spool with a crontab of `daemon`, and homes for both in a folder that everybody may search. */
  function world() {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const spool = join(folder, 'spool');
    const places = { spool, state: join(folder, 'state') };
    mkdirSync(spool);
    chmodSync(spool, 0o1730);
    const users = new Map<string, PasswdEntry>();
    const add = (user: PasswdEntry) => {
      const home = join(folder, user.name);
      mkdirSync(home);
      chownSync(home, user.uid, user.gid);
      users.set(user.name, { ...user, home });
      return home;
    };
    const schedule = (user: PasswdEntry, content = CRONTAB) => {
      const file = join(spool, user.name);
      writeFileSync(file, content, { mode: 0o600 });
      chownSync(file, user.uid, 0);
      return file;
    };
    const secret = join(folder, 'secret');
    writeFileSync(secret, SECRET, { mode: 0o600 });
    const home = add(daemon!);
    const dump = async (): Promise<CrontabLine[]> => {
      const said: CrontabLine[] = [];
      const lookUp = async (names: string[]) => names.flatMap((name) => users.get(name) ?? []);
      await dumpCrontabs(places, lookUp, (line) => said.push(line));
      expect(said.at(-1)).toEqual({ end: true });
      return said.slice(0, -1);
    };
    return { folder, home, file: join(home, '.crontab-dump'), users, add, schedule, secret, dump, spool };
  }

  function isWhole(file: string, user: PasswdEntry): void {
    const facts = lstatSync(file);
    expect(facts.isFile() && facts.mode & 0o777).toBe(0o600);
    expect([facts.uid, facts.gid]).toEqual([user.uid, user.gid]);
    expect(readFileSync(file, 'utf8')).toBe(CRONTAB);
  }

  it('writes each into its home: theirs, for them alone, byte for byte', async () => {
    const { file, schedule, dump, add } = world();
    schedule(daemon!);
    schedule(games!);
    const other = join(add(games!), '.crontab-dump');
    expect(await dump()).toEqual([
      { user: 'daemon', dumped: file },
      { user: 'games', dumped: other },
    ]);
    isWhole(file, daemon!);
    isWhole(other, games!);
    expect(await dump()).toHaveLength(2);
    expect(readdirSync(join(file, '..'))).toEqual(['.crontab-dump']);
  });

  it('has nothing to do on a machine without cron', async () => {
    const { dump, spool } = world();
    rmSync(spool, { recursive: true });
    expect(await dump()).toEqual([]);
  });

  it('takes the dump away with the crontab, and only then', async () => {
    const { file, schedule, dump } = world();
    const crontab = schedule(daemon!);
    await dump();
    rmSync(crontab);
    expect(await dump()).toEqual([{ user: 'daemon', removed: file }]);
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, 'their own file of that name');
    expect(await dump()).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });

  it('says again and again that a dump is stale that cannot be removed', async () => {
    const { file, schedule, dump } = world();
    const crontab = schedule(daemon!);
    await dump();
    rmSync(crontab);
    rmSync(file);
    mkdirSync(file);
    const stale = [{ user: 'daemon', problem: expect.stringContaining('is still there') }];
    expect(await dump()).toEqual(stale);
    expect(await dump()).toEqual(stale);
    rmSync(file, { recursive: true });
    expect(await dump()).toEqual([{ user: 'daemon', removed: file }]);
    expect(await dump()).toEqual([]);
  });

  describe('a hostile home', () => {
    it.each(['.crontab-dump', '.crontab-dump.new'])(
      'with a link at %s gets nothing of root’s',
      async (name) => {
        const { home, file, schedule, dump, secret } = world();
        schedule(daemon!);
        symlinkSync(secret, join(home, name));
        expect(await dump()).toEqual([{ user: 'daemon', dumped: file }]);
        isWhole(file, daemon!);
        expect(readFileSync(secret, 'utf8')).toBe(SECRET);
      },
    );

    it.each(['.crontab-dump', '.crontab-dump.new'])('with a pipe at %s holds nobody up', async (name) => {
      const { home, file, schedule, dump } = world();
      schedule(daemon!);
      execFileSync('mkfifo', [join(home, name)]);
      expect(await dump()).toEqual([{ user: 'daemon', dumped: file }]);
      isWhole(file, daemon!);
    });

    it.each(['.crontab-dump', '.crontab-dump.new'])(
      'with a folder at %s only hurts its user',
      async (name) => {
        const { home, schedule, dump, add } = world();
        schedule(daemon!);
        schedule(games!);
        add(games!);
        mkdirSync(join(home, name, 'in it'), { recursive: true });
        expect(await dump()).toMatchObject([
          { user: 'daemon', problem: expect.stringContaining('EISDIR') },
          { user: 'games', dumped: expect.anything() },
        ]);
        expect(existsSync(join(home, name, 'in it'))).toBe(true);
      },
    );

    it('that is a link to where its user may not write gets no file there from root', async () => {
      const { folder, home, schedule, dump } = world();
      schedule(daemon!);
      const closed = join(folder, 'closed');
      mkdirSync(closed);
      rmSync(home, { recursive: true });
      symlinkSync(closed, home);
      expect(await dump()).toMatchObject([
        { user: 'daemon', problem: expect.stringContaining('others than root can change') },
      ]);
      expect(readdirSync(closed)).toEqual([]);
    });

    it('that is full gets no half of a dump, and keeps the one it has', async () => {
      const { home, file, schedule, dump } = world();
      execFileSync('mount', [
        '-t',
        'tmpfs',
        '-o',
        `size=8k,uid=${daemon!.uid},gid=${daemon!.gid}`,
        'full',
        home,
      ]);
      cleanups.push(() => execFileSync('umount', [home]));
      schedule(daemon!);
      await dump();
      schedule(daemon!, CRONTAB.repeat(1_000));
      expect(await dump()).toEqual([
        { user: 'daemon', problem: `the home ${home} cannot be written: no space is left` },
      ]);
      isWhole(file, daemon!);
      expect(readdirSync(home)).toEqual(['.crontab-dump']);
    });
  });

  describe('a home that its user may not write in', () => {
    /** Below /var/lib nobody but root can change anything. */
    function rootsHome() {
      const folder = mkdtempSync('/var/lib/backproof-test-');
      cleanups.push(() => rmSync(folder, { recursive: true }));
      chmodSync(folder, 0o755);
      return folder;
    }

    it('is written by root when nobody else can change any part of its path', async () => {
      const { users, schedule, dump } = world();
      const home = rootsHome();
      users.set('daemon', { ...daemon!, home });
      const crontab = schedule(daemon!);
      const file = join(home, '.crontab-dump');
      expect(await dump()).toEqual([{ user: 'daemon', dumped: file }]);
      isWhole(file, daemon!);
      rmSync(crontab);
      expect(await dump()).toEqual([{ user: 'daemon', removed: file }]);
      expect(readdirSync(home)).toEqual([]);
    });

    it.each([
      ['belongs to another user', 0o755, true],
      ['may be written by a group', 0o775, false],
    ])('is left alone when a part of its path %s', async (_, mode, another) => {
      const { users, schedule, dump } = world();
      const above = rootsHome();
      const home = join(above, 'home');
      mkdirSync(home);
      chmodSync(above, mode);
      if (another) chownSync(above, games!.uid, 0);
      users.set('daemon', { ...daemon!, home });
      schedule(daemon!);
      expect(await dump()).toEqual([
        {
          user: 'daemon',
          problem: `daemon may not write in ${home}, and others than root can change ${above}`,
        },
      ]);
      expect(readdirSync(home)).toEqual([]);
    });
  });

  describe('a hostile spool', () => {
    it('with a link, a second name or a file of somebody else’s shows nobody what is not theirs', async () => {
      const { home, schedule, dump, secret, spool } = world();
      const crontab = join(spool, 'daemon');
      symlinkSync(secret, crontab);
      expect(await dump()).toMatchObject([{ user: 'daemon', problem: expect.stringContaining('ELOOP') }]);
      rmSync(crontab);
      linkSync(secret, crontab);
      expect(await dump()).toMatchObject([{ problem: expect.stringContaining('hard link') }]);
      rmSync(crontab);
      schedule(daemon!);
      chownSync(crontab, games!.uid, 0);
      expect(await dump()).toMatchObject([{ problem: expect.stringContaining('another user') }]);
      rmSync(crontab);
      execFileSync('mkfifo', [crontab]);
      expect(await dump()).toMatchObject([{ problem: expect.stringContaining('no file') }]);
      expect(readdirSync(home)).toEqual([]);
    });
  });

  it('names users without a home, without an account, and with a home they share', async () => {
    const { users, home, schedule, dump } = world();
    schedule(daemon!);
    schedule(games!);
    schedule({ ...games!, name: 'left-us' });
    users.set('games', { ...games!, home });
    expect(await dump()).toEqual([
      { user: 'daemon', dumped: join(home, '.crontab-dump') },
      { user: 'games', problem: `${home} is the home of daemon as well` },
      { user: 'left-us', problem: expect.stringContaining('no such user') },
    ]);
    users.set('games', { ...games!, home: '/nonexistent' });
    expect(await dump()).toContainEqual({ user: 'games', problem: 'the home /nonexistent does not exist' });
  });
});
