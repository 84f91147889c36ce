/** Who may read the page and the API, as the store keeps it: hashes only. A part of types.ts. */

export type Role = 'viewer' | 'operator' | 'admin';
export interface ApiTokenRow {
  id: number;
  name: string;
  role: Role;
  /** Null: every customer. */
  customer: string | null;
  createdAtMs: number;
  revokedAtMs: number | null;
}

export interface AccessStore {
  createToken(
    token: { name: string; hash: string; role: Role; customer: string | null },
    nowMs: number,
  ): ApiTokenRow;
  tokenByHash(hash: string): ApiTokenRow | null;
  listTokens(): ApiTokenRow[];
  revokeToken(name: string, nowMs: number): boolean;
  createSession(session: {
    hash: string;
    kind: 'cookie' | 'link';
    tokenId: number;
    expiresAtMs: number;
  }): void;
  /** The token behind a live cookie. */
  sessionToken(hash: string, nowMs: number): ApiTokenRow | null;
  /** Uses a sign-in link up. */
  consumeLink(hash: string, nowMs: number): ApiTokenRow | null;
  endSession(hash: string): void;
}
