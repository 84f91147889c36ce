/** The records that light clients send: a nightly files job and its results, of the size real ones have. */
import { createHash } from 'node:crypto';
import { encodeRecord } from '../../../../proto/codec.ts';
import { CHAIN_BYTES } from '../../../../proto/limits.ts';
import type { RecordBody } from '../../../../proto/messages.ts';

export const JOB = 'files';
const HOUR_MS = 3_600_000;
/** About the summary that borg prints at the end of a run, for those who ask it to. */
export const LOG_TAIL = `${'-'.repeat(78)}
Archive name: web1-files-2026-11-22T02:00:03
Time (start): Sun, 2026-11-22 02:00:03  Time (end): Sun, 2026-11-22 02:04:41
Duration: 4 minutes 38.12 seconds  Number of files: 184213
                       Original size      Compressed size    Deduplicated size
This archive:               41.26 GB             27.90 GB            183.44 MB
All archives:              289.11 GB            195.60 GB             31.02 GB
`;

export function declaration(): RecordBody {
  return {
    type: 'job-declared',
    value: {
      job: JOB,
      kind: 'files',
      schedule: {
        cron: '0 2 * * *',
        zone: 'Europe/Berlin',
        spreadMs: HOUR_MS,
        startGraceMs: HOUR_MS / 6,
        finishWithinMs: 6 * HOUR_MS,
      },
      longestSilenceMs: 31 * HOUR_MS,
      keepMs: 7 * 24 * HOUR_MS,
      repository: 'acme',
      sources: ['/etc', '/home', '/var/www'],
      excludes: ['*/cache/*'],
      startedByAgent: true,
      sharedAs: '',
      staleAfter: null,
    },
  };
}

/** A run that ended well at `nowMs`, with one archive to show for it. */
export function result(host: string, seq: number, nowMs: number): RecordBody {
  const startedAtMs = nowMs - 1_000;
  const runId = `${new Date(nowMs).toISOString().replace(/[-:.]/g, '')}-${String(seq).padStart(9, '0')}`;
  return {
    type: 'run-finished',
    value: {
      job: JOB,
      runId,
      dueAtMs: null,
      startedAtMs,
      trigger: 'manual',
      finishedAtMs: nowMs,
      durationMs: nowMs - startedAtMs,
      outcome: 'succeeded',
      exitCode: 0,
      signal: null,
      reason: '184213 files, 41.3 GB, 183.4 MB of it new, in archive seen in the repository.',
      recoveryPoints: [
        {
          repository: 'acme',
          name: `${host}-${JOB}-${runId}`,
          id: createHash('sha256').update(`${host}/${seq}`).digest('hex'),
          subject: '',
          createdAtMs: startedAtMs,
          sizeBytes: 41_260_000_000,
        },
      ],
      stats: {
        originalBytes: 41_260_000_000,
        compressedBytes: 27_900_000_000,
        deduplicatedBytes: 183_440_000,
        files: 184_213,
        excluded: 0,
      },
      warnings: [],
      warningsTotal: 0,
      logTail: LOG_TAIL,
    },
  };
}

export interface Line {
  seq: number;
  chain: Uint8Array;
  record: Uint8Array;
}

/** A spool in memory, numbered and chained as the real one: what it forgets when it is killed, nobody asked for. */
export class LightSpool {
  readonly epoch: number;
  #chain: Uint8Array = new Uint8Array(0);
  lastSeq = 0;
  readonly unacked: Line[] = [];

  constructor(epoch: number) {
    this.epoch = epoch;
  }

  get firstSeq(): number {
    return this.unacked[0]?.seq ?? this.lastSeq + 1;
  }

  append(body: RecordBody, nowMs: number): Line {
    const record = encodeRecord({ recordedAtMs: nowMs, body });
    const hash = createHash('sha256').update(this.#chain).update(record).digest();
    this.#chain = hash.subarray(0, CHAIN_BYTES);
    this.lastSeq += 1;
    const line = { seq: this.lastSeq, chain: this.#chain, record };
    this.unacked.push(line);
    return line;
  }

  ack(seq: number): void {
    while (this.unacked[0] && this.unacked[0].seq <= seq) this.unacked.shift();
  }
}
