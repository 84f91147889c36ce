/** Who a host certificate speaks for: its one SAN, `spiffe://<collector>/customer/<c>/host/<h>`. Pure. */
import { NAME_PATTERN } from './job.ts';

export interface HostIdentity {
  /** The collector that issued it: the first host name it was initialised with. */
  collector: string;
  customer: string;
  host: string;
}

/** Throws RangeError when host or customer is no name. */
export function identityUri({ collector, customer, host }: HostIdentity): string {
  for (const name of [customer, host]) {
    if (!NAME_PATTERN.test(name)) throw new RangeError(`"${name}" is not a name`);
  }
  return `spiffe://${collector}/customer/${customer}/host/${host}`;
}

/**
 * From `subjectAltName` as `crypto.X509Certificate` prints it. Null unless it is exactly one such URI: a
 * second entry, a quoted one or a DNS name beside it makes it somebody else's certificate.
 */
export function parseIdentity(subjectAltName: string | undefined): HostIdentity | null {
  const match = /^URI:spiffe:\/\/([a-zA-Z0-9.:-]{1,255})\/customer\/([^/]+)\/host\/([^/]+)$/.exec(
    subjectAltName ?? '',
  );
  if (!match) return null;
  const [, collector = '', customer = '', host = ''] = match;
  return NAME_PATTERN.test(customer) && NAME_PATTERN.test(host) ? { collector, customer, host } : null;
}
