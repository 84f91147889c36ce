import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeSigningRequest } from '../../../../agent/enrollment.ts';
import { Authority } from '../../../../collector/authority/authority.ts';
import { enrollmentTokenHash, newEnrollmentToken } from '../../../../collector/authority/tokens.ts';
import { UserError } from '../../../../proto/errors.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();

function newKey(namedCurve = 'prime256v1'): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function issue(authority: Authority, host = 'web1') {
  const csrPem = makeSigningRequest(newKey());
  return authority.issueForHost({ csrPem, host, customer: 'acme', nowMs: NOW_MS });
}

function openssl(folder: string, purpose: string, ca: string, certificate: string): string {
  writeFileSync(join(folder, 'check-ca.pem'), ca);
  writeFileSync(join(folder, 'check.pem'), certificate);
  return execFileSync(
    'openssl',
    [
      'verify',
      '-x509_strict',
      '-purpose',
      purpose,
      '-CAfile',
      join(folder, 'check-ca.pem'),
      join(folder, 'check.pem'),
    ],
    { encoding: 'utf8' },
  );
}

describe('the authority', () => {
  it('keeps its CA when it is initialised again, and keeps its files to itself', () => {
    const folder = temporaryFolder();
    const pin = Authority.init(folder, ['backup.example.net'], NOW_MS).caPin();
    expect(Authority.init(folder, ['backup.example.net'], NOW_MS).caPin()).toBe(pin);
    expect(Authority.open(folder).caPin()).toBe(pin);
    for (const file of readdirSync(join(folder, 'authority'))) {
      expect(statSync(join(folder, 'authority', file)).mode & 0o077).toBe(0);
    }
  });

  it('says what to do when it was never initialised', () => {
    expect(() => Authority.open(temporaryFolder())).toThrow(UserError);
  });

  it('issues a server certificate for every name and address, which openssl accepts', () => {
    const folder = temporaryFolder();
    const authority = Authority.init(folder, ['backup.example.net', '127.0.0.1', '::1'], NOW_MS);
    const { cert } = authority.serverCredentials();
    const server = new X509Certificate(cert);
    expect(server.checkHost('backup.example.net')).toBeTruthy();
    expect(server.checkIP('127.0.0.1')).toBeTruthy();
    expect(server.checkIP('::1')).toBeTruthy();
    expect(server.checkHost('example.net')).toBeUndefined();
    expect(openssl(folder, 'sslserver', authority.caPem, server.toString())).toContain('OK');
  });

  it('issues the server certificate again when its names change, under the same CA', () => {
    const folder = temporaryFolder();
    const pin = Authority.init(folder, ['one.example.net'], NOW_MS).caPin();
    const authority = Authority.init(folder, ['two.example.net'], NOW_MS);
    expect(authority.caPin()).toBe(pin);
    expect(authority.collector).toBe('one.example.net');
    expect(new X509Certificate(authority.serverCredentials().cert).checkHost('two.example.net')).toBeTruthy();
  });

  it('renews the server certificate when less than a third of its life is left', () => {
    const authority = Authority.init(temporaryFolder(), ['backup.example.net'], NOW_MS);
    const before = authority.serverCredentials();
    expect(authority.renewServerCertificate(NOW_MS + 200 * DAY_MS)).toBe(false);
    expect(authority.renewServerCertificate(NOW_MS + 260 * DAY_MS)).toBe(true);
    expect(authority.serverCredentials()).not.toEqual(before);
    expect(authority.serverNotAfterMs()).toBeGreaterThan(NOW_MS + 600 * DAY_MS);
  });

  it('mends a renewal that was killed between its two files', () => {
    const folder = temporaryFolder();
    const authority = Authority.init(folder, ['backup.example.net'], NOW_MS);
    writeFileSync(join(folder, 'authority', 'server-key.pem'), newKey());
    expect(authority.renewServerCertificate(NOW_MS)).toBe(true);
    const { cert, key } = authority.serverCredentials();
    expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(authority.renewServerCertificate(NOW_MS)).toBe(false);
  });
});

