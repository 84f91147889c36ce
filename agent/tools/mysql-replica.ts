/** What a MySQL or MariaDB server says of where its data comes from. Pure. */
import { atLeast, type MysqlConnection, type MysqlPrograms, queryArgv } from './mysql.ts';
import { batchRows } from './mysql-batch.ts';
import type { MysqlFacts } from './mysql-facts.ts';

/** One source of a replica; most have one, multi-source replicas several. */
export interface ReplicaChannel {
  /** '' for the only or the default one. */
  name: string;
  /** `db1:3306` */
  source: string;
  /** `Yes`, `No`, `Connecting`: the thread that fetches. */
  io: string;
  /** `Yes`, `No`: the thread that applies. */
  sql: string;
  /** Null: the server does not know, because a thread stands still or is not connected. */
  lagMs: number | null;
  /** Why a thread stands still, '' when it does not say. */
  error: string;
  /** What the replica is told to leave out, or to take alone. */
  filters: ReplicaFilter[];
}

export interface ReplicaFilter {
  /** `Replicate_Ignore_DB` */
  rule: string;
  /** `scratch`, `shop.log%`, `(2,3)` */
  of: string[];
}

const FILTERS = [
  'Replicate_Do_DB',
  'Replicate_Ignore_DB',
  'Replicate_Do_Table',
  'Replicate_Ignore_Table',
  'Replicate_Wild_Do_Table',
  'Replicate_Wild_Ignore_Table',
  'Replicate_Do_Domain_Ids',
  'Replicate_Ignore_Domain_Ids',
];

/** Proves that the question was answered: a server that is no replica answers it with nothing. */
const ASKED = 'asked';

export function replicaStatusArgv(
  programs: MysqlPrograms,
  connection: MysqlConnection,
  facts: MysqlFacts,
): string[] {
  return queryArgv(programs, connection, [`select 1 as ${ASKED}`, statusStatement(facts)], 'with-names');
}

/** MariaDB shows named connections only under `all`; MySQL renamed the statement in 8.0.22. */
function statusStatement({ flavour, version }: MysqlFacts): string {
  if (flavour === 'MariaDB') return 'show all slaves status';
  return atLeast(version, '8.0.22') ? 'show replica status' : 'show slave status';
}

/** Empty for a server that is no replica; null when the client printed something else. */
export function parseReplicaStatus(stdout: string): ReplicaChannel[] | null {
  const [asked, one, names = [], ...rows] = batchRows(stdout);
  if (asked?.[0] !== ASKED || one?.[0] !== '1') return null;
  return rows.map((row) => {
    const column = (...wanted: string[]) => {
      const found = wanted.find((name) => names.includes(name));
      return found === undefined ? '' : (row[names.indexOf(found)] ?? '');
    };
    const lag = column('Seconds_Behind_Source', 'Seconds_Behind_Master');
    const port = column('Source_Port', 'Master_Port');
    return {
      name: column('Connection_name', 'Channel_Name'),
      source: `${column('Source_Host', 'Master_Host')}:${port}`,
      io: column('Replica_IO_Running', 'Slave_IO_Running'),
      sql: column('Replica_SQL_Running', 'Slave_SQL_Running'),
      lagMs: /^\d+$/.test(lag) ? Number(lag) * 1_000 : null,
      error: column('Last_SQL_Error') || column('Last_IO_Error'),
      filters: FILTERS.filter((rule) => column(rule) !== '').map((rule) => ({
        rule,
        of: column(rule).split(','),
      })),
    };
  });
}
