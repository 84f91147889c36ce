/** The seam of the tables `certificates` and `enrollment_tokens`. A part of types.ts. */

export interface CertificateStore {
  save(certificate: { serial: string; hostId: number; issuedAtMs: number; notAfterMs: number }): void;
  /** False for one that was issued after the backup this database was restored from. */
  isKnown(serial: string): boolean;
  isRevoked(serial: string): boolean;
  revokeAll(hostId: number, nowMs: number): void;
  /** Forgets those that ended before `beforeMs`, at most `limit`: TLS refuses them by itself. Returns how many. */
  expire(beforeMs: number, limit: number): number;
  createToken(token: {
    hash: string;
    host: string;
    customer: string;
    createdAtMs: number;
    expiresAtMs: number;
  }): void;
  /** Uses the token up in one statement; null when it is unknown, expired or used. */
  consumeToken(hash: string, nowMs: number): { host: string; customer: string } | null;
}
