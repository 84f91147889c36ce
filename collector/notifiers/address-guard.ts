/**
 * Which addresses a receiver's URL may lead to. The collector stands inside networks that outsiders cannot
 * reach; a URL, or a name that resolves anew, must not turn it into their way in (SSRF).
 */
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Never reached unless allowed by name: this machine, link-local (cloud metadata too), nobody, everybody. */
const DENIED = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '100.100.100.200/32', // Alibaba's metadata
  '168.63.129.16/32', // Azure's platform address
  '::/128',
  '::1/128',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::254/128', // AWS's metadata
];

/** A list of ranges such as `127.0.0.0/8` or `fd00::/8`. @throws when one of them is no range */
export function rangesOf(cidrs: readonly string[]): BlockList {
  const ranges = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits] = cidr.split('/');
    if (isIP(address) === 0 || !bits) throw new Error(`"${cidr}" is no range of addresses`);
    ranges.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return ranges;
}

const denied = rangesOf(DENIED);

/** Null when `address` may be reached, otherwise why not. */
export function addressProblem(address: string, allowed: BlockList): string | null {
  const plain = address.replace(/%.*$/, '');
  const version = isIP(plain);
  if (version === 0) return `${address} is no address`;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (allowed.check(plain, family) || !denied.check(plain, family)) return null;
  return `${address} is loopback, link-local or metadata; list its range in allow_addresses if that is meant`;
}
