/** Reads PKCS #10 requests. Only the key is taken from them: the subject is whatever the sender likes. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import forge from 'node-forge';
import { UserError } from '../../proto/errors.ts';
import { PEM_CHARS_MAX } from '../../proto/limits.ts';

const { asn1 } = forge;
/** forge would otherwise take the bits of a key or a signature apart when they look like ASN.1. */
const AS_IS = { decodeBitStrings: false } as never;

/**
 * The public key, when it is P-256 and the request proves possession of its private key. Throws UserError
 * otherwise.
 */
export function keyOfRequest(csrPem: string): KeyObject {
  try {
    return readKey(csrPem);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('the signing request cannot be read', { cause: error });
  }
}

function readKey(csrPem: string): KeyObject {
  if (csrPem.length > PEM_CHARS_MAX) throw new UserError('the signing request is too long');
  const base64 =
    /^-----BEGIN CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE REQUEST-----\s*$/.exec(
      csrPem,
    )?.[1];
  if (!base64) throw new UserError('the signing request is not PEM');
  const request = asn1.fromDer(Buffer.from(base64, 'base64').toString('binary'), AS_IS);
  const [info, , signatureBits] = request.value as forge.asn1.Asn1[];
  const spki = (info!.value as forge.asn1.Asn1[])[2]!;
  const key = createPublicKey({ key: der(spki), format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new UserError('the signing request must be for a P-256 key');
  }
  // The first byte of a BIT STRING counts its unused bits; a signature has none.
  const signature = Buffer.from(signatureBits!.value as string, 'binary').subarray(1);
  if (!verify('sha256', der(info!), key, signature)) {
    throw new UserError('the signing request is not signed by its own key');
  }
  return key;
}

function der(value: forge.asn1.Asn1): Buffer {
  return Buffer.from(asn1.toDer(value).getBytes(), 'binary');
}
