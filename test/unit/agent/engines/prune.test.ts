import { describe, expect, test } from 'vitest';
import { prune } from '../../../../agent/engines/prune.ts';
import type { ProcessSeen, Seen, Step } from '../../../../agent/engines/types.ts';
import { parseVersion } from '../../../../agent/tools/borg.ts';
import { engineContext, pruneJob } from '../../../support/job-specs.ts';
import { SAMPLE_AT_MS } from '../../../support/samples.ts';

const DAY_MS = 86_400_000;
const job = pruneJob();
const context = engineContext({ host: 'steward' });
type Named = { name: string; id: string; comment?: string };

const night = (ago: number, host = 'web1', suffix = ''): Named & { start: string } => {
  const time = new Date(SAMPLE_AT_MS - ago * DAY_MS - 3_600_000).toISOString();
  const name = `${host}-files-${time}${suffix}`;
  return { name, id: `id of ${name}`, start: time };
};
const nights = (count: number) => Array.from({ length: count }, (_, ago) => night(ago));

/** A machine whose borg does what it is told, unless `spoil` says otherwise. */
function world(there: Named[], known: Named[] | null = null, spoil: (seen: Seen) => Seen = (seen) => seen) {
  let archives = there;
  const remembered: Named[][] = [];
  const steps: Step[] = [];
  const seen: Seen[] = [];
  for (let step = prune.plan(job, context, seen); step; step = prune.plan(job, context, seen)) {
    steps.push(step);
    expect(steps.length).toBeLessThan(100);
    if (step.type === 'recall') seen.push(spoil({ type: 'recall', id: step.id, known, problem: null }));
    else if (step.type === 'remember') {
      remembered.push([...step.archives]);
      seen.push(spoil({ type: 'remember', id: step.id, problem: null }));
    } else if (step.type === 'process') {
      const { argv } = step;
      if (argv[1] === 'delete') {
        const names = argv.slice(argv.findIndex((arg) => arg.includes('::')));
        names[0] = names[0]!.split('::')[1]!;
        archives = archives.filter(({ name }) => !names.includes(name));
      }
      const withComments = argv.includes('{comment}');
      const told = archives.map(({ comment, ...one }) =>
        withComments ? { ...one, comment: comment ?? '' } : one,
      );
      const stdout = argv[1] === 'list' ? JSON.stringify({ archives: told }) : '';
      seen.push(spoil(ran(step.id, { stdout })));
    } else throw new Error(`no ${step.type} here`);
  }
  const conclusion = prune.outcome(job, context, seen);
  return { steps, archives, remembered, ...conclusion };
}

function ran(id: string, change: Partial<ProcessSeen> = {}): ProcessSeen {
  const said = {
    warnings: [],
    warningsTotal: 0,
    mattersTotal: 0,
    errors: [],
    plain: [],
    excluded: { count: 0, paths: [], more: false },
  } as unknown as ProcessSeen['said'];
  return {
    type: 'process',
    id,
    exitCode: 0,
    signal: null,
    startError: null,
    stdout: '',
    stdoutCut: false,
    said,
    ...change,
  };
}

const deletions = (steps: Step[]) =>
  steps.filter((step) => step.type === 'process' && step.argv[1] === 'delete');

