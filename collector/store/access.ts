/** Tables `api_tokens` and `web_sessions`: who may look, and who is looking. Only hashes are kept. */
import { type Db, inTransaction } from './sqlite.ts';
import type { AccessStore, ApiTokenRow, Role } from './types.ts';

interface TokenRecord {
  id: number;
  name: string;
  role: string;
  customer: string | null;
  created_at_ms: number;
  revoked_at_ms: number | null;
}

function tokenRow(record: TokenRecord): ApiTokenRow {
  return {
    id: record.id,
    name: record.name,
    role: record.role as Role,
    customer: record.customer,
    createdAtMs: record.created_at_ms,
    revokedAtMs: record.revoked_at_ms,
  };
}

export function accessStore(db: Db): AccessStore {
  const create = db.prepare<[string, string, string, string | null, number], TokenRecord>(
    `INSERT INTO api_tokens (name, hash, role, customer, created_at_ms) VALUES (?, ?, ?, ?, ?) RETURNING *`,
  );
  const byHash = db.prepare<[string], TokenRecord>(
    'SELECT * FROM api_tokens WHERE hash = ? AND revoked_at_ms IS NULL',
  );
  const byId = db.prepare<[number], TokenRecord>(
    'SELECT * FROM api_tokens WHERE id = ? AND revoked_at_ms IS NULL',
  );
  const all = db.prepare<[], TokenRecord>('SELECT * FROM api_tokens ORDER BY id');
  const revoke = db.prepare<[number, string], { id: number }>(
    'UPDATE api_tokens SET revoked_at_ms = ? WHERE name = ? AND revoked_at_ms IS NULL RETURNING id',
  );
  const endSessionsOf = db.prepare<[number]>('DELETE FROM web_sessions WHERE token_id = ?');
  const createSession = db.prepare<[string, string, number, number]>(
    'INSERT INTO web_sessions (hash, kind, token_id, expires_at_ms) VALUES (?, ?, ?, ?)',
  );
  const sessionToken = db.prepare<[string, number], TokenRecord>(
    `SELECT t.* FROM web_sessions s JOIN api_tokens t ON t.id = s.token_id
     WHERE s.hash = ? AND s.kind = 'cookie' AND s.expires_at_ms > ? AND t.revoked_at_ms IS NULL`,
  );
  const consumeLink = db.prepare<[string], { token_id: number; expires_at_ms: number }>(
    `DELETE FROM web_sessions WHERE hash = ? AND kind = 'link' RETURNING token_id, expires_at_ms`,
  );
  const endSession = db.prepare<[string]>('DELETE FROM web_sessions WHERE hash = ?');

  const one = (record: TokenRecord | undefined): ApiTokenRow | null => (record ? tokenRow(record) : null);

  return {
    createToken: ({ name, hash, role, customer }, nowMs) =>
      tokenRow(create.get(name, hash, role, customer, nowMs)!),
    tokenByHash: (hash) => one(byHash.get(hash)),
    listTokens: () => all.all().map(tokenRow),
    revokeToken: (name, nowMs) =>
      inTransaction(db, () => {
        const revoked = revoke.get(nowMs, name);
        if (revoked) endSessionsOf.run(revoked.id);
        return revoked !== undefined;
      }),
    createSession: ({ hash, kind, tokenId, expiresAtMs }) => {
      createSession.run(hash, kind, tokenId, expiresAtMs);
    },
    sessionToken: (hash, nowMs) => one(sessionToken.get(hash, nowMs)),
    consumeLink: (hash, nowMs) => {
      const link = consumeLink.get(hash);
      return link && link.expires_at_ms > nowMs ? one(byId.get(link.token_id)) : null;
    },
    endSession: (hash) => {
      endSession.run(hash);
    },
  };
}
