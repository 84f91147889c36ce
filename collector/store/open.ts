/** The store on SQLite: opens the file, brings it up to date, joins the table families into one Store. */
import Database from 'better-sqlite3';
import { accessStore } from './access.ts';
import { alertStore } from './alerts.ts';
import { certificateStore } from './certificates.ts';
import { holdingStore } from './holdings.ts';
import { hostStore } from './hosts.ts';
import { jobStore } from './jobs.ts';
import { migrate, readMigrations } from './migrate.ts';
import { outboxStore } from './outbox.ts';
import { pingStore } from './pings.ts';
import { repositoryStore } from './repositories.ts';
import { restoreStore } from './restores.ts';
import { runStore } from './runs.ts';
import { sameFile } from './same-file.ts';
import { spoolStore } from './spools.ts';
import { type Db, guarded, guardedFamily, inTransaction } from './sqlite.ts';
import { storageStore } from './storage.ts';
import { systemStore } from './system.ts';
import type { Store } from './types.ts';
import { walStore } from './wal.ts';

/** How long a statement waits for another process (a backup, a CLI) that holds the write lock. */
const BUSY_TIMEOUT_MS = 5_000;
/** The page cache: a fleet's jobs, alerts and newest runs fit. */
const CACHE_KIB = 64 * 1024;
/**
 * The log grows to 64 MiB before it is copied into the database. With SQLite's 4 MiB, two commits of many hosts
 * fill it, and the same index pages are written again and again: 12,000 results a second instead of 24,000.
 */
const CHECKPOINT_PAGES = 16_384;

/**
 * Opens (or makes) the database. WAL with synchronous=FULL: what a transaction wrote is on the disk when
 * it returns, which is what an ack promises.
 * @throws UserError when the file was made by a newer version; StoreUnavailable when it cannot be used
 */
export function openStore(file: string): Store {
  const db = guarded(() => new Database(file, { timeout: BUSY_TIMEOUT_MS }));
  let assertThere = () => {};
  try {
    guarded(() => {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.pragma('foreign_keys = ON');
      db.pragma(`cache_size = -${CACHE_KIB}`);
      db.pragma('temp_store = MEMORY');
      db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      migrate(db, readMigrations());
    });
    if (!db.memory) assertThere = sameFile(file);
  } catch (error) {
    db.close();
    throw error;
  }
  return storeOn(db, assertThere);
}

/**
 * The table families on an open database that has their tables. `assertThere` is asked before each transaction
 * and each lease, and throws StoreUnavailable when the file is no longer where it was opened.
 */
export function storeOn(db: Db, assertThere: () => void = () => {}): Store {
  const system = systemStore(db);
  const { lease } = system;
  system.lease = (...args) => {
    assertThere();
    return lease(...args);
  };
  return {
    transaction: (work) => {
      assertThere();
      return inTransaction(db, work);
    },
    close: () => db.close(),
    hosts: guardedFamily(hostStore(db)),
    spools: guardedFamily(spoolStore(db)),
    certificates: guardedFamily(certificateStore(db)),
    jobs: guardedFamily(jobStore(db)),
    pings: guardedFamily(pingStore(db)),
    repositories: guardedFamily(repositoryStore(db)),
    restores: guardedFamily(restoreStore(db)),
    runs: guardedFamily(runStore(db)),
    holdings: guardedFamily(holdingStore(db)),
    storage: guardedFamily(storageStore(db)),
    wal: guardedFamily(walStore(db)),
    alerts: guardedFamily(alertStore(db)),
    outbox: guardedFamily(outboxStore(db)),
    access: guardedFamily(accessStore(db)),
    system: guardedFamily(system),
  };
}
