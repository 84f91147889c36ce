/** Asking the probe (probe.mjs) that was loaded into a measured process. */
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface LoopDelay {
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

export class Probe {
  readonly socket: string;

  constructor(folder: string, name: string) {
    this.socket = join(folder, `${name}.probe`);
  }

  /** For the process to measure, and for no other. */
  get env(): NodeJS.ProcessEnv {
    return {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'probe.mjs')).href}`,
      BENCH_PROBE: this.socket,
    };
  }

  /** A killed process leaves its socket behind, and the next one could not listen. */
  forget(): void {
    rmSync(this.socket, { force: true });
  }

  async collectGarbage(): Promise<void> {
    // Twice: what the first one finalizes, the second one frees.
    await this.#ask('gc');
    await this.#ask('gc');
  }
  async resetDelay(): Promise<void> {
    await this.#ask('reset');
  }
  delay(): Promise<LoopDelay> {
    return this.#ask('delay') as Promise<LoopDelay>;
  }

  #ask(question: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.socket, () => socket.write(`${question}\n`));
      let answer = '';
      socket.setEncoding('utf8').on('data', (text) => {
        answer += text;
      });
      socket.once('error', reject);
      socket.once('end', () => resolve(JSON.parse(answer)));
    });
  }
}
