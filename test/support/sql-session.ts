/** A client that is held open at a server and asked one question after the other, as the manifest asks it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ANSWER_END } from '../../agent/tools/mysql-manifest.ts';

export class SqlSession {
  readonly #client: ReturnType<typeof spawn>;
  #said = '';

  constructor(argv: string[]) {
    this.#client = spawn(argv[0]!, argv.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#client.stdout!.setEncoding('utf8');
  }

  /** @returns everything up to the line that ends an answer. */
  async ask(question: string): Promise<string> {
    this.#client.stdin!.write(question);
    while (!this.#said.includes(`${ANSWER_END}\n`)) {
      const [chunk] = (await once(this.#client.stdout!, 'data')) as [string];
      this.#said += chunk;
    }
    const answer = this.#said.slice(0, this.#said.indexOf(ANSWER_END));
    this.#said = '';
    return answer;
  }

  async close(): Promise<void> {
    const gone = once(this.#client, 'exit');
    this.#client.stdin!.end();
    await gone;
  }
}
