/** The agent's watch over real write-ahead logs, looked through one minute after the other without waiting for it. */
import { pino } from 'pino';
import type { PostgresPitrJob } from '../../agent/config/job-spec.ts';
import { readEnvironment } from '../../agent/config.ts';
import { besideRuns } from '../../agent/runner/beside-runs.ts';
import { Tools } from '../../agent/watch/tools.ts';
import { SAMPLE_EVERY_MS, WalWatch } from '../../agent/watch/wal.ts';
import type { WalSample } from '../../proto/wal.ts';
import { FakeClock } from './fake-clock.ts';
import { temporaryFolder } from './folder.ts';
import { postgresPitrJob } from './job-specs.ts';
import type { ArchivedCluster } from './pgbackrest.ts';
import { postgresBin } from './postgres.ts';

/** The job that an administrator would write for a cluster. */
export function pitrJobOf(archived: ArchivedCluster, user = 'postgres'): PostgresPitrJob {
  const { stanza, program, configFile, cluster } = archived;
  return postgresPitrJob({
    name: `${stanza}-pitr`,
    store: { engine: 'pgbackrest', stanza, program, configFile },
    connection: { host: cluster.socketFolder, port: cluster.port, user },
  });
}

export interface WatchingOptions {
  dataDir?: string;
  /** Whom the server is asked as. */
  user?: string;
  /** On top of our own. */
  environment?: Record<string, string>;
  /** Whether runs are in a job's repository. */
  isBusy?: () => boolean;
}

export class Watching {
  readonly watch: WalWatch;
  readonly #clock = new FakeClock(Date.now());
  readonly #names: string[];
  #came: WalSample[] = [];
  #onAll = () => {};
  #begun = false;

  /** One agent's, over one cluster or several on its host. */
  constructor(
    archived: ArchivedCluster | ArchivedCluster[] | PostgresPitrJob,
    options: WatchingOptions = {},
  ) {
    const all = 'kind' in archived ? [] : [archived].flat();
    const jobs = 'kind' in archived ? [archived] : all.map((one) => pitrJobOf(one, options.user));
    const environment = { ...readEnvironment().variables, ...options.environment };
    this.#names = jobs.map(({ name }) => name);
    this.watch = new WalWatch({
      jobs,
      dataDir: options.dataDir ?? temporaryFolder(),
      clock: this.#clock,
      log: pino({ enabled: false }),
      environment,
      postgresBins: { 15: postgresBin() },
      beside: besideRuns({
        clock: this.#clock,
        environment,
        host: 'db1',
        tools: new Tools(environment, this.#clock),
        guard: { environment: () => ({}), after: () => null },
        isBusy: options.isBusy ?? (() => false),
      }),
      isRoot: process.getuid?.() === 0 && !all.some(({ becomesPostgres }) => becomesPostgres),
      send: (sample) => {
        this.#came.push(sample);
        if (this.#came.length === this.#names.length) this.#onAll();
      },
    });
  }

  /** The next minute's sample of each cluster. */
  async lookAtAll(): Promise<WalSample[]> {
    this.#came = [];
    const all = new Promise<void>((resolve) => {
      this.#onAll = resolve;
    });
    if (this.#begun) this.#clock.advance(SAMPLE_EVERY_MS);
    else this.watch.start();
    this.#begun = true;
    await all;
    return this.#names.map((name) => this.#came.find(({ job }) => job === name)!);
  }

  async look(): Promise<WalSample> {
    return (await this.lookAtAll())[0]!;
  }
}
