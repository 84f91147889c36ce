/**
 * The host's identity: its key, its certificate and the CA it trusts, in DATA/identity/. The key is made on
 * this host and never leaves it.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { UserError } from '../proto/errors.ts';
import { parseIdentity } from '../proto/host-identity.ts';
import { RENEW_AT_LIFE_SHARE } from '../proto/limits.ts';

const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;
const ENROLL = 'backproof-agent enroll --collector URL --token TOKEN --ca-pin PIN';

export interface IdentityFiles {
  key: string;
  certificate: string;
  ca: string;
}

export class IdentityStore {
  readonly #folder: string;
  #key: string;
  #ca: string;
  #certificatePem = '';
  #certificate: X509Certificate;
  #names: { host: string; customer: string; collector: string };

  /** Throws UserError when the host is not enrolled, or its files do not belong together. */
  static open(dataDir: string): IdentityStore {
    const folder = join(dataDir, 'identity');
    finishReplacing(folder);
    if (!existsSync(join(folder, 'certificate.pem'))) {
      throw new UserError(`this host is not enrolled yet: there is no certificate in ${folder}`, {
        next: `ask for a token with "backproof-collector enroll HOST --customer NAME" and run ${ENROLL}`,
      });
    }
    return new IdentityStore(folder);
  }

  /** Writes a whole new identity, replacing the one before in one step. Throws what node:fs throws. */
  static write(dataDir: string, files: IdentityFiles): void {
    const folder = join(dataDir, 'identity');
    const next = `${folder}.new`;
    const old = `${folder}.old`;
    rmSync(next, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
    mkdirSync(next, { recursive: true, mode: FOLDER_OWNER_ONLY });
    writeDurably(join(next, 'key.pem'), files.key);
    writeDurably(join(next, 'ca.pem'), files.ca);
    writeDurably(join(next, 'certificate.pem'), files.certificate);
    giveToOwnerOf(dataDir, next);
    syncFolder(next);
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(next, folder);
    syncFolder(dataDir);
    rmSync(old, { recursive: true, force: true });
  }

  private constructor(folder: string) {
    this.#folder = folder;
    const identity = readIdentity(folder);
    this.#key = identity.key;
    this.#ca = identity.ca;
    this.#certificatePem = identity.certificatePem;
    this.#certificate = identity.certificate;
    this.#names = identity.names;
  }

  /** The host may have been enrolled again since. Throws UserError, and then the old identity stays. */
  reload(): void {
    const identity = readIdentity(this.#folder);
    this.#key = identity.key;
    this.#ca = identity.ca;
    this.#certificatePem = identity.certificatePem;
    this.#certificate = identity.certificate;
    this.#names = identity.names;
  }

  get host(): string {
    return this.#names.host;
  }

  get customer(): string {
    return this.#names.customer;
  }

  /** The collector's name, as its CA knows it. */
  get collectorName(): string {
    return this.#names.collector;
  }

  get certificateNotAfterMs(): number {
    return Date.parse(this.#certificate.validTo);
  }

  /** When it is time to ask for the next certificate. */
  get renewAtMs(): number {
    const notBeforeMs = Date.parse(this.#certificate.validFrom);
    return notBeforeMs + (this.certificateNotAfterMs - notBeforeMs) * RENEW_AT_LIFE_SHARE;
  }

  /** PEM, for signing requests. */
  get privateKey(): string {
    return this.#key;
  }

  /** Trust in nobody but the pinned CA. */
  tlsOptions(): Pick<ConnectionOptions, 'key' | 'cert' | 'ca' | 'minVersion' | 'rejectUnauthorized'> {
    return {
      key: this.#key,
      cert: this.#certificatePem,
      ca: this.#ca,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
    };
  }

  /**
   * Takes a renewed certificate and has it on disk when it returns. Throws UserError when it is not for this
   * key, this host and this CA; the old one stays then.
   */
  replaceCertificate(certificatePem: string): void {
    const { certificate, names } = checked(certificatePem, this.#key, this.#ca);
    if (names.host !== this.host || names.customer !== this.customer) {
      throw new UserError(`the new certificate is for ${names.customer}/${names.host}, not for this host`);
    }
    const file = join(this.#folder, 'certificate.pem');
    writeDurably(`${file}.new`, certificatePem);
    renameSync(`${file}.new`, file);
    syncFolder(this.#folder);
    this.#certificatePem = certificatePem;
    this.#certificate = certificate;
    this.#names = names;
  }
}

/**
 * A kill between the two renames of `write` leaves no identity, but two beside it. The new one is whole then:
 * the old one steps aside last. Without the old one, the new one may be half-written and is left alone.
 */
function finishReplacing(folder: string): void {
  if (existsSync(folder) || !existsSync(`${folder}.old`)) return;
  renameSync(existsSync(`${folder}.new`) ? `${folder}.new` : `${folder}.old`, folder);
  syncFolder(dirname(folder));
}

function readIdentity(folder: string) {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const [key, ca, certificatePem] = [read('key.pem'), read('ca.pem'), read('certificate.pem')];
  return { key, ca, certificatePem, ...checked(certificatePem, key, ca) };
}

/** Throws UserError when the three do not belong together. */
function checked(certificatePem: string, key: string, ca: string) {
  const again = { next: `enroll this host again: ${ENROLL}` };
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(certificatePem);
  } catch (error) {
    throw new UserError('the certificate cannot be read', { ...again, cause: error });
  }
  const names = parseIdentity(certificate.subjectAltName);
  if (!names) throw new UserError('the certificate names no host', again);
  if (!certificate.verify(new X509Certificate(ca).publicKey)) {
    throw new UserError('the certificate was not issued by the CA this host trusts', again);
  }
  if (!certificate.checkPrivateKey(createPrivateKey(key))) {
    throw new UserError("the certificate is not for this host's key", again);
  }
  return { certificate, names };
}

function writeDurably(file: string, content: string): void {
  const handle = openSync(file, 'w', OWNER_ONLY);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * An administrator pastes the line of enrollment as root; the agent, whose folder this is, must still be able
 * to renew what was written.
 */
function giveToOwnerOf(dataDir: string, folder: string): void {
  const { uid, gid } = statSync(dataDir);
  if (statSync(folder).uid === uid) return;
  for (const name of readdirSync(folder)) chownSync(join(folder, name), uid, gid);
  chownSync(folder, uid, gid);
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
