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

/** Asked before a base backup; of a PostgreSQL 15.18. */
export function clusterSays(change: Record<string, unknown> = {}): string {
  return JSON.stringify({
    number: 150_018,
    version: '15.18 (Debian 15.18-0+deb12u1)',
    system: '7711163399154252448',
    segment: 16_777_216,
    standby: false,
    tablespaces: [],
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

/** How a psql that holds a snapshot answers the questions of a manifest: two tables, 7 rows each. */
export function psqlAnswers(question: string): string {
  const rows = () => {
    if (question.includes('pg_export_snapshot')) return ['"00000003-0000017E-1"'];
    if (question.includes('pg_largeobject_metadata')) return ['["indexes", 1]', '["tables", 2]'];
    if (question.includes("relkind = 'r'"))
      return ['["public.orders", 1, 1, 8192]', '["public.\\"Odd\\"", 2, 2, 9000]'];
    if (question.includes('count(*)'))
      return question
        .split('union all')
        .map(
          (one, index) =>
            `[${index}, 7, ${/filenode\((\d+)/.exec(one)![1]}, ${one.includes('md5') ? '"99"' : null}]`,
        );
    return [];
  };
  return [...rows(), 'backproof: state 00000'].join('\n');
}
