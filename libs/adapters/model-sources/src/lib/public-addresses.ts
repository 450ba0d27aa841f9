import { BlockList, isIPv6 } from 'node:net';

/** Networks that no public server is in (IANA special-purpose registries), among them every cloud's metadata address. */
const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['168.63.129.16', 32], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24],
  ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
];
/** Public IPv6 is 2000::/3; inside it lie ranges that carry IPv4 addresses (6to4, Teredo) or none. */
const PRIVATE_V6: readonly (readonly [string, number])[] = [['::', 3], ['4000::', 2], ['8000::', 1], ['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]];

const privateNetworks = new BlockList();
for (const [network, prefix] of PRIVATE_V4) privateNetworks.addSubnet(network, prefix, 'ipv4');
const otherNetworks = new BlockList();
for (const [network, prefix] of PRIVATE_V6) otherNetworks.addSubnet(network, prefix, 'ipv6');

/** Whether an address is one of the open internet. IPv4 written as IPv6, however it is spelt, is never. */
export function isPublicAddress(address: string): boolean {
  return isIPv6(address) ? !otherNetworks.check(address, 'ipv6') : !privateNetworks.check(address, 'ipv4');
}
