import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../../collector/store/open.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 3);

test('tokens and links work once, in time, and not when revoked', () => {
  const { certificates, access, close } = openStore(':memory:');
  onTestFinished(close);
  const token = {
    hash: 'h',
    host: 'web2',
    customer: 'acme',
    createdAtMs: NOW_MS,
    expiresAtMs: NOW_MS + 10,
  };
  certificates.createToken(token);
  certificates.createToken({ ...token, hash: 'late' });
  expect(certificates.consumeToken('h', NOW_MS)).toEqual({ host: 'web2', customer: 'acme' });
  expect(certificates.consumeToken('h', NOW_MS)).toBeNull();
  expect(certificates.consumeToken('late', NOW_MS + 10)).toBeNull();
  const viewer = access.createToken({ name: 'v', hash: 'vh', role: 'viewer', customer: 'acme' }, NOW_MS);
  const session = { tokenId: viewer.id, expiresAtMs: NOW_MS + 10 };
  access.createSession({ ...session, hash: 'link', kind: 'link' });
  access.createSession({ ...session, hash: 'cookie', kind: 'cookie' });
  expect(access.sessionToken('link', NOW_MS)).toBeNull();
  expect(access.consumeLink('cookie', NOW_MS)).toBeNull();
  expect(access.consumeLink('link', NOW_MS)!.name).toBe('v');
  expect(access.consumeLink('link', NOW_MS)).toBeNull();
  expect(access.sessionToken('cookie', NOW_MS)!.role).toBe('viewer');
  expect(access.sessionToken('cookie', NOW_MS + 10)).toBeNull();
  expect(access.revokeToken('v', NOW_MS)).toBe(true);
  expect(access.tokenByHash('vh')).toBeNull();
  expect(access.sessionToken('cookie', NOW_MS)).toBeNull();
});
