import { afterEach, describe, expect, it, vi } from 'vitest'
import { hostAddress } from './host-address.ts'

afterEach(() => void vi.unstubAllEnvs())

const file = 'file:///app/node_modules/bobbin/dist/directory.js'
const served = 'https://connect.example.com/client/directory.js'

describe('the host is', () => {
  it.each([
    ['https://connect.example.com', 'https://connect.example.com'],
    ['https://example.com/bobbin//', 'https://example.com/bobbin'],
    ['http://localhost:8421/?a=b#c', 'http://localhost:8421'],
  ])('the address that is given: %s', (given, host) => {
    vi.stubEnv('BOBBIN_URL', 'https://other.example')
    expect(hostAddress('baseURL', given, served)).toBe(host)
  })

  it.each([
    [served, 'https://connect.example.com'],
    [`${served}?v=1`, 'https://connect.example.com'],
    ['http://localhost:8421/behind/client/directory.js#x', 'http://localhost:8421/behind'],
  ])('where the file was served: %s', (from, host) => {
    vi.stubEnv('BOBBIN_URL', 'https://other.example')
    expect(hostAddress('baseURL', undefined, from)).toBe(host)
  })

  it('what the environment says, for a file of a package', () => {
    vi.stubEnv('BOBBIN_URL', 'https://other.example/')
    expect(hostAddress('baseURL', '', file)).toBe('https://other.example')
  })

  it('not the page’s own server, where a bundler put a copy', () => {
    vi.stubEnv('BOBBIN_URL', '')
    expect(() => hostAddress('baseURL', undefined, 'https://app.example/assets/index-1.js')).toThrow(
      /^baseURL: /,
    )
  })

  it.each([undefined, 'connect.example.com', 'ftp://h', 'javascript:x', 'https://u:p@h', 'https://'])(
    'needed as an address: %j',
    (given) => {
      vi.stubEnv('BOBBIN_URL', '')
      expect(() => hostAddress('baseURL', given, file)).toThrow(TypeError)
      expect(() => hostAddress('baseURL', given, file)).toThrow(/^baseURL: /)
    },
  )
})
