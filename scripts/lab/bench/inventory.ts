/** What it takes to know all that a repository holds, from borg to the collector's verdict. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { RepositorySpec } from '../../../agent/config/job-spec.ts';
import { files as engine } from '../../../agent/engines/files.ts';
import { StepRunner } from '../../../agent/runner/steps.ts';
import { Spool } from '../../../agent/spool.ts';
import { Alerting } from '../../../collector/alerting.ts';
import { Facts } from '../../../collector/ingest/facts.ts';
import { Judge } from '../../../collector/judge.ts';
import { PresenceBoard } from '../../../collector/presence.ts';
import { openStore } from '../../../collector/store/open.ts';
import { systemClock } from '../../../proto/clock.ts';
import { RECOVERY_POINTS_PER_RECORD_MAX } from '../../../proto/limits.ts';
import { decodeRecord } from '../../../proto/record-codec.ts';
import { run } from '../program.ts';
import { median } from './measure.ts';
import { type Bench, type Figure, figure } from './types.ts';

const ARCHIVES = 5_000;
const ROUNDS = 5;
const GOAL_SHARE = 0.2;
const GOAL_MS = 1_000;
const PASSPHRASE = 'a passphrase of the bench';
const EVERY_MS = 3_600_000;

/**
 * Gives a repository with one archive thousands, in seconds instead of an hour: borg's own library writes the
 * metadata of each and one manifest for all of them.
 */
const MULTIPLY = `
import sys
from datetime import datetime, timedelta
from borg.cache import Cache
from borg.helpers import Manifest, msgpack
from borg.item import ArchiveItem
from borg.logger import setup_logging
from borg.archive import Statistics
from borg.repository import Repository
setup_logging(level='error')
path, count, prefix = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with Repository(path, exclusive=True, lock_wait=10) as repository:
    manifest, key = Manifest.load(repository, Manifest.NO_OPERATION_CHECK)
    seed = manifest.archives['seed']
    known = msgpack.unpackb(key.decrypt(seed.id, repository.get(seed.id)))
    with Cache(repository, key, manifest, lock_wait=10) as cache:
        for i in range(count):
            at = datetime.utcnow() - timedelta(hours=i)
            item = ArchiveItem(internal_dict=dict(known))
            item.name = prefix + at.strftime('%Y-%m-%dT%H:%M:%S.000Z')
            item.time = at.strftime('%Y-%m-%dT%H:%M:%S.%f')
            data = key.pack_and_authenticate_metadata(item.as_dict(), context=b'archive')
            id = key.id_hash(data)
            cache.add_chunk(id, data, Statistics())
            manifest.archives[item.name] = (id, item.time)
        del manifest.archives['seed']
        manifest.write()
        repository.commit(compact=False)
        cache.commit()
`;

export const inventory: Bench = {
  name: 'inventory',
  about:
    `All ${ARCHIVES.toLocaleString('en-US')} recovery points of a job, from the repository through spool and ` +
    `store to the verdict, against bare \`borg list --json\` of the same, in turns, the median of ${ROUNDS}. ` +
    'It is taken daily and after changes; between them nothing is asked.',

  async run(room): Promise<Figure[]> {
    const location = join(room.folder, 'repository');
    const passphraseFile = join(room.folder, 'passphrase');
    writeFileSync(passphraseFile, PASSPHRASE, { mode: 0o600 });
    const env = { BORG_BASE_DIR: join(room.folder, 'borg'), BORG_PASSPHRASE: PASSPHRASE, TZ: 'UTC' };
    mkdirSync(env.BORG_BASE_DIR);
    await run(['borg', 'init', '--encryption', 'repokey-blake2', location], { env });
    await run(['borg', 'create', `${location}::seed`, passphraseFile], { env });
    await run(['/usr/bin/python3', '-c', MULTIPLY, location, String(ARCHIVES), 'web1-files-'], { env });

    const listBare = async (): Promise<number> => {
      const startMs = performance.now();
      const argv = ['setsid', '--wait', 'nice', '-n', '19', 'ionice', '-t', '-c', '3'];
      await run([...argv, 'borg', 'list', '--json', '--glob-archives', 'web1-files-*', location], { env });
      return performance.now() - startMs;
    };
    const take = ours(room.folder, location, passphraseFile, env.BORG_BASE_DIR);
    room.onEnd(() => take.close());
    const bare: number[] = [];
    const whole: number[] = [];
    let told: { points: number; reason: string } = { points: 0, reason: '' };
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await listBare());
      const startMs = performance.now();
      told = await take.inventory();
      whole.push(performance.now() - startMs);
      room.say(`  bare ${(bare.at(-1)! / 1_000).toFixed(2)} s, ours ${(whole.at(-1)! / 1_000).toFixed(2)} s`);
    }
    if (told.points !== ARCHIVES) throw new Error(`the collector knows ${told.points} recovery points`);
    room.say(`  ${told.reason}`);
    return [
      figure({
        name: `an inventory of ${ARCHIVES.toLocaleString('en-US')} archives`,
        unit: 's',
        ours: median(whole) / 1_000,
        reference: median(bare) / 1_000,
        referenceIs: 'bare borg list --json at the same priority',
        goal: `<= ${GOAL_SHARE * 100} % + ${GOAL_MS / 1_000} s more`,
        holds: median(whole) <= median(bare) * (1 + GOAL_SHARE) + GOAL_MS,
      }),
    ];
  },
};

