/** Tokens people and programs hold. Only their hashes are stored. */
import { createHash, randomBytes } from 'node:crypto';

/** 192 bits: no use guessing. */
const TOKEN_BYTES = 24;

/** `bp_` and 32 characters that need no quoting in a shell or a URL. */
export function newApiToken(): string {
  return `bp_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
}

/** A cookie's or a sign-in link's value. */
export function newSecret(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** Plain SHA-256 is enough for what cannot be guessed. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
