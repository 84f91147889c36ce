/** Faults of what a pgBackRest repository holds: segments that vanish or are cut, a repository out of reach. */
import { renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import type { Lab } from './lab.ts';
import {
  clusters,
  LOOK_SECONDS,
  LOST_SECONDS,
  lookedAgain,
  needs,
  type Pair,
  seen,
  segmentFiles,
  UNOBSERVED_SECONDS,
} from './pitr-lab.ts';
import type { Fault } from './types.ts';

/** Written before something happens to some of them. */
const SEGMENTS = 6;

/** A look sees it, and the second one after that still does. */
const SEEN_TO_LAST_SECONDS = LOOK_SECONDS + LOST_SECONDS;

/** Clusters, the one that breaks with segments in its repository. */
async function holding(lab: Lab, name: string): Promise<Pair> {
  const pair = await clusters(lab, name);
  await pair.cluster.write(SEGMENTS);
  await pair.cluster.archived();
  return pair;
}

const segmentDeleted: Fault = {
  name: 'wal-segment-deleted',
  done: 'a segment in the middle of the repository is deleted',
  rule: 'pitr_gap',
  severity: 'critical',
  allowedSeconds: SEEN_TO_LAST_SECONDS,
  from: 'the segment is gone',
  twin: 'its repository is whole',
  takesSeconds: 370,
  needs,
  async inject(lab) {
    const pair = await holding(lab, this.name);
    const knownAtMs = Date.now();
    rmSync(segmentFiles(pair.cluster).at(-3)!);
    return seen(this, pair, { knownAtMs, mayFollow: ['pitr_stale'] });
  },
};

const NEWEST = 3;

const newestLost: Fault = {
  ...segmentDeleted,
  name: 'wal-newest-lost',
  done: `the newest ${NEWEST} segments vanish from the repository, after they were archived and seen there`,
  from: 'the segments are gone',
  takesSeconds: 430,
  async inject(lab) {
    const pair = await holding(lab, this.name);
    await lookedAgain(pair.host);
    const knownAtMs = Date.now();
    for (const file of segmentFiles(pair.cluster).slice(-NEWEST)) rmSync(file);
    return seen(this, pair, { knownAtMs, mayFollow: ['pitr_stale'] });
  },
};

const KEPT_SHARE = 0.6;

const segmentTruncated: Fault = {
  ...segmentDeleted,
  name: 'wal-segment-truncated',
  done: `a segment in the middle of the repository, archived and seen there, is cut to ${KEPT_SHARE * 100} %`,
  from: 'the segment is cut',
  takesSeconds: 430,
  async inject(lab) {
    const pair = await holding(lab, this.name);
    await lookedAgain(pair.host);
    const knownAtMs = Date.now();
    const file = segmentFiles(pair.cluster).at(-3)!;
    truncateSync(file, Math.floor(statSync(file).size * KEPT_SHARE));
    return seen(this, pair, { knownAtMs, mayFollow: ['pitr_stale'] });
  },
};

const unreachable: Fault = {
  name: 'wal-repository-gone',
  done: 'the repository is no longer mounted on the primary, and whole elsewhere; the server goes on writing',
  rule: 'pitr_unobserved',
  severity: 'critical',
  allowedSeconds: UNOBSERVED_SECONDS + LOOK_SECONDS,
  from: `the repository was gone (nobody may be without a look for ${UNOBSERVED_SECONDS} s)`,
  twin: 'its repository stays mounted',
  takesSeconds: 460,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    const { repository } = pair.cluster;
    const knownAtMs = Date.now();
    renameSync(repository, `${repository}-elsewhere`);
    await pair.cluster.write();
    return seen(this, pair, { knownAtMs });
  },
};

export const pitrRepositoryFaults: Fault[] = [segmentDeleted, newestLost, segmentTruncated, unreachable];
