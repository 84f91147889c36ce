/**
 * The collector's own CA. It issues two kinds of certificates: one for the collector's listeners, which it
 * renews by itself, and short-lived ones for hosts, whose identity stands in one SAN (proto/host-identity.ts).
 * Everything lives in DATA/authority/, for the collector's user only.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../proto/errors.ts';
import { type HostIdentity, identityUri, parseIdentity } from '../../proto/host-identity.ts';
import { CERTIFICATE_LIFE_MS } from '../../proto/limits.ts';
import { signCertificate, type Usage } from './certificate.ts';
import { writeSecret } from './files.ts';
import { keyOfRequest } from './signing-request.ts';

const YEAR_MS = 365 * 86_400_000;
const CA_LIFE_MS = 10 * YEAR_MS;
const SERVER_LIFE_MS = YEAR_MS;
/** The server certificate is renewed when less than this share of its life is left. */
const SERVER_RENEW_LIFE_SHARE = 1 / 3;
/** Agents read validity by their own clocks, which may be late. */
const CLOCK_TOLERANCE_MS = 86_400_000;

export interface ServerCredentials {
  key: string;
  /** The server's certificate and the CA's, so that enrollment can compare the CA with its pin. */
  cert: string;
}

export class Authority {
  readonly caPem: string;
  /** The first host name; part of every host's identity. */
  readonly collector: string;
  readonly #folder: string;
  readonly #hostNames: string[];
  readonly #ca: X509Certificate;
  readonly #caKey: KeyObject;

