/** Real processes: what happens to them, to their children, and to what they say. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isLeftOver, RUN_ID_VARIABLE, signalGroup, startTicksOf } from '../../../agent/process/group.ts';
import { LINE_CHARS_MAX, type ProcessSpec, STOP_GRACE_MS, startProcess } from '../../../agent/process.ts';
import { systemClock } from '../../../proto/clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { until } from '../../support/wire.ts';

const env = { PATH: process.env.PATH ?? '/usr/bin:/bin' };

function run(argv: string[], change: Partial<ProcessSpec> = {}, clock = systemClock) {
  return startProcess({ argv, env, stdoutBytesMax: 1_000, ...change }, clock);
}

const alive = (pid: number) =>
  startTicksOf(pid) !== null && !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

describe('what it says', () => {
  it('reports output, exit code and lines of standard error', async () => {
    const lines: string[] = [];
    const { result } = run(['sh', '-c', 'echo out; echo one >&2; printf two >&2; exit 3'], {
      onStderrLine: (line) => lines.push(line),
    });
    expect(await result).toMatchObject({ exitCode: 3, signal: null, stdout: 'out\n', stdoutCut: false });
    expect(lines).toEqual(['one', 'two']);
  });

  it('keeps the beginning of too much output, and says that it is cut', async () => {
    const { result } = run(['sh', '-c', 'head -c 100000 /dev/zero | tr "\\0" x']);
    expect(await result).toMatchObject({ stdout: 'x'.repeat(1_000), stdoutCut: true });
  });

  it('ends a process when the beginning of its output is enough', async () => {
    const { result } = run(['sh', '-c', 'yes'], { stopWhenCut: true });
    expect(await result).toMatchObject({ stdout: 'y\n'.repeat(500), stdoutCut: true, stopped: true });
  });

  it('cuts a line of two megabytes, and reads on', async () => {
    const lines: string[] = [];
    const { result } = run(
      ['sh', '-c', 'head -c 2000000 /dev/zero | tr "\\0" y >&2; printf "\\nnext\\n" >&2'],
      {
        onStderrLine: (line) => lines.push(line),
      },
    );
    await result;
    expect(lines.map((line) => line.length)).toEqual([LINE_CHARS_MAX, 4]);
  });

  it('says that a program is not there', async () => {
    const { group, result } = run(['no-such-program', 'x']);
    expect(group).toBeNull();
    expect((await result).startError).toMatch(/^no-such-program is not installed/);
  });
});

describe('what it is given', () => {
  it('gets no input, nothing inherited, and no shell', async () => {
    const { result } = run(['sh', '-c', 'cat; env | sort; echo "$0 $1"', '$(id)', '; id']);
    const { stdout } = await result;
    expect(stdout).toContain('$(id) ; id');
    expect(stdout).not.toContain('HOME=');
  });

  it('reads its passphrase from descriptor 3, which shows nowhere', async () => {
    const secret = 'correct horse';
    const { result } = run(
      [
        'sh',
        '-c',
        'read -r word <&3; echo "$word"; tr "\\0" " " </proc/$$/cmdline; tr "\\0" " " </proc/$$/environ',
      ],
      { secret, gentle: true },
    );
    const { stdout } = await result;
    expect(stdout.split('\n')[0]).toBe(secret);
    expect(stdout.split('\n').slice(1).join('')).not.toContain(secret);
  });

  it('runs gently where that is asked for', async () => {
    const { result } = run(['sh', '-c', 'nice; ionice'], { gentle: true });
    expect((await result).stdout).toBe('19\nidle\n');
  });
});

describe('stopping', () => {
  it('ends the whole group', async () => {
    const file = join(temporaryFolder(), 'pid');
    const running = run(['sh', '-c', `sleep 1000 & echo $! >${file}; wait`]);
    const child = Number(await until(() => existsSync(file) && readFileSync(file, 'utf8').trim()));
    running.stop();
    expect(await running.result).toMatchObject({ signal: 'SIGTERM', stopped: true });
    await until(() => !alive(child) || null);
  });

  it('lets a process that SIGSTOP holds clean up as borg does, at once', async () => {
    const lines: string[] = [];
    const script = 'trap "exit 5" TERM; echo ready >&2; while :; do sleep 0.1; done';
    const clock = new FakeClock();
    const running = run(['sh', '-c', script], { onStderrLine: (line) => lines.push(line) }, clock);
    await until(() => lines.length > 0 || null);
    signalGroup(running.group!.pgid, 'SIGSTOP');
    running.stop();
    // The fake clock stands still: SIGKILL never comes.
    expect(await running.result).toMatchObject({ exitCode: 5, signal: null });
  });

  it('kills what does not listen to SIGTERM', async () => {
    const clock = new FakeClock();
    const lines: string[] = [];
    const running = run(
      ['sh', '-c', 'trap "" TERM; echo ready >&2; while :; do sleep 1; done'],
      { onStderrLine: (line) => lines.push(line) },
      clock,
    );
    await until(() => lines.length > 0 || null);
    running.stop();
    clock.advance(STOP_GRACE_MS);
    expect((await running.result).signal).toBe('SIGKILL');
  });

  it('leaves no grandchild behind, even one that keeps the pipes open', async () => {
    const file = join(temporaryFolder(), 'pid');
    const { result } = run(['sh', '-c', `sleep 1000 & echo $! >${file}`]);
    expect((await result).exitCode).toBe(0);
    await until(() => !alive(Number(readFileSync(file, 'utf8'))) || null);
  });
});

describe('left-over groups', () => {
  it('knows its own again, and no stranger with the same number', async () => {
    const running = run(['sleep', '1000'], { env: { ...env, [RUN_ID_VARIABLE]: 'run-1' } });
    const group = running.group!;
    expect(isLeftOver(group, 'run-1')).toBe(true);
    expect(isLeftOver({ ...group, startTicks: group.startTicks - 1 }, 'run-1')).toBe(false);
    running.stop();
    await running.result;
    expect(isLeftOver(group, 'run-1')).toBe(false);
  });
});
