/**
 * A server that is asked once a minute. Its connection is held for some questions: making one costs client and server many
 * times what the question does.
 */
import type { Clock } from '../../proto/clock.ts';
import { Session } from '../process/session.ts';
import {
  ANSWER_END,
  explainPostgresFailure,
  newestClient,
  type PostgresConnection,
  psqlSessionArgv,
  QUESTIONS_DATABASE,
} from '../tools/postgres.ts';
import { parseWalFacts, type WalFacts, walQuestion } from '../tools/postgres-wal.ts';
import { ANSWER_WITHIN_MS, type Answer, UNREADABLE } from './ask.ts';

const CONNECT_SECONDS = '10';
/** Then a new connection is made: an address may lead to another server by now. */
const QUESTIONS_A_CONNECTION = 10;
const STDOUT_BYTES_MAX = 64 * 1024;

export interface WalServerDeps {
  clock: Clock;
  environment: Record<string, string>;
  /** Folders of PostgreSQL's client programs by major. */
  postgresBins: Record<number, string>;
}

export class WalServer {
  readonly #connection: PostgresConnection;
  readonly #deps: WalServerDeps;
  #session: Session | null = null;
  #asked = 0;
  #stopped = false;

  constructor(connection: PostgresConnection, deps: WalServerDeps) {
    this.#connection = connection;
    this.#deps = deps;
  }

  /** One question at a time. */
  async ask(withHeartbeat: boolean): Promise<Answer<WalFacts>> {
    const wasHeld = this.#session !== null;
    const said = await this.#ask(withHeartbeat);
    // The server may have been restarted since the last question, or have ended what was idle for too long.
    return 'problem' in said && wasHeld && !this.#stopped ? this.#ask(withHeartbeat) : said;
  }

  stop(): void {
    this.#stopped = true;
    void this.#close();
  }

  async #ask(withHeartbeat: boolean): Promise<Answer<WalFacts>> {
    const client = newestClient(this.#deps.postgresBins);
    if (!client) return { problem: 'No PostgreSQL client programs were found; install postgresql-client.' };
    this.#session ??= this.#connect(client.bin);
    const { stdout, stdoutCut, startError } = await this.#session.ask({
      text: walQuestion(withHeartbeat),
      until: ANSWER_END,
      withinMs: ANSWER_WITHIN_MS,
      stdoutBytesMax: STDOUT_BYTES_MAX,
    });
    this.#asked += 1;
    const answer = stdoutCut ? null : parseWalFacts(stdout);
    if (answer !== null && this.#asked < QUESTIONS_A_CONNECTION) return { answer };
    const words = await this.#close();
    if (answer !== null) return { answer };
    const problem = words.join('\n') || startError;
    const where = this.#connection.host ?? 'the default socket';
    return { problem: problem === null ? UNREADABLE : explainPostgresFailure(problem, where) };
  }

  #connect(bin: string): Session {
    const { clock, environment } = this.#deps;
    const env = {
      PGAPPNAME: 'backproof',
      ...environment,
      PGCONNECT_TIMEOUT: CONNECT_SECONDS,
      LC_ALL: 'C.UTF-8',
    };
    this.#asked = 0;
    return new Session({ argv: psqlSessionArgv(bin, this.#connection, QUESTIONS_DATABASE), env }, clock);
  }

  /** @returns what was said on the way. */
  async #close(): Promise<string[]> {
    const session = this.#session;
    this.#session = null;
    return (await session?.close()) ?? [];
  }
}
