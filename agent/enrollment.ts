/**
 * How a host gets its identity: makes a key, checks the collector's CA against the pin it was given, and
 * exchanges a one-time token and a signing request for a certificate. Loaded only when it is needed:
 * node-forge is heavier than the rest of the agent.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  X509Certificate,
} from 'node:crypto';
import { request } from 'node:https';
import { checkServerIdentity, connect, type PeerCertificate } from 'node:tls';
import forge from 'node-forge';
import type { Clock } from '../proto/clock.ts';
import { messageOf, UserError } from '../proto/errors.ts';
import { PEM_CHARS_MAX } from '../proto/limits.ts';
import { IdentityStore } from './identity.ts';

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const TIMEOUT_MS = 30_000;
const ANSWER_BYTES_MAX = 4 * PEM_CHARS_MAX;
const { asn1 } = forge;
/** forge would otherwise take the bits of a key or a signature apart when they look like ASN.1. */
const AS_IS = { decodeBitStrings: false } as never;
const { Class, Type } = asn1;

export interface EnrollmentOrder {
  /** The https URL of the collector's enrollment listener. */
  collectorUrl: string;
  token: string;
  /** `sha256:HEX` over the CA certificate's DER. */
  caPin: string;
  dataDir: string;
  clock: Clock;
}

/** Writes DATA/identity/. Throws UserError, and then nothing was changed here. */
export async function enroll(order: EnrollmentOrder): Promise<{ host: string; customer: string }> {
  const url = readUrl(order.collectorUrl);
  if (!/^sha256:[0-9a-f]{64}$/i.test(order.caPin)) {
    throw new UserError(`"${order.caPin}" is no pin of the form sha256:HEX`, { exitCode: 2 });
  }
  const ca = await fetchCa(url, order.caPin.toLowerCase(), order.clock);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const answer = await post(url, ca, { token: order.token, csr: makeSigningRequest(key) });
  IdentityStore.write(order.dataDir, { key, certificate: answer.certificate, ca });
  const { host, customer } = IdentityStore.open(order.dataDir);
  return { host, customer };
}

/** PKCS #10 for a P-256 key. Without a subject: the collector alone decides who this host is. */
export function makeSigningRequest(privateKeyPem: string): string {
  const privateKey = createPrivateKey(privateKeyPem);
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const info = asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, [
    asn1.create(Class.UNIVERSAL, Type.INTEGER, false, '\0'),
    asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, []),
    asn1.fromDer(spki.toString('binary'), AS_IS),
    asn1.create(Class.CONTEXT_SPECIFIC, 0, true, []),
  ]);
  const signature = sign('sha256', Buffer.from(asn1.toDer(info).getBytes(), 'binary'), privateKey);
  const der = asn1
    .toDer(
      asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, [
        info,
        asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, [
          asn1.create(Class.UNIVERSAL, Type.OID, false, asn1.oidToDer(ECDSA_WITH_SHA256).getBytes()),
        ]),
        asn1.create(Class.UNIVERSAL, Type.BITSTRING, false, `\0${signature.toString('binary')}`),
      ]),
    )
    .getBytes();
  const base64 = Buffer.from(der, 'binary')
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE REQUEST-----\n${base64}\n-----END CERTIFICATE REQUEST-----\n`;
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:') {
    throw new UserError(`"${text}" is not the https URL of a collector's enrollment listener`, {
      exitCode: 2,
    });
  }
  return url;
}

/**
 * The CA that the collector presents, as PEM, once it has shown to be the pinned one and to have signed a
 * valid certificate for the URL's host name. Nothing is sent on this connection; the token only travels on
 * the next one, which trusts this CA alone.
 */
function fetchCa(url: URL, caPin: string, clock: Clock): Promise<string> {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // Nobody is trusted here: the chain is checked below, against the pin instead of a CA we do not have yet.
    const socket = connect({
      host,
      port: Number(url.port || 443),
      servername: nameFor(host),
      rejectUnauthorized: false,
    });
    const cancel = clock.after(TIMEOUT_MS, () => socket.destroy(new Error('no answer')));
    socket.once('error', (error) => {
      cancel();
      reject(unreachable(url, error));
    });
    socket.once('secureConnect', () => {
      cancel();
      try {
        resolve(pinnedCa(socket.getPeerCertificate(true), host, caPin, clock.nowMs()));
      } catch (error) {
        reject(error);
      }
      socket.destroy();
    });
  });
}

function pinnedCa(
  peer: ReturnType<import('node:tls').TLSSocket['getPeerCertificate']>,
  host: string,
  caPin: string,
  nowMs: number,
): string {
  const raw = (peer as { issuerCertificate?: { raw?: Buffer } }).issuerCertificate?.raw;
  const seen = raw ? `sha256:${createHash('sha256').update(raw).digest('hex')}` : 'no CA at all';
  if (!raw || seen !== caPin) {
    throw new UserError(`the collector's CA is not the pinned one: expected ${caPin}, found ${seen}`, {
      next: 'compare it with the line that "backproof-collector enroll" printed; if it was copied right, somebody is in between',
    });
  }
  const ca = new X509Certificate(raw);
  const server = new X509Certificate((peer as PeerCertificate).raw);
  const wrongName = checkServerIdentity(host, peer as PeerCertificate);
  if (!server.verify(ca.publicKey) || wrongName) {
    throw new UserError(
      `the collector has no certificate for ${host}: ${wrongName?.message ?? 'not signed by its CA'}`,
      {
        next: `add the name on the collector: backproof-collector init --host ${host}`,
      },
    );
  }
  if (nowMs > Date.parse(server.validTo) || nowMs < Date.parse(server.validFrom)) {
    throw new UserError("the collector's certificate is not valid now", { next: "check this host's clock" });
  }
  return ca.toString();
}

/** SNI carries names only. */
function nameFor(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}

function post(url: URL, ca: string, body: { token: string; csr: string }): Promise<{ certificate: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL('/enroll', url),
      {
        method: 'POST',
        ca,
        minVersion: 'TLSv1.2',
        agent: false,
        timeout: TIMEOUT_MS,
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > ANSWER_BYTES_MAX) sent.destroy(new Error('the answer is too long'));
        });
        response.on('end', () => {
          try {
            const answer = JSON.parse(text) as { certificate?: unknown; error?: unknown };
            if (response.statusCode === 200 && typeof answer.certificate === 'string') {
              resolve({ certificate: answer.certificate });
              return;
            }
            reject(refused(response.statusCode ?? 0, String(answer.error ?? text)));
          } catch (error) {
            reject(refused(response.statusCode ?? 0, messageOf(error)));
          }
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', (error) => reject(unreachable(url, error)));
    sent.end(JSON.stringify(body));
  });
}

function refused(status: number, why: string): UserError {
  return new UserError(`the collector refused the enrollment (${status}): ${why}`, {
    next: 'ask for a new token: backproof-collector enroll HOST --customer NAME',
  });
}

/** What the listener for agents says to whoever shows no certificate. */
const CERTIFICATE_REQUIRED = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED';

function unreachable(url: URL, error: Error & { code?: string }): UserError {
  if (error.code === CERTIFICATE_REQUIRED)
    return new UserError(`${url.origin} is the collector's listener for agents, not the one to enroll at`, {
      next: 'take the port of listen.enrollment, 7444 unless set: paste the line of "backproof-collector enroll" as it is',
      cause: error,
    });
  return new UserError(`the collector at ${url.origin} cannot be reached: ${messageOf(error)}`, {
    next: 'check the address of its enrollment listener, and that the port is open from here',
    cause: error,
  });
}
