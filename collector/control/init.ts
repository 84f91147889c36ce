/** Makes an installation: CA, server certificate, database, first admin. Safe to repeat. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Authority } from '../authority/authority.ts';
import { hashOf, newApiToken } from '../secrets.ts';
import { openStore } from '../store/open.ts';
import { DATABASE } from './backup.ts';

/** The first token's name. */
const ADMIN = 'admin';

export interface Initialised {
  caPin: string;
  hostNames: readonly string[];
  /** Null when there are tokens already: only hashes are kept, so it cannot be shown again. */
  adminToken: string | null;
}

export function initialise(data: string, hostNames: string[], nowMs: number): Initialised {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const authority = Authority.init(data, hostNames, nowMs);
  const file = join(data, DATABASE);
  const store = openStore(file);
  try {
    chmodSync(file, 0o600);
    let adminToken: string | null = null;
    if (store.access.listTokens().length === 0) {
      adminToken = newApiToken();
      store.access.createToken(
        { name: ADMIN, hash: hashOf(adminToken), role: 'admin', customer: null },
        nowMs,
      );
    }
    return { caPin: authority.caPin(), hostNames: authority.hostNames, adminToken };
  } finally {
    store.close();
  }
}
