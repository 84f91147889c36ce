import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PostgresRestore } from '../../../../agent/restore/postgres.ts';
import { systemClock } from '../../../../proto/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

/** A server that says this of itself, through a `psql` of our own. */
function open(facts: object) {
  const bin = temporaryFolder();
  const said = { number: 150020, version: '15.20', user: 'postgres', may_create: true, superuser: true };
  const answer = { ...said, roles: [], databases: ['postgres'], extensions: [], ...facts };
  writeFileSync(join(bin, 'psql'), `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`, { mode: 0o755 });
  const environment = { PATH: process.env.PATH! };
  const desk = { clock: systemClock, environment, signal: new AbortController().signal } as never;
  const connection = { host: '/var/run/postgresql', port: 5433, user: null };
  const choices = { owners: true, privileges: true };
  return PostgresRestore.open(desk, { connection, bins: { 15: bin }, choices });
}

it('says before anything begins that a standby takes nothing in, and what to name instead', async () => {
  await expect(open({ standby: true })).rejects.toMatchObject({
    message: 'the server at /var/run/postgresql, port 5433 is a standby, and takes nothing in',
    next: 'name the primary, or another server, with --db-host and --db-port',
  });
  expect((await open({ standby: false })).server.version).toBe('15.20');
});
