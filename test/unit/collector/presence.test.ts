import { expect, test } from 'vitest';
import { type Live, PresenceBoard } from '../../../collector/presence.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const HOST = { id: 1, lastSeenAtMs: 5 };

function board() {
  const clock = new FakeClock(1_000);
  const state: { live: Live | null } = { live: null };
  return { clock, state, presence: new PresenceBoard({ liveness: () => state.live }, clock) };
}

const there: Live = { connected: true, caughtUp: true, committedSeq: 0, lastSeenAtMs: 900, instance: 'one' };

test('a host without a session was last seen when the database says', () => {
  expect(board().presence.of(HOST)).toEqual({ caughtUpSinceMs: null, catchingUp: false, lastSeenAtMs: 5 });
});

test('a host has caught up since it was first seen so, over a break of its line', () => {
  const { clock, state, presence } = board();
  state.live = there;
  expect(presence.of(HOST).caughtUpSinceMs).toBe(1_000);
  clock.advance(500);
  expect(presence.of(HOST).caughtUpSinceMs).toBe(1_000);
});

test('a new process of the agent counts from its own coming, also when nobody saw the old one go', () => {
  const { clock, state, presence } = board();
  state.live = there;
  presence.of(HOST);
  clock.advance(500);
  state.live = { ...there, instance: 'two' };
  expect(presence.of(HOST).caughtUpSinceMs).toBe(1_500);
});

test('a host that is catching up is named once it no longer is', () => {
  const { state, presence } = board();
  state.live = { ...there, caughtUp: false };
  expect(presence.of(HOST)).toMatchObject({ caughtUpSinceMs: null, catchingUp: true });
  expect(presence.noLongerCatchingUp()).toEqual([]);
  state.live = there;
  expect(presence.noLongerCatchingUp()).toEqual([1]);
  presence.of(HOST);
  expect(presence.noLongerCatchingUp()).toEqual([]);
  state.live = { ...there, caughtUp: false };
  presence.of(HOST);
  state.live = null;
  expect(presence.noLongerCatchingUp()).toEqual([1]);
});