describe('a host certificate', () => {
  it('names exactly one host in its SAN, lives thirty days, and openssl accepts it for clients alone', () => {
    const folder = temporaryFolder();
    const authority = Authority.init(folder, ['backup.example.net'], NOW_MS);
    const { certificatePem, serial, notAfterMs } = issue(authority);
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.subjectAltName).toBe('URI:spiffe://backup.example.net/customer/acme/host/web1');
    expect(authority.identityOf(certificate)).toEqual({
      collector: 'backup.example.net',
      customer: 'acme',
      host: 'web1',
      serial,
    });
    expect(Date.parse(certificate.validTo)).toBe(notAfterMs);
    expect(Math.round((notAfterMs - NOW_MS) / DAY_MS)).toBe(30);
    expect(openssl(folder, 'sslclient', authority.caPem, certificatePem)).toContain('OK');
    expect(() => openssl(folder, 'sslserver', authority.caPem, certificatePem)).toThrow();
  });

  it('has a serial of its own', () => {
    const authority = Authority.init(temporaryFolder(), ['backup.example.net'], NOW_MS);
    expect(issue(authority).serial).not.toBe(issue(authority).serial);
  });

  it('of another CA is nobody, even with the same names in it', () => {
    const authority = Authority.init(temporaryFolder(), ['backup.example.net'], NOW_MS);
    const foreign = Authority.init(temporaryFolder(), ['backup.example.net'], NOW_MS);
    expect(authority.identityOf(new X509Certificate(issue(foreign).certificatePem))).toBe(null);
  });

  it('cannot be had with the server certificate', () => {
    const authority = Authority.init(temporaryFolder(), ['backup.example.net'], NOW_MS);
    expect(authority.identityOf(new X509Certificate(authority.serverCredentials().cert))).toBe(null);
  });

  it('is not issued for a name that would reach out of its place in the SAN', () => {
    const authority = Authority.init(temporaryFolder(), ['backup.example.net'], NOW_MS);
    expect(() => issue(authority, 'web1/../db1')).toThrow(RangeError);
  });
});

describe('a signing request', () => {
  const authority = () => Authority.init(temporaryFolder(), ['backup.example.net'], NOW_MS);
  const order = (csrPem: string) => ({ csrPem, host: 'web1', customer: 'acme', nowMs: NOW_MS });

  it('that names another identity gets the identity it was ordered for (as icinga2 CVE-2020-29663 did not)', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'key.pem'), newKey());
    const csr = execFileSync('openssl', [
      ...['req', '-new', '-key', join(folder, 'key.pem'), '-subj', '/CN=db1'],
      ...['-addext', 'subjectAltName=URI:spiffe://backup.example.net/customer/other/host/db1'],
    ]);
    const issued = authority().issueForHost(order(csr.toString()));
    const certificate = new X509Certificate(issued.certificatePem);
    expect(certificate.subject).toBe('CN=web1');
    expect(certificate.subjectAltName).toBe('URI:spiffe://backup.example.net/customer/acme/host/web1');
  });

  it('whose signature is not by its own key is refused', () => {
    const csr = makeSigningRequest(newKey());
    const der = Buffer.from(csr.replace(/-----.*-----|\s/g, ''), 'base64');
    const at = der.length - 1;
    der[at] = der[at]! ^ 1;
    const damaged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
    expect(() => authority().issueForHost(order(damaged))).toThrow(UserError);
  });

  it('for another kind of key is refused', () => {
    expect(() => authority().issueForHost(order(makeSigningRequest(newKey('secp384r1'))))).toThrow(/P-256/);
  });

  it.each(['', 'hello', '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----'])(
    'that is none is refused: %j',
    (text) => {
      expect(() => authority().issueForHost(order(text))).toThrow(UserError);
    },
  );
});

describe('an enrollment token', () => {
  it('is random, and only its hash is for keeping', () => {
    const { token, hash } = newEnrollmentToken();
    expect(hash).toBe(enrollmentTokenHash(token));
    expect(hash).not.toContain(token.slice(4));
    expect(newEnrollmentToken().token).not.toBe(token);
  });
});
