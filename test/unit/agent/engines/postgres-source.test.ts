import { expect, it } from 'vitest';
import { findSource } from '../../../../agent/engines/postgres-source.ts';
import type { ProcessSeen, Seen } from '../../../../agent/engines/types.ts';
import { golden } from '../../../support/golden.ts';
import { engineContext, postgresJob } from '../../../support/job-specs.ts';
import { primarySays, RECEIVER, standbySays } from '../../../support/postgres-facts.ts';

const context = engineContext();
const fallback = { host: 'db1', port: 5432, user: 'backproof' };
const fromReplica = postgresJob({ takeFrom: 'replica' });
const withFallback = postgresJob({ takeFrom: 'replica', fallback });

function says(id: string, stdout: string, change: Partial<ProcessSeen> = {}): Seen {
  return { ...golden('1.2.4-listed', id), stdout, ...change };
}

const LAGS = standbySays({ received: 60_000_000 });
const DOWN = { exitCode: 2, said: { ...golden('1.2.4-listed').said, plain: ['Connection refused'] } };

it('dumps from the replica, and says how near it is', () => {
  const found = findSource(fromReplica, context, [says('server', standbySays())]);
  expect(found).toMatchObject({
    source: {
      name: 'PostgreSQL 15.20, the replica at /run/postgresql (streaming from db1:5432, 0 bytes behind)',
      insteadOf: '',
      connection: { host: '/run/postgresql' },
    },
  });
});

it('looks a second time at a replica that lags, after the server has waited', () => {
  const seen = [says('server', LAGS)];
  const found = findSource(fromReplica, context, seen);
  expect(found).toMatchObject({ step: { id: 'server later', withinMs: 60_000 } });
  expect('step' in found && found.step.argv).toContain('select pg_sleep(5)');
  const caughtUp = findSource(fromReplica, context, [
    ...seen,
    says('server later', standbySays({ received: 60_000_000, replayed: 60_000_000 })),
  ]);
  expect(caughtUp).toHaveProperty('source');
  const still = findSource(fromReplica, context, [...seen, says('server later', LAGS)]);
  expect(still).toMatchObject({
    refused: expect.stringMatching(
      /^The replica at \/run\/postgresql will not do: its replay lags: .* 9668352 bytes behind, .*\.$/,
    ),
  });
  expect(findSource(fromReplica, context, [...seen, says('server later', '', DOWN)])).toHaveProperty(
    'refused',
  );
});

it('refuses a primary where a replica is asked for, and a standby where the primary is', () => {
  expect(findSource(fromReplica, context, [says('server', primarySays())])).toMatchObject({
    refused: expect.stringContaining('is no standby, and take_from asks for a replica'),
  });
  const primary = postgresJob({ takeFrom: 'primary' });
  expect(findSource(primary, context, [says('server', standbySays())])).toMatchObject({
    refused: expect.stringContaining('is a standby, and take_from asks for the primary'),
  });
  const any = findSource(postgresJob(), context, [says('server', standbySays({ receiver: null }))]);
  expect(any).toMatchObject({ source: { name: 'PostgreSQL 15.20, the standby at /run/postgresql' } });
});

it('goes to the fallback only where there is one, and says why', () => {
  const lagging = [says('server', LAGS), says('server later', LAGS)];
  const asked = findSource(withFallback, context, lagging);
  expect('step' in asked && asked.step.argv).toContain('db1');
  expect(
    findSource(withFallback, context, [...lagging, says('fallback server', primarySays())]),
  ).toMatchObject({
    source: {
      name: 'PostgreSQL 15.20, the fallback, the primary at db1, port 5432',
      insteadOf: expect.stringMatching(/^Not taken from the replica: .* will not do: its replay lags/),
      connection: fallback,
    },
  });
  const down = [says('server', '', DOWN)];
  expect(findSource(fromReplica, context, down)).toMatchObject({
    refused: expect.stringContaining('PostgreSQL does not answer at /run/postgresql'),
    question: { exitCode: 2 },
  });
  expect(findSource(withFallback, context, [...down, says('fallback server', primarySays())])).toMatchObject({
    source: { insteadOf: expect.stringContaining('does not answer') },
  });
  expect(findSource(withFallback, context, [...down, says('fallback server', '', DOWN)])).toMatchObject({
    refused: expect.stringMatching(/does not answer at \/run\/postgresql.*does not answer at db1/s),
  });
});

it('takes no dump from a fallback that is another system', () => {
  const seen = [says('server', LAGS), says('server later', LAGS)];
  const other = says('fallback server', primarySays({ system: '1' }));
  expect(findSource(withFallback, context, [...seen, other])).toMatchObject({
    refused: expect.stringMatching(/will not do.* is another database system than the replica's/s),
  });
});

it('says of a server that accepted and never answered that it did not answer', () => {
  const startError = 'No answer came within 1m; it was ended';
  const silent = says('server', '', { exitCode: null, startError });
  expect(findSource(postgresJob(), context, [silent])).toMatchObject({ refused: `${startError}.` });
});

it('never passes a replica whose receiver the role may not see', () => {
  const hidden = standbySays({ receiver: { ...RECEIVER, status: null } });
  expect(findSource(fromReplica, context, [says('server', hidden)])).toMatchObject({
    refused: expect.stringContaining('grant it pg_monitor'),
  });
});
