/**
 * X.509 certificates on P-256. node-forge builds the certificate but signs RSA only, so it builds around a
 * placeholder key; then the real key and the real algorithm are put into its ASN.1, and node:crypto signs.
 * Read certificates with `crypto.X509Certificate`, never with forge.
 */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

export type Usage =
  | { is: 'authority' }
  /** Host names and IP addresses. */
  | { is: 'server'; names: string[] }
  | { is: 'client'; uri: string };

export interface CertificateOrder {
  commonName: string;
  /** P-256. */
  publicKey: KeyObject;
  usage: Usage;
  notBeforeMs: number;
  notAfterMs: number;
  issuer: { commonName: string; privateKey: KeyObject };
}

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const SUBJECT_KEY_IDENTIFIER = '2.5.29.14';
const SAN_DNS = 2;
const SAN_URI = 6;
const SAN_IP = 7;
const SERIAL_BYTES = 16;
/** Where RFC 5280 puts them in a TBSCertificate of version 3. */
const TBS_SIGNATURE = 2;
const TBS_PUBLIC_KEY = 6;

const { asn1 } = forge;
/** forge would otherwise take the bits of a key or a signature apart when they look like ASN.1. */
const AS_IS = { decodeBitStrings: false } as never;
const { Class, Type } = asn1;

/** Returns the certificate as PEM and its serial as `X509Certificate.serialNumber` prints it. */
export function signCertificate(order: CertificateOrder): { pem: string; serial: string } {
  const serial = newSerial();
  const publicKeyDer = order.publicKey.export({ type: 'spki', format: 'der' });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(
    new forge.jsbn.BigInteger('3'),
    new forge.jsbn.BigInteger('3'),
  );
  certificate.serialNumber = serial;
  certificate.validity.notBefore = new Date(order.notBeforeMs);
  certificate.validity.notAfter = new Date(order.notAfterMs);
  certificate.setSubject([
    { name: 'commonName', value: order.commonName, valueTagClass: Type.UTF8 as never },
  ]);
  certificate.setIssuer([
    { name: 'commonName', value: order.issuer.commonName, valueTagClass: Type.UTF8 as never },
  ]);
  certificate.setExtensions(extensions(order, publicKeyDer));
  certificate.siginfo.algorithmOid = ECDSA_WITH_SHA256;
  certificate.signatureOid = ECDSA_WITH_SHA256;
  certificate.signature = '';

  const built = forge.pki.certificateToAsn1(certificate).value as forge.asn1.Asn1[];
  const tbs = built[0]!;
  const parts = tbs.value as forge.asn1.Asn1[];
  parts[TBS_SIGNATURE] = algorithm();
  parts[TBS_PUBLIC_KEY] = asn1.fromDer(publicKeyDer.toString('binary'), AS_IS);
  const signature = sign('sha256', toDer(tbs), order.issuer.privateKey);
  const der = toDer(
    asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, [
      tbs,
      algorithm(),
      asn1.create(Class.UNIVERSAL, Type.BITSTRING, false, `\0${signature.toString('binary')}`),
    ]),
  );
  return { pem: toPem('CERTIFICATE', der), serial: serial.toUpperCase() };
}

/** The identifier RFC 5280 4.2.1.2 (1) suggests: SHA-1 over the bits of the public key. */
function keyIdentifier(publicKeyDer: Buffer): string {
  const spki = asn1.fromDer(publicKeyDer.toString('binary'), AS_IS).value as forge.asn1.Asn1[];
  const bits = spki[1]!.value as string;
  return createHash('sha1').update(Buffer.from(bits, 'binary').subarray(1)).digest('binary');
}

function extensions(order: CertificateOrder, publicKeyDer: Buffer): object[] {
  const issuerKeyDer = createPublicKey(order.issuer.privateKey).export({ type: 'spki', format: 'der' });
  const identifiers = [
    {
      id: SUBJECT_KEY_IDENTIFIER,
      value: asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, false, keyIdentifier(publicKeyDer)),
    },
    { name: 'authorityKeyIdentifier', keyIdentifier: keyIdentifier(issuerKeyDer) },
  ];
  const leaf = { name: 'keyUsage', critical: true, digitalSignature: true };
  switch (order.usage.is) {
    case 'authority':
      return [
        { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
        { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
        ...identifiers,
      ];
    case 'server': {
      const altNames = order.usage.names.map((name) =>
        isIP(name) ? { type: SAN_IP, ip: name } : { type: SAN_DNS, value: name },
      );
      return [
        { name: 'basicConstraints', critical: true, cA: false },
        leaf,
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames },
        ...identifiers,
      ];
    }
    case 'client':
      return [
        { name: 'basicConstraints', critical: true, cA: false },
        leaf,
        { name: 'extKeyUsage', clientAuth: true },
        { name: 'subjectAltName', altNames: [{ type: SAN_URI, value: order.usage.uri }] },
        ...identifiers,
      ];
  }
}

/** Positive, never with a leading zero byte, so that every program prints it alike. */
function newSerial(): string {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** ECDSA takes no parameters, not even NULL (RFC 5758 3.2). */
function algorithm(): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, [
    asn1.create(Class.UNIVERSAL, Type.OID, false, asn1.oidToDer(ECDSA_WITH_SHA256).getBytes()),
  ]);
}

function toDer(value: forge.asn1.Asn1): Buffer {
  return Buffer.from(asn1.toDer(value).getBytes(), 'binary');
}

function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
