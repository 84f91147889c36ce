import { generateKeyPairSync } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeSigningRequest } from '../../../agent/enrollment.ts';
import { IdentityStore } from '../../../agent/identity.ts';
import { Authority } from '../../../collector/authority/authority.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { SAMPLE_AT_MS } from '../../support/samples.ts';

function write(data: string, host: string): void {
  const authority = Authority.init(temporaryFolder(), ['localhost'], SAMPLE_AT_MS);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const csrPem = makeSigningRequest(key);
  const issued = authority.issueForHost({ csrPem, host, customer: 'acme', nowMs: SAMPLE_AT_MS });
  IdentityStore.write(data, { key, certificate: issued.certificatePem, ca: authority.caPem });
}

it('takes the new identity when a kill came between the renames that replace the old one', () => {
  const data = temporaryFolder();
  const newer = temporaryFolder();
  write(data, 'web1');
  write(newer, 'web2');
  renameSync(join(data, 'identity'), join(data, 'identity.old'));
  renameSync(join(newer, 'identity'), join(data, 'identity.new'));
  expect(IdentityStore.open(data).host).toBe('web2');
  expect(existsSync(join(data, 'identity'))).toBe(true);
  write(data, 'web3');
  expect(IdentityStore.open(data).host).toBe('web3');
});

it('leaves what a first enrollment did not finish', () => {
  const data = temporaryFolder();
  write(data, 'web1');
  renameSync(join(data, 'identity'), join(data, 'identity.new'));
  writeFileSync(join(data, 'identity.new', 'certificate.pem'), '');
  expect(() => IdentityStore.open(data)).toThrow(/not enrolled yet/);
});
