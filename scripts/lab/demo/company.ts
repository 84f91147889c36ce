/**
 * The small company of the demo: web1 backs up files, db1 dumps a real PostgreSQL, and on mail1 somebody's
 * cron line starts the sync, until it does not.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresCluster } from '../../../test/support/postgres.ts';
import { Storage, type StorageRepository } from '../../../test/support/storage.ts';
import { LabAgent } from '../agent.ts';
import { LabCollector } from '../collector.ts';
import { FakePager, type Page } from '../pager.ts';

/** How long after it is due a sync of the demo may start. */
export const START_GRACE_MS = 5_000;
const EVERY_MINUTE = { cron: '* * * * *', start_grace: `${START_GRACE_MS / 1_000}s`, finish_within: '50s' };
const TREE_FILES = 3_000;
const ORDERS = 20_000;

export interface Company {
  collector: LabCollector;
  pager: FakePager;
  storage: Storage;
  postgres: PostgresCluster;
  web1: LabAgent;
  db1: LabAgent;
  mail1: LabAgent;
  repositories: Record<'web1' | 'db1' | 'mail1', StorageRepository>;
  /** The tree that web1 backs up and the mail that mail1's cron line does. */
  wwwFolder: string;
  mailFolder: string;
  stop(): Promise<void>;
}

/** What was started, so that it is stopped in the opposite order, also when starting fails half-way. */
class Started {
  readonly #stops: (() => Promise<void>)[] = [];

  push(stop: () => Promise<void>): void {
    this.#stops.unshift(stop);
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop().catch(() => {});
  }
}

export async function startCompany(options: {
  folder: string;
  firstPort: number;
  say: (line: string) => void;
  /** Ends the start at its next step. */
  signal: AbortSignal;
  onPage: (page: Page) => void;
}): Promise<Company> {
  const { folder } = options;
  const say = (line: string) => {
    options.signal.throwIfAborted();
    options.say(line);
  };
  // PostgreSQL runs as a user of its own when root starts the demo, and must reach its folder.
  chmodSync(folder, 0o755);
  const started = new Started();
  try {
    say('storage: an sshd whose keys may run nothing but borg serve --append-only');
    const storage = await Storage.start(join(folder, 'storage'));
    started.push(() => storage.stop());
    const repositories = {
      web1: await storage.createRepository('acme', 'web1'),
      db1: await storage.createRepository('acme', 'db1'),
      mail1: await storage.createRepository('globex', 'mail1'),
    };

    say(`database: a PostgreSQL cluster with ${ORDERS} orders`);
    const postgres = await PostgresCluster.start(join(folder, 'postgres'));
    started.push(() => postgres.stop());
    await fillDatabase(postgres);

    const wwwFolder = join(folder, 'web1-www');
    const mailFolder = join(folder, 'mail1-mail');
    growTree(wwwFolder, TREE_FILES);
    growTree(mailFolder, 50);

    const pager = await FakePager.start(options.onPage);
    started.push(() => pager.stop());

    say('collector: certificate authority, database, page');
    const collector = await LabCollector.create({ folder, pager, firstPort: options.firstPort });
    await collector.start();
    started.push(async () => collector.program?.stop());

    const agent = (host: keyof typeof repositories, customer: string, jobs: Record<string, unknown>) =>
      new LabAgent({
        folder,
        host,
        customer,
        config: {
          repositories: {
            [customer]: {
              borg: repositories[host].url,
              ssh_command: repositories[host].sshCommand,
              passphrase_file: repositories[host].passphraseFile,
            },
          },
          jobs,
        },
      });
    const web1 = agent('web1', 'acme', {
      files: { kind: 'files', repository: 'acme', schedule: EVERY_MINUTE, paths: [wwwFolder], keep: '7d' },
    });
    const db1 = agent('db1', 'acme', {
      shop: {
        kind: 'postgres-dump',
        repository: 'acme',
        schedule: EVERY_MINUTE,
        connection: { host: postgres.socketFolder, port: postgres.port, user: 'postgres' },
        databases: 'all',
        take_from: 'any',
        keep: '7d',
      },
    });
    const mail1 = agent('mail1', 'globex', {
      sync: { kind: 'command', repository: 'globex', schedule: EVERY_MINUTE },
    });
    for (const host of [web1, db1, mail1]) {
      say(`${host.host}: enrolled with the line that the collector printed`);
      await host.enroll(collector);
      host.start();
      started.push(async () => host.program?.stop());
    }
    for (const host of [web1, db1, mail1]) await host.online(collector);
    return {
      collector,
      pager,
      storage,
      postgres,
      web1,
      db1,
      mail1,
      repositories,
      wwwFolder,
      mailFolder,
      stop: () => started.stop(),
    };
  } catch (error) {
    await started.stop();
    throw error;
  }
}

async function fillDatabase(postgres: PostgresCluster): Promise<void> {
  await postgres.sql('CREATE DATABASE shop');
  await postgres.sql(
    `CREATE TABLE orders (id bigserial PRIMARY KEY, placed timestamptz NOT NULL DEFAULT now(), what text NOT NULL);
     INSERT INTO orders (what) SELECT md5(n::text) FROM generate_series(1, ${ORDERS}) n;`,
    'shop',
  );
}

/** Files of a few kilobytes in folders of a hundred; every file differs, so nothing deduplicates away. */
function growTree(folder: string, files: number): void {
  for (let i = 0; i < files; i += 1) {
    const inside = join(folder, String(Math.floor(i / 100)));
    if (i % 100 === 0) mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, `page-${i}.html`), `<h1>Page ${i}</h1>\n`.repeat(50 + (i % 200)));
  }
}
