/** What the light clients need to speak as the hosts of a fleet, handed over in a file. */
import { readFileSync, writeFileSync } from 'node:fs';

export interface FleetFile {
  /** wss:// address of the agents' listener. */
  url: string;
  /** PEM. */
  ca: string;
  /** One key for the whole fleet, PEM: a thousand keys would measure the key generator. */
  key: string;
  hosts: { host: string; certificate: string }[];
}

export function readFleet(file: string): FleetFile {
  return JSON.parse(readFileSync(file, 'utf8')) as FleetFile;
}

export function writeFleet(file: string, fleet: FleetFile): void {
  writeFileSync(file, JSON.stringify(fleet), { mode: 0o600 });
}
