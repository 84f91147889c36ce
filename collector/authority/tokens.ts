/** Enrollment tokens: shown once, stored as a hash. */
import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;
/** So that a token is recognised where it should not be: in a log, in a repository. */
const TOKEN_PREFIX = 'bpe_';

export function newEnrollmentToken(): { token: string; hash: string } {
  const token = TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
  return { token, hash: enrollmentTokenHash(token) };
}

/** The token has 256 random bits, so a plain hash is enough and can be looked up. */
export function enrollmentTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
