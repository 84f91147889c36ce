/** Tables `certificates` and `enrollment_tokens`: what was issued, what was taken back. */
import type { Db } from './sqlite.ts';
import type { CertificateStore } from './types.ts';

export function certificateStore(db: Db): CertificateStore {
  const save = db.prepare<[string, number, number, number]>(
    'INSERT INTO certificates (serial, host_id, issued_at_ms, not_after_ms) VALUES (?, ?, ?, ?)',
  );
  const revoked = db.prepare<[string], { revoked_at_ms: number | null }>(
    'SELECT revoked_at_ms FROM certificates WHERE serial = ?',
  );
  const revokeAll = db.prepare<[number, number]>(
    'UPDATE certificates SET revoked_at_ms = ? WHERE host_id = ? AND revoked_at_ms IS NULL',
  );
  const createToken = db.prepare<[string, string, string, number, number]>(
    `INSERT INTO enrollment_tokens (hash, host, customer, created_at_ms, expires_at_ms)
     VALUES (?, ?, ?, ?, ?)`,
  );
  const consumeToken = db.prepare<[number, string, number], { host: string; customer: string }>(
    `UPDATE enrollment_tokens SET used_at_ms = ?
     WHERE hash = ? AND used_at_ms IS NULL AND expires_at_ms > ? RETURNING host, customer`,
  );
  const expire = db.prepare<[number, number]>(
    `DELETE FROM certificates
     WHERE serial IN (SELECT serial FROM certificates WHERE not_after_ms < ? LIMIT ?)`,
  );
  return {
    expire: (beforeMs, limit) => expire.run(beforeMs, limit).changes,
    save: ({ serial, hostId, issuedAtMs, notAfterMs }) => {
      save.run(serial, hostId, issuedAtMs, notAfterMs);
    },
    isKnown: (serial) => revoked.get(serial) !== undefined,
    isRevoked: (serial) => (revoked.get(serial)?.revoked_at_ms ?? null) !== null,
    revokeAll: (hostId, nowMs) => {
      revokeAll.run(nowMs, hostId);
    },
    createToken: (token) => {
      createToken.run(token.hash, token.host, token.customer, token.createdAtMs, token.expiresAtMs);
    },
    consumeToken: (hash, nowMs) => consumeToken.get(nowMs, hash, nowMs) ?? null,
  };
}
