/** What servers say of themselves, as a PostgreSQL 15.20 was recorded; changed where a test needs it. */

export function primarySays(change: Record<string, unknown> = {}): string {
  return JSON.stringify({
    number: 150_020,
    version: '15.20 (Debian 15.20-0+deb12u1)',
    system: '7711163399154252448',
    in_recovery: false,
    superuser: true,
    role: 'backproof',
    databases: ['a', 'b'],
    postgres_is_used: false,
    receiver: null,
    received: null,
    replayed: null,
    replay_age: null,
    paused: null,
    apply_delay: null,
    conflicts: { a: { confl_lock: 0, confl_deadlock: 0, confl_snapshot: 0 } },
    ...change,
  });
}

export const RECEIVER = {
  pid: 4_711,
  status: 'streaming',
  sender_host: 'db1',
  sender_port: 5432,
  end: 50_331_648,
  heard: 2.5,
};

/** A standby that has replayed all it was sent, of a primary that has been idle for two hours. */
export function standbySays(change: Record<string, unknown> = {}): string {
  const receiver = { receiver: RECEIVER, received: 50_331_648, replayed: 50_331_648 };
  return primarySays({ in_recovery: true, ...receiver, replay_age: 7_200, paused: false, ...change });
}