/** Agent's and collector's halves in this process, with their real files. */
function ours(folder: string, location: string, passphraseFile: string, borgDir: string) {
  const host = 'web1';
  const repository: RepositorySpec = {
    name: 'acme',
    customer: null,
    location,
    passphraseFile,
    passphraseCommand: null,
    unencrypted: false,
    lockWaitMs: 60_000,
    uploadBytesPerSecond: null,
    checkpointEveryMs: null,
    sshCommand: null,
    remotePath: null,
    program: 'borg',
    restoreApproval: 'none',
  };
  const environment = { PATH: process.env.PATH ?? '/usr/bin:/bin', BORG_BASE_DIR: borgDir };
  const spool = Spool.open(join(folder, 'spool.db'), { bytesMax: 256 * 1024 ** 2 });
  const store = openStore(join(folder, 'collector.db'));
  const { id: hostId } = store.hosts.enroll(host, 'acme', Date.now());
  const facts = new Facts(store);
  const log = pino({ level: 'silent' });
  const presence = new PresenceBoard(
    {
      liveness: () => ({
        connected: true,
        caughtUp: true,
        committedSeq: 0,
        lastSeenAtMs: Date.now(),
        instance: 'one',
      }),
      probe: () => {},
    },
    systemClock,
  );
  const judge = new Judge({
    store,
    alerting: new Alerting({ store, routes: [], publicUrl: 'https://backup.example.net' }),
    presence,
    promises: { silentAfterMs: 60_000, clockSkewMaxMs: 60_000 },
    log,
  });
  const declaration = {
    job: 'files',
    kind: 'files',
    schedule: null,
    longestSilenceMs: EVERY_MS,
    keepMs: ARCHIVES * EVERY_MS,
    repository: 'acme',
    sources: ['/srv'],
    excludes: [],
    startedByAgent: true,
    sharedAs: '',
    staleAfter: null,
  };
  // So long ago that all of them are promised.
  const { id: jobId } = store.jobs.declare(hostId, declaration, '', Date.now() - ARCHIVES * EVERY_MS);
  const ignore = () => {};

  async function take(): Promise<{ points: number; reason: string }> {
    const asked = engine.inventory({ name: 'files', repository } as never, {
      host,
      environment,
      isRoot: false,
    })!;
    const hooks = { onGroup: ignore, onLine: ignore, onProgress: ignore };
    const steps = new StepRunner(systemClock, environment, {}, repository, hooks);
    const seen = await steps.carryOut(asked.step);
    const points = seen?.type === 'process' ? asked.read(seen) : null;
    if (points === null) throw new Error('the repository could not be listed');
    const speaker = { hostId, host, epoch: 1, clockOffsetMs: 0 };
    for (let from = 0; from < points.length; from += RECOVERY_POINTS_PER_RECORD_MAX) {
      const recoveryPoints = points.slice(from, from + RECOVERY_POINTS_PER_RECORD_MAX);
      const complete = from + RECOVERY_POINTS_PER_RECORD_MAX >= points.length;
      const value = { job: 'files', recoveryPoints, complete };
      const seq = spool.append({ type: 'recovery-points-seen', value }, Date.now());
      const record = decodeRecord(spool.read(seq, 1)[0]!.record);
      store.transaction(() => facts.store(speaker, record, Date.now()));
    }
    store.transaction(() => judge.chunk(Date.now()));
    const [held] = store.holdings.points(jobId, 'acme', 0);
    return {
      points: held?.atMs.length ?? 0,
      reason: store.jobs.byId(jobId)!.verdicts.retained?.reason ?? '',
    };
  }

  return {
    inventory: take,
    close: () => {
      spool.close();
      store.close();
    },
  };
}
