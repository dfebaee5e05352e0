import { describe, expect, it } from 'vitest'
import { hostPatternFault, isVendorAddress } from './vendor-hosts.ts'

const hosts = ['login.acme.test', '*.shops.acme.test', '*.localhost:4499']

describe('an address', () => {
  it.each([
    'https://login.acme.test/oauth/token',
    'https://LOGIN.acme.test:443/',
    'https://one.shops.acme.test/',
    'https://a.b.shops.acme.test/x?y=z#w',
    'http://anna.localhost:4499/',
    'https://anna.localhost:4499/',
  ])('%s is the vendor’s', (text) => {
    expect(isVendorAddress(new URL(text), hosts)).toBe(true)
  })

  it.each([
    'http://login.acme.test/',
    'https://login.acme.test:8443/',
    'https://login.acme.test./',
    'https://login.acme.test.evil.test/',
    'https://evillogin.acme.test/',
    'https://acme.test/',
    'https://shops.acme.test/',
    'https://evilshops.acme.test/',
    'https://.shops.acme.test/',
    'https://a..shops.acme.test/',
    'https://user@login.acme.test/',
    'https://login.acme.test@evil.test/',
    'https://:secret@login.acme.test/',
    'ftp://login.acme.test/',
    'file:///login.acme.test/',
    'http://anna.localhost:4500/',
    'http://anna.localhost/',
    'http://anna.localhost.evil.test:4499/',
    'https://127.0.0.1/',
  ])('%s is none of the vendor’s', (text) => {
    expect(isVendorAddress(new URL(text), hosts)).toBe(false)
  })
})

it.each([
  ['login.acme.test', null],
  ['*.acme.test', null],
  ['*.localhost', null],
  ['*.localhost:4499', null],
  ['127.0.0.1:80', null],
  ['*.test', '"*.test" is not of one vendor'],
  ['*', '"*" is no host as a URL has it'],
  ['*.', '"*." is no host as a URL has it'],
  ['a.*.test', '"a.*.test" is no host as a URL has it'],
  ['Login.acme.test', '"Login.acme.test" is no host as a URL has it'],
  ['login.acme.test:443', '"login.acme.test:443" is no host as a URL has it'],
  ['login.acme.test/', '"login.acme.test/" is no host as a URL has it'],
  ['https://login.acme.test', '"https://login.acme.test" is no host as a URL has it'],
  ['a@login.acme.test', '"a@login.acme.test" is no host as a URL has it'],
])('the pattern %s has the fault %s', (pattern, fault) => {
  expect(hostPatternFault(pattern)).toBe(fault)
})
