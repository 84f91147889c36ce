import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LookStep } from '../../../../agent/engines/types.ts';
import { look } from '../../../../agent/watch/look.ts';
import { ANSWER_WITHIN_MS, Patience } from '../../../../agent/watch/patience.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const step = (paths: string[]): LookStep => ({
  type: 'look',
  id: 'sources',
  paths,
  mounts: [],
  folders: [],
  lockedRepository: null,
});

describe('a look at sources', () => {
  it('tells links apart, and where they lead to in the end', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real/file'), 'x');
    symlinkSync('real', join(folder, 'between'));
    symlinkSync('between', join(folder, 'link'));
    symlinkSync('nowhere', join(folder, 'dangling'));
    const [link, real, dangling] = ['link', 'real', 'dangling'].map((name) => join(folder, name));
    expect(await look(step([link!, real!, dangling!]))).toMatchObject({
      links: [{ path: link, target: real }],
      missing: [dangling],
      empty: [],
      silent: [],
    });
  });
});

describe('a file system that gives no answer', () => {
  const never = () => new Promise<string>(() => {});

  it('is waited for no longer than it may be, and not asked again while it owes an answer', async () => {
    const clock = new FakeClock();
    const patience = new Patience(clock);
    let asked = 0;
    let answer = (_: string) => {};
    const question = () => {
      asked += 1;
      return new Promise<string>((resolve) => {
        answer = resolve;
      });
    };
    const first = patience.ask('/mnt/dead', question);
    clock.advance(ANSWER_WITHIN_MS);
    expect(await first).toBeNull();
    expect(await patience.ask('/mnt/dead', question)).toBeNull();
    expect(asked).toBe(1);
    answer('back');
    await expect.poll(() => patience.ask('/mnt/dead', async () => 'here')).toBe('here');
  });

  it('does not keep others waiting, and holds no timer once it has answered', async () => {
    const clock = new FakeClock();
    const patience = new Patience(clock);
    void patience.ask('/mnt/dead', never);
    expect(await patience.ask('/srv', async () => 'here')).toBe('here');
    await expect(patience.ask('/srv', () => Promise.reject(new Error('ENOENT')))).rejects.toThrow('ENOENT');
    expect(clock.waiting()).toBe(1);
  });

  it('ends the look, which names it', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'x');
    class Deaf extends Patience {
      override ask<T>(path: string, question: () => Promise<T>): Promise<T | null> {
        return path === '/mnt/dead' ? Promise.resolve(null) : super.ask(path, question);
      }
    }
    const paths = [folder, '/mnt/dead', '/nowhere'];
    expect(await look(step(paths), new Deaf(new FakeClock()))).toMatchObject({
      silent: ['/mnt/dead'],
      missing: [],
    });
  });
});
