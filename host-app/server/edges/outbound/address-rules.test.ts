import { describe, expect, it } from 'vitest'
import { isAllowedAddress } from './address-rules.ts'

const publicAddresses = [
  '93.184.216.34',
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '100.63.0.1',
  '100.128.0.1',
]
const publicIpv6 = ['2606:4700:4700::1111', '2a00:1450:4001::200e', '::ffff:8.8.8.8', '::ffff:808:808']

const privateAddresses = [
  '127.0.0.1', '127.1.2.3', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '100.127.255.255',
  '::1', '0:0:0:0:0:0:0:1', 'fc00::1', 'fd12:3456::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::FFFF:192.168.0.1',
] // prettier-ignore

const forbiddenAddresses = [
  '0.0.0.0', '0.1.2.3', '169.254.169.254', '169.254.0.1', '100.100.100.200', '168.63.129.16', '192.0.0.192', '192.0.2.1',
  '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
  '::', '::ffff:0.0.0.0', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '::127.0.0.1', '::ffff:0:127.0.0.1',
  '64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1', '2002:7f00:1::', '2002:a9fe:a9fe::1', '2001:0:4136:e378::1',
  '2001:db8::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '100::1', 'fd00:ec2::254', 'fd20:ce::254', '3fff::1', '5f00::1',
] // prettier-ignore

const notAddresses = [
  '',
  'localhost',
  '2130706433',
  '0x7f.1',
  '127.1',
  '0177.0.0.1',
  '1.2.3.4.5',
  '[::1]',
  '1.2.3.4 ',
  '::1/128',
  'a%b',
]

describe('isAllowedAddress', () => {
  it.each([...publicAddresses, ...publicIpv6])('allows the public address %s', (address) => {
    expect(isAllowedAddress(address, false)).toBe(true)
    expect(isAllowedAddress(address, true)).toBe(true)
  })

  it.each(privateAddresses)('allows the private address %s only to an operator who says so', (address) => {
    expect(isAllowedAddress(address, false)).toBe(false)
    expect(isAllowedAddress(address, true)).toBe(true)
  })

  it.each(forbiddenAddresses)('never allows %s', (address) => {
    expect(isAllowedAddress(address, false)).toBe(false)
    expect(isAllowedAddress(address, true)).toBe(false)
  })

  it.each(notAddresses)('refuses "%s", which is not a plain address', (text) => {
    expect(isAllowedAddress(text, true)).toBe(false)
  })
})
