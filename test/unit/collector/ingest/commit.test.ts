import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Feed } from '../../../../collector/feed.ts';
import { ASIDE_PER_HOST_MAX, Commit } from '../../../../collector/ingest/commit.ts';
import { type IngestContext, newCounters } from '../../../../collector/ingest/context.ts';
import { type AgentSocket, Session } from '../../../../collector/ingest/session.ts';
import { StoreUnavailable } from '../../../../collector/store/errors.ts';
import { openStore } from '../../../../collector/store/open.ts';
import type { Store } from '../../../../collector/store/types.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { sampleFinished } from '../../../support/samples.ts';

const EPOCH = 7;

function newCommit(wrap: (store: Store) => Store = (store) => store) {
  const store = openStore(join(temporaryFolder(), 'collector.db'));
  onTestFinished(() => store.close());
  const clock = new FakeClock();
  const counters = newCounters();
  const context = {
    store: wrap(store),
    clock,
    log: pino({ level: 'silent' }),
    feed: new Feed(),
    counters,
    onChanged: () => {},
    onStore: () => {},
  } as unknown as IngestContext;
  const said: string[] = [];
  const commit = new Commit(context, {
    committed: ({ host, committedSeq }) => said.push(`${host} ${committedSeq}`),
    storeUnavailable: ({ host }) => said.push(`${host} unavailable`),
    cannotStore: ({ host }) => said.push(`${host} cannot`),
  });
  const newSession = (host: string): Session => {
    const { id } = store.hosts.enroll(host, 'acme', 1);
    const identity = { hostId: id, host, customer: 'acme', serial: host, certificateNotAfterMs: 1 };
    const session = new Session({} as AgentSocket, identity, 1, 1);
    session.state = 'open';
    session.epoch = EPOCH;
    return session;
  };
  const submit = (session: Session, fromSeq: number, toSeq: number, reason = ''): void => {
    for (let seq = fromSeq; seq <= toSeq; seq += 1) {
      session.inFlight += 1;
      const value = sampleFinished({ runId: `run-${seq}`, reason });
      commit.submit({
        session,
        seq,
        chain: Buffer.alloc(8, seq),
        recordedAtMs: value.finishedAtMs,
        body: { type: 'run-finished', value },
        hole: null,
      });
    }
  };
  return { store, commit, counters, said, newSession, submit };
}

describe('a commit', () => {
  it('takes everything of one turn in one transaction, and acks once for each session', () => {
    const { store, commit, counters, said, newSession, submit } = newCommit();
    const [one, two] = [newSession('one'), newSession('two')];
    submit(one, 1, 3);
    submit(two, 1, 2);
    commit.flush();
    expect(counters).toMatchObject({ commits: 1, records: { 'run-finished': 5 } });
    expect(said).toEqual(['one 3', 'two 2']);
    expect(store.spools.watermark(one.hostId, EPOCH)).toEqual({
      committedSeq: 3,
      committedChain: new Uint8Array(8).fill(3),
    });
    expect(one.inFlight).toBe(0);
  });

  it('happens by itself at the end of the turn', async () => {
    const { said, newSession, submit } = newCommit();
    submit(newSession('one'), 1, 1);
    expect(said).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(said).toEqual(['one 1']);
  });

  it('moves no watermark past a record that was not stored, although the store is back for the next batch', () => {
    let failures = 1;
    const { store, commit, said, newSession, submit } = newCommit((real) => ({
      ...real,
      transaction: (work) => {
        failures -= 1;
        if (failures >= 0) throw new StoreUnavailable('SQLITE_FULL', new Error('full'));
        return real.transaction(work);
      },
    }));
    const session = newSession('one');
    submit(session, 1, 1_500);
    commit.flush();
    expect(said).toEqual(['one unavailable']);
    expect(store.spools.watermark(session.hostId, EPOCH)).toBe(null);
    expect(store.runs.list({ limit: 9 }).items).toEqual([]);
  });

  it('stores a run that comes again under other numbers only once', () => {
    const { store, commit, counters, newSession, submit } = newCommit();
    const session = newSession('one');
    submit(session, 1, 3);
    commit.flush();
    session.epoch = EPOCH + 1;
    submit(session, 1, 4);
    commit.flush();
    expect(store.runs.list({ limit: 9 }).items).toHaveLength(4);
    expect(counters.repeatedRuns).toBe(3);
  });

  const poisoned = (real: Store): Store => ({
    ...real,
    runs: {
      ...real.runs,
      finish: (jobId, run, nowMs) => {
        if (run.reason === 'poison') throw new Error('constraint failed');
        return real.runs.finish(jobId, run, nowMs);
      },
    },
  });

  it('sets a record aside that cannot be stored, and loses none around it', () => {
    const { store, commit, said, newSession, submit } = newCommit(poisoned);
    const [one, two] = [newSession('one'), newSession('two')];
    submit(one, 1, 2);
    submit(one, 3, 3, 'poison');
    submit(one, 4, 5);
    submit(two, 1, 2);
    commit.flush();
    expect(said).toEqual(['one 1', 'one 2', 'one 3', 'one 4', 'one 5', 'two 2']);
    expect(one.inFlight).toBe(0);
    const runs = store.runs.list({ host: 'one', limit: 9 }).items.map(({ runId }) => runId);
    expect(runs.sort()).toEqual(['run-1', 'run-2', 'run-4', 'run-5']);
    expect(store.spools.watermark(one.hostId, EPOCH)?.committedSeq).toBe(5);
    expect(store.spools.countAside(one.hostId)).toBe(1);
    expect(store.spools.gaps(one.hostId, 2)).toMatchObject([{ fromSeq: 3, toSeq: 3 }]);
    const noted = store.system.journalPage(9).filter(({ action }) => action === 'record-aside');
    expect(noted.map(({ subject }) => subject)).toEqual(['host:one']);
    expect(store.spools.gaps(two.hostId, 1)).toEqual([]);
    expect(store.spools.expireAside(Number.MAX_SAFE_INTEGER, 10)).toBe(1);
  });

  it('sends a host away that has too much of that, and acks nothing from there on', () => {
    const { store, commit, said, newSession, submit } = newCommit(poisoned);
    const session = newSession('one');
    submit(session, 1, ASIDE_PER_HOST_MAX + 5, 'poison');
    commit.flush();
    expect(said.at(-1)).toBe('one cannot');
    expect(store.spools.watermark(session.hostId, EPOCH)?.committedSeq).toBe(ASIDE_PER_HOST_MAX);
    expect(store.spools.countAside(session.hostId)).toBe(ASIDE_PER_HOST_MAX);
  });

  it('sets nothing aside because the disk is full', () => {
    let isFull = false;
    const { store, commit, said, newSession, submit } = newCommit((real) => ({
      ...poisoned(real),
      transaction: (work) => {
        if (isFull) throw new StoreUnavailable('SQLITE_FULL', new Error('full'));
        try {
          return real.transaction(work);
        } finally {
          isFull = true;
        }
      },
    }));
    const session = newSession('one');
    submit(session, 1, 1);
    submit(session, 2, 2, 'poison');
    commit.flush();
    expect(said).toEqual(['one unavailable']);
    expect(store.spools.countAside(session.hostId)).toBe(0);
  });
});
