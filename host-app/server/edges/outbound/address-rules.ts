import { BlockList, isIP } from 'node:net'

/** Networks that an operator may allow on purpose: a self-hoster's databases live there. */
const privateNetworks = listOf([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT
  '::1/128',
  'fc00::/7',
])

/** Never dialled, whatever is allowed: nothing that a customer owns is there. */
const forbiddenNetworks = listOf([
  '0.0.0.0/8', // "this host": dials loopback on Linux
  '169.254.0.0/16', // link-local, with the metadata services of most clouds
  '100.100.100.200/32', // metadata of Alibaba Cloud
  '168.63.129.16/32', // metadata of Azure
  '192.0.0.0/24', // protocol assignments, with metadata of Oracle Cloud
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
  'fd00:ec2::/32', // metadata of AWS
  'fd20:ce::/32', // metadata of Google Cloud
  '2001::/23', // Teredo and other protocol assignments
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: carries any IPv4 address
  '3fff::/20', // documentation
])

/** All of IPv6 that is public. What is outside (link-local, multicast, NAT64, unspecified …) is refused. */
const publicIpv6 = listOf(['2000::/3'])
const mappedIpv4 = listOf(['::ffff:0:0/96'])

/** Whether an address, IPv4 or IPv6 without brackets, may be dialled. Anything else is refused. */
export function isAllowedAddress(address: string, allowPrivateNetworks: boolean): boolean {
  const [bare = ''] = address.split('%') // a zone id says through which interface, not where to
  const version = isIP(bare)
  if (version === 0) return false
  const family = version === 6 ? 'ipv6' : 'ipv4'
  // BlockList compares an IPv4-mapped IPv6 address with the IPv4 rules too.
  if (forbiddenNetworks.check(bare, family)) return false
  if (privateNetworks.check(bare, family)) return allowPrivateNetworks
  return version === 4 || mappedIpv4.check(bare, family) || publicIpv6.check(bare, family)
}

/** Made when it is first asked: the snapshot that connector processes start from cannot hold a `BlockList`. */
function listOf(networks: readonly string[]) {
  let list: BlockList | null = null
  const check = (address: string, family: 'ipv4' | 'ipv6') =>
    (list ??= blockList(networks)).check(address, family)
  return { check }
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    list.addSubnet(address, Number(prefix), address.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}