describe('a prune', () => {
  test('removes by name what is old, compacts, and shows by a second list what is left', () => {
    const done = world(nights(12));
    expect(done).toMatchObject({
      outcome: 'succeeded',
      reason: '4 archives removed, 8 of web1 kept, as seen in the repository.',
    });
    expect(done.archives).toEqual(nights(8));
    const [deletion] = deletions(done.steps);
    expect(deletion).toMatchObject({
      argv: expect.arrayContaining([
        'borg',
        'delete',
        `/srv/borg/acme/web1::${night(8).name}`,
        night(11).name,
      ]),
    });
    expect(done.steps.map(({ id }) => id)).toEqual([
      'recall',
      'list',
      'makers',
      'planned',
      'delete 0',
      'compact',
      'list again',
      'done',
    ]);
  });

  test('remembers before the first deletion what stays, and afterwards what is there', () => {
    const done = world(nights(12));
    expect(done.remembered.map((one) => one.length)).toEqual([8, 8]);
  });

  test('says the plan in its log before it removes anything', () => {
    const planned = world(nights(9)).steps.find((step) => step.type === 'remember');
    expect(planned).toMatchObject({
      log: expect.arrayContaining([
        'plan: remove 1, keep 8, leave alone 0',
        `remove ${night(8).name}: older than 7d`,
        `keep   ${night(0).name}: younger than 7d`,
        `keep   ${night(7).name}: covers the beginning of the 7d`,
      ]),
    });
  });

  test('with nothing to remove it touches nothing', () => {
    const done = world(nights(8));
    expect(done).toMatchObject({
      outcome: 'succeeded',
      reason: expect.stringContaining('nothing to remove'),
    });
    expect(done.steps.map(({ id }) => id)).toEqual(['recall', 'list', 'planned']);
  });

  test('leaves archives of other hosts and tools alone, and counts them', () => {
    const others = [
      night(30, 'web2'),
      night(40, 'db1', '-globals'),
      { name: 'by-hand', id: 'x', start: '2020-01-01' },
    ];
    const done = world([...nights(9), ...others]);
    expect(done.reason).toContain('1 archive removed, 8 of web1 kept, 3 archives of others left alone');
    expect(done.archives).toEqual([...nights(8), ...others]);
  });

  test('leaves alone what another host made whose names are alike, and counts it', () => {
    const ofAnother = Array.from({ length: 3 }, (_, ago) => ({
      ...night(ago + 30, 'web1-b'),
      comment: 'backproof web1-b/files',
    }));
    const own = nights(9).map((one) => ({ ...one, comment: 'backproof web1/files' }));
    const done = world([...own, ...ofAnother]);
    expect(done.reason).toContain('1 archive removed, 8 of web1 kept, 3 archives of others left alone');
    expect(done.archives).toEqual([...own.slice(0, 8), ...ofAnother]);
  });

  test('goes in batches, so that a run that is cut off has lost little', () => {
    const many = Array.from({ length: 250 }, (_, ago) => night(ago + 20));
    const done = world([...nights(8), ...many]);
    expect(deletions(done.steps)).toHaveLength(3);
    expect(done.reason).toMatch(/^250 archives removed/);
  });

  test('borg 1.1 frees the space itself', () => {
    const old = { ...context, borg: parseVersion('borg 1.1.16') };
    const seen: Seen[] = [
      { type: 'recall', id: 'recall', known: null, problem: null },
      ran('list', { stdout: JSON.stringify({ archives: nights(9) }) }),
      ran('makers', { stdout: JSON.stringify({ archives: nights(9) }) }),
      { type: 'remember', id: 'planned', problem: null },
      ran('delete 0'),
    ];
    expect(prune.plan(job, old, seen)).toMatchObject({ id: 'list again' });
  });
});

describe('a prune that must not go on', () => {
  test('removes nothing when archives vanished without its doing, and says which and what to do', () => {
    const gone = [night(2), night(3)];
    const there = nights(12).filter(({ id }) => !gone.some((one) => one.id === id));
    const done = world(there, nights(12));
    expect(done.outcome).toBe('failed');
    expect(done.reason).toMatch(
      /have vanished from repository web1, and not by this steward\. Nothing was removed/,
    );
    expect(done.reason).toContain(gone[0]!.name);
    expect(done.reason).toContain('backproof-agent prune web1 --accept-missing');
    expect(done.archives).toEqual(there);
    expect(done.remembered).toEqual([]);
  });

  test('what it was about to remove when it was cut off is not missing the next time', () => {
    const first = world(nights(12), null, (seen) =>
      seen.id === 'delete 0' ? { ...(seen as ProcessSeen), exitCode: null, signal: 'SIGKILL' } : seen,
    );
    expect(first.outcome).toBe('failed');
    expect(world(first.archives, first.remembered.at(-1)!).outcome).toBe('succeeded');
  });

  test('removes nothing when what stays cannot be written down, or what was there cannot be read', () => {
    for (const id of ['planned', 'recall']) {
      const done = world(nights(12), null, (seen) =>
        seen.id === id && 'problem' in seen ? { ...seen, problem: 'EROFS' } : seen,
      );
      expect(done).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('EROFS') });
      expect(done.archives).toEqual(nights(12));
    }
  });

  test('removes nothing when it cannot be seen who made what', () => {
    const done = world(nights(12), null, (seen) =>
      seen.id === 'makers' ? { ...(seen as ProcessSeen), exitCode: 2 } : seen,
    );
    expect(done).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/who made .* Nothing was/),
    });
    expect(done.archives).toEqual(nights(12));
  });

  test('does not believe a success that the second list does not show', () => {
    const lie = world(nights(12), null, (seen) =>
      seen.id === 'list again'
        ? { ...(seen as ProcessSeen), stdout: JSON.stringify({ archives: nights(12) }) }
        : seen,
    );
    expect(lie).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('still there') });
    const lost = world(nights(12), null, (seen) =>
      seen.id === 'list again'
        ? { ...(seen as ProcessSeen), stdout: JSON.stringify({ archives: nights(5) }) }
        : seen,
    );
    expect(lost).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('should have stayed') });
    // The next one goes no further either: nobody has looked yet.
    const next = world(nights(5), lost.remembered.at(-1)!);
    expect(next).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('vanished') });
  });
});
