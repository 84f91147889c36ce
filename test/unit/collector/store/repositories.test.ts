import { expect, it } from 'vitest';
import type { RepositorySeen } from '../../../../proto/messages.ts';
import { Judging } from '../../../support/judging.ts';

const ONE = '1'.repeat(64);
const TWO = '2'.repeat(64);

function seen(change: Partial<RepositorySeen> = {}): RepositorySeen {
  return {
    repository: 'acme',
    borgId: ONE,
    location: 'ssh://acme@storage/./web1',
    encryption: 'repokey-blake2',
    heldFor: '',
    ...change,
  };
}

function judged(): Judging {
  const judging = new Judging();
  judging.evaluator.start();
  return judging;
}

/** What a host says about a repository, judged. */
function says(judging: Judging, host: { id: number }, change: Partial<RepositorySeen> = {}): void {
  judging.store.repositories.saveSeen(host.id, seen(change), judging.clock.nowMs());
  judging.evaluator.wake();
  judging.clock.advance(1_000);
}

const keyAlerts = (judging: Judging) => judging.history().filter((line) => line.includes('key_unsafe'));

it('a repository of two customers is paged once, and resolved when one of them leaves it', () => {
  const judging = judged();
  const web1 = judging.enroll('web1', 'acme');
  const db1 = judging.enroll('db1', 'globex');
  for (const host of [web1, db1]) {
    judging.declare(host);
    judging.connect(host);
  }
  says(judging, web1);
  expect(keyAlerts(judging)).toEqual([]);
  says(judging, db1);
  expect(keyAlerts(judging)).toEqual(['key_unsafe repository:1111111111111111']);
  says(judging, web1);
  expect(keyAlerts(judging)).toHaveLength(1);
  says(judging, db1, { borgId: TWO, location: 'ssh://globex@storage/./db1' });
  expect(judging.rules()).not.toContain('key_unsafe');
});

it('an unencrypted repository is told to its customer until no job names it any more', () => {
  const judging = judged();
  const web1 = judging.enroll('web1', 'acme');
  judging.declare(web1);
  judging.connect(web1);
  says(judging, web1, { encryption: 'none' });
  expect(keyAlerts(judging)).toEqual(['key_unsafe repository:acme/1111111111111111']);
  judging.store.jobs.remove(web1.id, 'files', judging.clock.nowMs());
  judging.store.repositories.touch(web1.id);
  judging.evaluator.wake();
  judging.clock.advance(1_000);
  expect(judging.rules()).not.toContain('key_unsafe');
});

it('a path is no place that two hosts share', () => {
  const judging = judged();
  const web1 = judging.enroll('web1', 'acme');
  const db1 = judging.enroll('db1', 'globex');
  for (const host of [web1, db1]) judging.declare(host);
  says(judging, web1, { location: '/srv/borg' });
  says(judging, db1, { location: '/srv/borg', borgId: TWO });
  expect(keyAlerts(judging)).toEqual([]);
  says(judging, web1, { location: 'ssh://storage/srv/borg' });
  says(judging, db1, { location: 'ssh://storage/srv/borg', borgId: TWO });
  expect(keyAlerts(judging)).toEqual(['key_unsafe repository:2222222222222222']);
});

it('keeps what was there before, and says what is in use now', () => {
  const judging = judged();
  const web1 = judging.enroll('web1', 'acme');
  judging.declare(web1);
  says(judging, web1);
  says(judging, web1, { borgId: TWO });
  const rows = judging.store.repositories.list({ host: 'web1' });
  expect(rows.map(({ borgId, inUse }) => [borgId, inUse])).toEqual([
    [TWO, true],
    [ONE, false],
  ]);
  expect(judging.store.repositories.list({ customer: 'globex' })).toEqual([]);
  expect(judging.store.repositories.countOfHost(web1.id)).toBe(2);
});
