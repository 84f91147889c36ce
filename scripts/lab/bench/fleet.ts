/** A collector with a fleet enrolled before it starts: enrolling thousands one by one is not what is measured. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSigningRequest } from '../../../agent/enrollment.ts';
import { Authority } from '../../../collector/authority/authority.ts';
import { DATABASE } from '../../../collector/control/backup.ts';
import { openStore } from '../../../collector/store/open.ts';
import { LabCollector } from '../collector.ts';
import { FakePager } from '../pager.ts';
import type { Room } from './types.ts';
import { writeFleet } from './wire/fleet-file.ts';

const CUSTOMERS = 20;

export interface SeededCollector {
  collector: LabCollector;
  pager: FakePager;
  database: string;
  /** Certificates and address for light clients. */
  fleetFile: string;
  /** The same certificates for another server with the same name. */
  fleetFileFor(url: string): string;
  /** Folder of the collector's own ca.pem, cert.pem and key.pem, for a bare server. */
  certificates: string;
}

/** Made and enrolled, not started. `config` is merged over the lab's collector.yaml. */
export async function seededCollector(
  room: Room,
  hosts: number,
  options: { env?: NodeJS.ProcessEnv; config?: Record<string, unknown> } = {},
): Promise<SeededCollector> {
  const pager = await FakePager.start();
  room.onEnd(() => pager.stop());
  const collector = await LabCollector.create({ folder: room.folder, pager, config: options.config });
  // Only the collector itself is measured, not its command line.
  collector.settings.env = options.env;
  room.onEnd(() => collector.program?.stop());
  const database = join(collector.data, DATABASE);
  const fleet = enrollFleet(collector.data, hosts);

  const certificates = join(room.folder, 'certificates');
  mkdirSync(certificates, { mode: 0o700 });
  const server = Authority.open(collector.data).serverCredentials();
  writeFileSync(join(certificates, 'ca.pem'), fleet.ca);
  writeFileSync(join(certificates, 'cert.pem'), server.cert);
  writeFileSync(join(certificates, 'key.pem'), server.key, { mode: 0o600 });

  let files = 0;
  const fleetFileFor = (url: string) => {
    files += 1;
    const file = join(room.folder, `fleet-${files}.json`);
    writeFleet(file, { ...fleet, url });
    return file;
  };
  return {
    collector,
    pager,
    database,
    fleetFile: fleetFileFor(collector.agentsUrl),
    fleetFileFor,
    certificates,
  };
}

/** Enrolls host0 and on in an initialised data folder. */
export function enrollFleet(data: string, hosts: number) {
  const authority = Authority.open(data);
  const store = openStore(join(data, DATABASE));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const csrPem = makeSigningRequest(key);
  const nowMs = Date.now();
  const enrolled = store.transaction(() =>
    Array.from({ length: hosts }, (_, i) => {
      const host = `host${i}`;
      const customer = `customer${i % CUSTOMERS}`;
      const row = store.hosts.enroll(host, customer, nowMs);
      const issued = authority.issueForHost({ csrPem, host, customer, nowMs });
      store.certificates.save({
        serial: issued.serial,
        hostId: row.id,
        issuedAtMs: nowMs,
        notAfterMs: issued.notAfterMs,
      });
      return { host, certificate: issued.certificatePem };
    }),
  );
  store.close();
  return { ca: authority.caPem, key, hosts: enrolled };
}

/** The sum over all series of a metric; 0 when it has none yet. */
export async function metric(collector: LabCollector, name: string): Promise<number> {
  const answer = await fetch(`${collector.webUrl}/metrics`, {
    headers: { authorization: `Bearer ${collector.token}` },
  });
  if (!answer.ok) throw new Error(`/metrics: ${answer.status}`);
  let sum = 0;
  for (const line of (await answer.text()).split('\n')) {
    const match = /^(\w+)(?:\{.*\})? (\S+)$/.exec(line);
    if (match?.[1] === name) sum += Number(match[2]);
  }
  return sum;
}
