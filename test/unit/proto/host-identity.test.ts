import { describe, expect, it } from 'vitest';
import { identityUri, parseIdentity } from '../../../proto/host-identity.ts';

const WEB1 = { collector: 'backup.example.net', customer: 'acme', host: 'web1' };

describe('the identity in a certificate', () => {
  it('is read as it was written', () => {
    expect(parseIdentity(`URI:${identityUri(WEB1)}`)).toEqual(WEB1);
  });

  it('is never written for what is no name', () => {
    for (const host of ['', '../db1', 'a/b', 'a b', 'x'.repeat(65), 'web1\n']) {
      expect(() => identityUri({ ...WEB1, host })).toThrow(RangeError);
      expect(() => identityUri({ ...WEB1, customer: host })).toThrow(RangeError);
    }
  });

  it.each([
    undefined,
    '',
    'DNS:web1',
    'URI:spiffe://backup.example.net/customer/acme/host/web1, DNS:x',
    'DNS:x, URI:spiffe://backup.example.net/customer/acme/host/web1',
    'URI:"spiffe://backup.example.net/customer/acme/host/web1"',
    'URI:spiffe://backup.example.net/customer/acme/host/web1/host/db1',
    'URI:spiffe://backup.example.net/customer/acme/host/',
    'URI:spiffe://backup.example.net/host/web1',
    'URI:https://backup.example.net/customer/acme/host/web1',
  ])('is nobody in %j', (subjectAltName) => {
    expect(parseIdentity(subjectAltName)).toBe(null);
  });
});
