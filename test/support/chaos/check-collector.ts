/**
 * After a collector's death: is everything stored that it acked, once and in order, and does every alert
 * have its notifications? Asked of the file itself, with SQL of the checker's own.
 */
import type Database from 'better-sqlite3';
import { lookInto } from './database-copy.ts';
import { type HostLedger, type KnownRecord, promise } from './ledger.ts';
import type { Told } from './receiver.ts';

interface Progress {
  /** Records up to here were found in the tables. */
  checkedSeq: number;
  /** Runs whose order was compared. */
  comparedRuns: number;
  lastRunRow: number;
}

interface Row {
  id: number;
  run: string;
  finished: number | null;
  outcome: string | null;
}

interface AlertTold {
  id: number;
  state: string;
  subject: string;
  receiver: string | null;
  /** Of this receiver, in order. */
  events: string | null;
}

export class CollectorChecker {
  readonly #file: string;
  readonly #scratch: string;
  readonly #ledgers: HostLedger[];
  readonly #receivers: string[];
  readonly #told: Told[];
  readonly #progress = new Map<string, Progress>();

  constructor(deps: {
    file: string;
    scratch: string;
    ledgers: HostLedger[];
    receivers: string[];
    told: Told[];
  }) {
    this.#file = deps.file;
    this.#scratch = deps.scratch;
    this.#ledgers = deps.ledgers;
    this.#receivers = deps.receivers;
    this.#told = deps.told;
  }

  /** Throws BrokenPromise. */
  check(): void {
    lookInto(this.#file, this.#scratch, (db) => {
      for (const ledger of this.#ledgers) this.#checkHost(db, ledger);
      this.#checkAlerts(db);
      this.#checkDelivered(db);
    });
  }

