/** A folder of real files, and a borg that answers from memory, when the test lets it. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { STAYS_MS } from '../../../../agent/decide/wal-ship.ts';
import { judgeWal, LOST_AFTER_MS } from '../../../../agent/decide/wal-watch.ts';
import type { ProcessSeen } from '../../../../agent/engines/types.ts';
import { parseVersion } from '../../../../agent/tools/borg.ts';
import { NOTHING_SAID } from '../../../../agent/tools/borg-log.ts';
import type { WalFacts } from '../../../../agent/tools/postgres-wal.ts';
import { segmentName } from '../../../../agent/tools/wal.ts';
import { ArchiveDirectoryRepository } from '../../../../agent/watch/archive-directory-repository.ts';
import { ANSWER_WITHIN_MS } from '../../../../agent/watch/ask.ts';
import type { BesideRuns } from '../../../../agent/watch/wal-sender.ts';
import { FakeBorg } from '../../../support/fake-borg.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { archiveDirectoryJob } from '../../../support/job-specs.ts';

const SEGMENT = 1024 ** 2;
const SYSTEM = '7711163399154252448';
const MINUTE_MS = 60_000;
const name = (index: number) => segmentName({ timeline: 1, index }, SEGMENT);

class Fixture {
  readonly directory = temporaryFolder();
  readonly clock = new FakeClock();
  readonly repository: ArchiveDirectoryRepository;
  readonly #borg = new FakeBorg();
  #held = '';
  #release: (() => void) | null = null;
  /** Steps that were begun. */
  readonly begun: string[] = [];

  constructor() {
    const beside: BesideRuns = {
      host: 'db1',
      isBusy: () => false,
      borg: async () => ({ version: parseVersion('borg 1.2.4')!, problem: null }),
      begin: ({ location }, { id, argv }) => {
        expect(argv.join(' ')).toContain(location);
        this.begun.push(id);
        const released = new Promise<void>((resolve) => {
          if (id === this.#held) this.#release = resolve;
          else resolve();
        });
        return {
          done: released.then(() => ({ seen: seen(id, this.#borg.stdoutOf(argv)), refused: null })),
          stop: () => {},
        };
      },
    };
    const { name, repository } = archiveDirectoryJob();
    const store = {
      engine: 'archive-directory' as const,
      directory: this.directory,
      repository: repository!,
    };
    const deps = { clock: this.clock, log: pino({ enabled: false }), environment: {}, beside };
    this.repository = new ArchiveDirectoryRepository({ name, store }, deps);
  }

  /** A segment arrives now, in place of one of the same name. */
  arrives(index: number): void {
    const header = Buffer.alloc(SEGMENT);
    header.writeUInt16LE(2, 2);
    header.writeUInt32LE(1, 4);
    header.writeBigUInt64LE(BigInt(index * SEGMENT), 8);
    header.writeBigUInt64LE(BigInt(SYSTEM), 24);
    header.writeUInt32LE(SEGMENT, 32);
    const file = join(this.directory, name(index));
    writeFileSync(file, header);
    utimesSync(file, this.clock.nowMs() / 1_000, this.clock.nowMs() / 1_000);
  }

  /** From now on such a step does not end. @returns what ends it. */
  holds(id: 'list' | 'send'): () => void {
    this.#held = id;
    return () => {
      this.#held = '';
      this.#release!();
    };
  }

  /** What the server says that has archived up to a segment, for as long that it would be lost by now. */
  facts(lastArchived: number): WalFacts {
    return {
      atMs: this.clock.nowMs(),
      role: 'primary',
      systemIdentifier: SYSTEM,
      segmentBytes: SEGMENT,
      lsn: (lastArchived + 1) * SEGMENT,
      timeline: 1,
      isArchiving: true,
      archiveTimeoutMs: MINUTE_MS,
      lastArchived: name(lastArchived),
      lastArchivedAtMs: this.clock.nowMs() - LOST_AFTER_MS,
      lastFailed: '',
      lastFailedAtMs: null,
      heartbeatLsn: null,
    };
  }

  look(lastArchived: number) {
    this.repository.tend();
    return this.repository.look(null, this.facts(lastArchived));
  }

  /** The same, while a step is held. */
  async lookInVain(lastArchived: number) {
    const looking = this.look(lastArchived);
    await vi.waitFor(() => expect(this.#release).not.toBeNull());
    this.clock.advance(ANSWER_WITHIN_MS);
    return looking;
  }
}

function seen(id: string, stdout: string): ProcessSeen {
  const end = { exitCode: 0, signal: null, startError: null };
  return { type: 'process', id, ...end, stdout, stdoutCut: false, said: NOTHING_SAID };
}

it('finds what the server archives while a gigabyte is being sent for hours on its way, and not lost', async () => {
  const fixture = new Fixture();
  for (const index of [1, 2]) fixture.arrives(index);
  await fixture.look(2);
  fixture.arrives(3);
  const release = fixture.holds('send');
  for (const last of [3, 4, 5]) {
    fixture.arrives(last);
    const look = await fixture.lookInVain(last);
    if ('problem' in look) throw new Error(look.problem);
    expect(judgeWal(look.answer, fixture.facts(last)).sample).toMatchObject({ lost: '', holes: [] });
    expect(look.answer.onItsWay).toHaveLength(last - 2);
  }
  expect(fixture.begun).toEqual(['list', 'send', 'list', 'send']);
  release();
  await fixture.look(5);
  expect(await fixture.look(5)).toMatchObject({ answer: { onItsWay: [] } });
});

it('says that it sees nothing while the folder is away or does not answer, also amid a turn, and sees again', async () => {
  const fixture = new Fixture();
  const { directory } = fixture;
  fixture.arrives(1);
  fixture.holds('send');
  expect(await fixture.lookInVain(1)).toHaveProperty('answer');
  renameSync(directory, `${directory}.away`);
  expect(await fixture.lookInVain(1)).toEqual({
    problem: expect.stringMatching(/^\S+ cannot be looked at: ENOENT/),
  });
  renameSync(`${directory}.away`, directory);
  expect(await fixture.lookInVain(1)).toHaveProperty('answer');
  // Nobody writes into it: opening it waits.
  const pipe = join(directory, name(2));
  execFileSync('mkfifo', [pipe]);
  const looking = fixture.lookInVain(1);
  let isOver = false;
  void looking.finally(() => {
    isOver = true;
  });
  await vi.waitFor(() => {
    fixture.clock.advance(ANSWER_WITHIN_MS);
    expect(isOver).toBe(true);
  });
  expect(await looking).toEqual({ problem: `${directory} gave no answer within 20 s.` });
  closeSync(openSync(pipe, 'w'));
  rmSync(pipe);
});

it('removes what lies there when the repository was listed, not what lay there before', async () => {
  const fixture = new Fixture();
  for (const index of [1, 2, 3]) fixture.arrives(index);
  await fixture.look(3);
  fixture.clock.advance(STAYS_MS);
  const release = fixture.holds('list');
  await fixture.lookInVain(3);
  // Nobody knows why; but it is not what was sent.
  fixture.arrives(1);
  release();
  await fixture.look(3);
  expect(readdirSync(fixture.directory).sort()).toEqual([name(1), name(3)]);
});

it('leaves the newest that there is, from which pg_receivewal goes on', async () => {
  const fixture = new Fixture();
  for (const index of [1, 2, 3]) fixture.arrives(index);
  await fixture.look(3);
  fixture.clock.advance(STAYS_MS);
  const release = fixture.holds('list');
  await fixture.lookInVain(3);
  rmSync(join(fixture.directory, name(3)));
  release();
  await fixture.look(3);
  expect(readdirSync(fixture.directory)).toEqual([name(2)]);
});
