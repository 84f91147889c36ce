/** A host's private key, as enrollment makes it. */
import { generateKeyPairSync } from 'node:crypto';

export function newHostKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