  /**
   * Makes the CA and the server certificate under DATA/authority/. Safe to repeat: the CA stays, the server
   * certificate is issued again when the names have changed.
   */
  static init(dataDir: string, hostNames: string[], nowMs: number): Authority {
    const [first] = hostNames;
    if (!first) throw new UserError('a collector needs at least one host name', { exitCode: 2 });
    const folder = join(dataDir, 'authority');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(join(folder, 'ca.pem'))) {
      const { privateKey, publicKey } = newKeyPair();
      const commonName = `Backproof CA ${first}`;
      writeSecret(join(folder, 'ca-key.pem'), pem(privateKey));
      writeSecret(join(folder, 'names.json'), JSON.stringify({ collector: first, hostNames }));
      const { pem: caPem } = signCertificate({
        commonName,
        publicKey,
        usage: { is: 'authority' },
        notBeforeMs: nowMs - CLOCK_TOLERANCE_MS,
        notAfterMs: nowMs + CA_LIFE_MS,
        issuer: { commonName, privateKey },
      });
      // Last, because it is what "the CA exists" means.
      writeSecret(join(folder, 'ca.pem'), caPem);
    }
    const { collector, hostNames: before } = readNames(folder);
    const changed = before.join() !== hostNames.join();
    if (changed) writeSecret(join(folder, 'names.json'), JSON.stringify({ collector, hostNames }));
    const authority = new Authority(folder);
    if (changed || !existsSync(join(folder, 'server.pem'))) authority.#issueServerCertificate(nowMs);
    return authority;
  }

  /** Throws UserError when `init` was never run. */
  static open(dataDir: string): Authority {
    const folder = join(dataDir, 'authority');
    if (!existsSync(join(folder, 'server.pem'))) {
      throw new UserError(`there is no certificate authority in ${folder}`, {
        next: `backproof-collector init --data ${dataDir} --host NAME`,
      });
    }
    return new Authority(folder);
  }

  private constructor(folder: string) {
    this.#folder = folder;
    const names = readNames(folder);
    this.collector = names.collector;
    this.#hostNames = names.hostNames;
    this.caPem = readFileSync(join(folder, 'ca.pem'), 'utf8');
    this.#ca = new X509Certificate(this.caPem);
    this.#caKey = createPrivateKey(readFileSync(join(folder, 'ca-key.pem')));
  }

  /** Names and addresses the server certificate is valid for. */
  get hostNames(): readonly string[] {
    return this.#hostNames;
  }

  /** What an agent is told to expect: `sha256:` and the hash of the CA certificate's DER. */
  caPin(): string {
    return `sha256:${createHash('sha256').update(this.#ca.raw).digest('hex')}`;
  }

  /** For the listeners; read again after `renewServerCertificate`, whoever called it. */
  serverCredentials(): ServerCredentials {
    const cert = readFileSync(join(this.#folder, 'server.pem'), 'utf8');
    return { key: readFileSync(join(this.#folder, 'server-key.pem'), 'utf8'), cert: cert + this.caPem };
  }

  serverNotAfterMs(): number {
    return Date.parse(this.#serverCertificate().validTo);
  }

  /**
   * Issues a new server certificate when little of the old one's life is left, or when it is not for the key
   * beside it: a kill between the two files of an earlier renewal. True when it did. Throws what node:fs throws.
   */
  renewServerCertificate(nowMs: number): boolean {
    const certificate = this.#serverCertificate();
    const notAfterMs = Date.parse(certificate.validTo);
    const lifeMs = notAfterMs - Date.parse(certificate.validFrom);
    const key = createPrivateKey(readFileSync(join(this.#folder, 'server-key.pem')));
    const fresh = notAfterMs - nowMs >= lifeMs * SERVER_RENEW_LIFE_SHARE;
    if (fresh && certificate.checkPrivateKey(key)) return false;
    this.#issueServerCertificate(nowMs);
    return true;
  }

  /**
   * A certificate for exactly this host, whatever subject the request names. Throws UserError when the
   * request cannot be read or does not prove possession of its key.
   */
  issueForHost(order: { csrPem: string; host: string; customer: string; nowMs: number }): {
    certificatePem: string;
    serial: string;
    notAfterMs: number;
  } {
    const { host, customer, nowMs } = order;
    const publicKey = keyOfRequest(order.csrPem);
    const uri = identityUri({ collector: this.collector, customer, host });
    // Certificates count whole seconds; what we remember must not outlive what we signed.
    const notAfterMs = Math.floor((nowMs + CERTIFICATE_LIFE_MS) / 1_000) * 1_000;
    const { pem, serial } = this.#sign(host, publicKey, { is: 'client', uri }, nowMs, notAfterMs);
    return { certificatePem: pem, serial, notAfterMs };
  }

  /** Null unless the certificate is one of ours for a host. Validity in time is the caller's to check. */
  identityOf(certificate: X509Certificate): (HostIdentity & { serial: string }) | null {
    if (!certificate.verify(this.#ca.publicKey)) return null;
    const identity = parseIdentity(certificate.subjectAltName);
    if (!identity || identity.collector !== this.collector) return null;
    return { ...identity, serial: certificate.serialNumber };
  }

  #issueServerCertificate(nowMs: number): void {
    const { privateKey, publicKey } = newKeyPair();
    const usage: Usage = { is: 'server', names: this.#hostNames };
    const { pem: certificate } = this.#sign(
      this.#hostNames[0]!,
      publicKey,
      usage,
      nowMs,
      nowMs + SERVER_LIFE_MS,
    );
    writeSecret(join(this.#folder, 'server-key.pem'), pem(privateKey));
    writeSecret(join(this.#folder, 'server.pem'), certificate);
  }

  #sign(commonName: string, publicKey: KeyObject, usage: Usage, nowMs: number, notAfterMs: number) {
    return signCertificate({
      commonName,
      publicKey,
      usage,
      notBeforeMs: nowMs - CLOCK_TOLERANCE_MS,
      notAfterMs,
      issuer: { commonName: `Backproof CA ${this.collector}`, privateKey: this.#caKey },
    });
  }

  #serverCertificate(): X509Certificate {
    return new X509Certificate(readFileSync(join(this.#folder, 'server.pem')));
  }
}

function newKeyPair(): { privateKey: KeyObject; publicKey: KeyObject } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function pem(privateKey: KeyObject): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function readNames(folder: string): { collector: string; hostNames: string[] } {
  return JSON.parse(readFileSync(join(folder, 'names.json'), 'utf8')) as {
    collector: string;
    hostNames: string[];
  };
}