  /**
   * Once everything is quiet: all that was ever spooled is stored, nothing else is, nothing fires, and the
   * receivers know it. Throws BrokenPromise.
   */
  checkEnd(chains: Map<string, Buffer>): { alerts: number; notifications: number } {
    return lookInto(this.#file, this.#scratch, (db) => {
      for (const ledger of this.#ledgers) {
        this.#checkHost(db, ledger);
        this.#checkComplete(db, ledger, chains.get(ledger.host)!);
      }
      const gaps = count(db, 'SELECT count(*) AS n FROM gaps');
      promise(gaps === 0, `${gaps} gaps were reported, and no spool was ever full`);
      const firing = count(db, "SELECT count(*) AS n FROM alerts WHERE state = 'firing'");
      promise(firing === 0, `${firing} alerts still fire although everything ended well`);
      const undelivered = count(db, "SELECT count(*) AS n FROM notifications WHERE state != 'delivered'");
      promise(undelivered === 0, `${undelivered} notifications were never delivered`);
      this.#checkAlerts(db);
      this.#checkDelivered(db);
      return {
        alerts: count(db, 'SELECT count(*) AS n FROM alerts'),
        notifications: count(db, 'SELECT count(*) AS n FROM notifications'),
      };
    });
  }

  #checkHost(db: Database.Database, ledger: HostLedger): void {
    const { host, ackedSeq, records } = ledger;
    const spools = db
      .prepare<[string], { seq: number }>(
        'SELECT committed_seq AS seq FROM spools s JOIN hosts h ON h.id = s.host_id WHERE h.host = ?',
      )
      .all(host);
    promise(
      spools.length <= 1,
      `${host} has ${spools.length} watermarks, and its spool was never begun anew`,
    );
    const committedSeq = spools[0]?.seq ?? 0;
    promise(
      ackedSeq <= committedSeq,
      `${host}: ${ackedSeq} was acked, and stored is what is up to ${committedSeq}`,
    );
    const progress = this.#progress.get(host) ?? { checkedSeq: 0, comparedRuns: 0, lastRunRow: 0 };
    this.#progress.set(host, progress);
    promise(progress.checkedSeq <= committedSeq, `${host}: the watermark went back to ${committedSeq}`);

    const find = db.prepare<[string, string], Row>(
      `SELECT r.id, r.run_uid AS run, r.finished_at_ms AS finished, r.outcome
       FROM jobs j JOIN hosts h ON h.id = j.host_id JOIN runs r ON r.job_id = j.id
       WHERE h.host = ? AND r.run_uid = ?`,
    );
    // What was told only to a pipe that is not read yet is looked for the next time.
    const untilSeq = Math.min(committedSeq, records.length);
    for (let seq = progress.checkedSeq + 1; seq <= untilSeq; seq += 1) {
      this.#checkRecord(host, seq, records[seq - 1]!, find);
    }
    progress.checkedSeq = Math.max(progress.checkedSeq, untilSeq);
    this.#checkOrder(db, ledger, progress);
  }

  #checkRecord(
    host: string,
    seq: number,
    record: KnownRecord,
    find: Database.Statement<[string, string], Row>,
  ): void {
    if (record.runId === '') return;
    const rows = find.all(host, record.runId);
    promise(
      rows.length === 1,
      `${host}: run ${record.runId} of record ${seq} is stored ${rows.length} times`,
    );
    if (record.type !== 'run-finished') return;
    const { finished, outcome } = rows[0]!;
    promise(
      finished !== null,
      `${host}: record ${seq} ended run ${record.runId}, which is stored as running`,
    );
    promise(
      record.outcome === null || record.outcome === outcome,
      `${host}: run ${record.runId} was ${record.outcome} and is stored as ${outcome}`,
    );
  }

  /** The rows of a host's runs stand in the order of its spool, with nothing in between. */
  #checkOrder(db: Database.Database, ledger: HostLedger, progress: Progress): void {
    const started = ledger.started();
    const rows = db
      .prepare<[string, number], Row>(
        `SELECT r.id, r.run_uid AS run, r.finished_at_ms AS finished, r.outcome
         FROM runs r JOIN jobs j ON j.id = r.job_id JOIN hosts h ON h.id = j.host_id
         WHERE h.host = ? AND r.id > ? ORDER BY r.id`,
      )
      .all(ledger.host, progress.lastRunRow);
    for (const row of rows) {
      const expected = started[progress.comparedRuns];
      if (expected === undefined) return;
      promise(row.run === expected, `${ledger.host}: run ${row.run} is stored where ${expected} belongs`);
      progress.comparedRuns += 1;
      progress.lastRunRow = row.id;
    }
  }

  #checkComplete(db: Database.Database, ledger: HostLedger, chain: Buffer): void {
    const { host, records } = ledger;
    const progress = this.#progress.get(host)!;
    promise(
      progress.checkedSeq === records.length,
      `${host}: ${records.length} records were spooled, and ${progress.checkedSeq} arrived`,
    );
    const stored = count(
      db,
      'SELECT count(*) AS n FROM runs r JOIN jobs j ON j.id = r.job_id JOIN hosts h ON h.id = j.host_id WHERE h.host = ?',
      host,
    );
    const started = ledger.started().length;
    promise(stored === started, `${host}: ${started} runs were started, and ${stored} are stored`);
    const committed = db
      .prepare<[string], { chain: Buffer }>(
        'SELECT committed_chain AS chain FROM spools s JOIN hosts h ON h.id = s.host_id WHERE h.host = ?',
      )
      .get(host);
    promise(committed?.chain.equals(chain) === true, `${host}: the collector's chain is not the spool's`);
    const points = count(
      db,
      'SELECT count(*) AS n FROM recovery_points p JOIN jobs j ON j.id = p.job_id JOIN hosts h ON h.id = j.host_id WHERE h.host = ?',
      host,
    );
    const made = records.filter(({ outcome }) => outcome === 'succeeded').length;
    promise(points === made, `${host}: ${made} recovery points were made, and ${points} are stored`);
  }

  /** One open alert a condition; and each alert has, in its own transaction, told every receiver. */
  #checkAlerts(db: Database.Database): void {
    const twice = db
      .prepare<[], { rule: string; subject: string }>(
        "SELECT rule, subject FROM alerts WHERE state = 'firing' GROUP BY rule, subject HAVING count(*) > 1",
      )
      .all();
    promise(twice.length === 0, () => `two alerts are open for ${JSON.stringify(twice[0])}`);
    const told = db
      .prepare<[], AlertTold>(
        `SELECT a.id, a.state, a.subject, n.receiver, group_concat(n.event, '+') AS events FROM alerts a
         LEFT JOIN (SELECT * FROM notifications ORDER BY id) n ON n.alert_id = a.id GROUP BY a.id, n.receiver`,
      )
      .all();
    const owed = new Map<number, number>();
    for (const { id, state, subject, receiver, events } of told) {
      const expected = state === 'firing' ? 'trigger' : 'trigger+resolve';
      promise(
        receiver !== null && events === expected,
        `alert ${id} is ${state}, and the outbox holds ${events ?? 'nothing'} of it for ${receiver}`,
      );
      // Nobody is told through itself that it cannot be reached.
      const everybody = this.#receivers.filter((name) => subject !== `receiver:${name}`).length;
      owed.set(id, (owed.get(id) ?? everybody) - 1);
    }
    for (const [id, missing] of owed) {
      promise(missing === 0, `of alert ${id}, ${missing} receivers are told nothing`);
    }
  }

  /** What is called delivered has arrived. */
  #checkDelivered(db: Database.Database): void {
    const arrived = new Set(
      this.#told.map(({ receiver, notificationId }) => `${receiver} ${notificationId}`),
    );
    const rows = db
      .prepare<[], { receiver: string; id: string }>(
        `SELECT receiver, json_extract(payload, '$.notificationId') AS id FROM notifications
         WHERE state = 'delivered'`,
      )
      .all();
    for (const { receiver, id } of rows) {
      promise(arrived.has(`${receiver} ${id}`), `${id} is called delivered, and ${receiver} never got it`);
    }
  }
}

function count(db: Database.Database, sql: string, ...values: string[]): number {
  return db.prepare<string[], { n: number }>(sql).get(...values)!.n;
}
