/** A Debian root, booted: systemd as its first process, a network of its own with nothing but loopback. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { vi } from 'vitest';

const exec = promisify(execFile);

const BOOT_MAX_MS = 60_000;
const POWER_OFF_MAX_MS = 20_000;
const RUN_MAX_MS = 120_000;
const POLL_MS = 100;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
/** What systemd, as a first process, takes for `poweroff`: SIGRTMIN+4 (systemd(1)); node has no name for it. */
const SIGNAL_POWER_OFF = '-SIGRTMIN+4';

export class BootedRoot {
  readonly #container: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #console: string[] = [];

  private constructor(container: ChildProcess) {
    this.#container = container;
    this.#gone = new Promise((resolve) => container.once('exit', () => resolve()));
    container.stdout?.on('data', (bytes: Buffer) => this.#console.push(bytes.toString('utf8')));
    container.stderr?.on('data', (bytes: Buffer) => this.#console.push(bytes.toString('utf8')));
  }

  /** Resolves when systemd in it has started everything, or has given up on some of it. */
  static async boot(root: string): Promise<BootedRoot> {
    const how = ['--boot', '--register=no', '--keep-unit', '--private-network', '--console=pipe'];
    // Ends with this process, however that ends.
    const container = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', '--', 'systemd-nspawn', `--directory=${root}`, ...how],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const booted = new BootedRoot(container);
    try {
      await vi.waitFor(
        async () => {
          const { stdout } = await booted.run(['systemctl', 'is-system-running'], { anyExit: true });
          if (!/^(running|degraded)/.test(stdout))
            throw new Error(`still ${stdout.trim() || 'without systemd'}`);
        },
        { timeout: BOOT_MAX_MS, interval: POLL_MS },
      );
      return booted;
    } catch (error) {
      const said = booted.console();
      await booted.stop();
      throw new Error(`the root did not boot: ${(error as Error).message}\n${said}`);
    }
  }

  /** Runs a program inside as root; throws with what it said when it fails, unless `anyExit`. */
  async run(
    argv: readonly string[],
    { anyExit = false }: { anyExit?: boolean } = {},
  ): Promise<{ stdout: string; stderr: string }> {
    const inside = ['--all', `--target=${this.#firstProcess()}`, '/usr/bin/env', '-i', 'TERM=dumb'];
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    try {
      return await exec('nsenter', [...inside, path, 'LANG=C.UTF-8', 'HOME=/root', ...argv], {
        timeout: RUN_MAX_MS,
        maxBuffer: OUTPUT_BYTES_MAX,
      });
    } catch (error) {
      const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
      if (anyExit) return { stdout, stderr };
      throw new Error(`in the root, ${argv.join(' ')}: ${message}\n${stdout}${stderr}`);
    }
  }

  async shell(script: string): Promise<string> {
    return (await this.run(['sh', '-euc', script])).stdout;
  }

  /** What systemd and the kernel said on the console so far. */
  console(): string {
    return this.#console.join('');
  }

  /** Powers off; what does not obey is killed, with everything in it. */
  async stop(): Promise<void> {
    if (this.#container.exitCode !== null || this.#container.signalCode !== null) return;
    try {
      await exec('kill', [SIGNAL_POWER_OFF, this.#firstProcess()]);
    } catch {
      this.#container.kill('SIGKILL');
    }
    const limit = setTimeout(() => this.#container.kill('SIGKILL'), POWER_OFF_MAX_MS);
    await this.#gone;
    clearTimeout(limit);
  }

  /** The process id, seen from outside, of the root's process 1. */
  #firstProcess(): string {
    const { pid } = this.#container;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    if (!children[0]) throw new Error('the root has no first process yet');
    return children[0];
  }
}
