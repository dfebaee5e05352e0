import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../../connectors/connector.ts'
import { bypassForms, bypassHosts } from './bypass-forms.testing.ts'
import { createOutbound } from './outbound.ts'

let server: Server
let port: number
const reached: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    reached.push(request.url ?? '')
    const target = new URL(request.url ?? '/', 'http://test').searchParams.get('to')
    if (target) response.writeHead(302, { location: target }).end()
    else {
      response.setHeader('x-agent', request.headers['user-agent'] ?? '')
      void echo(request).then((text) => response.end(text))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function echo(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return `${request.method} ${request.headers.host} ${body}`
}

const closed = createOutbound({ allowPrivateNetworks: false })
const open = createOutbound({ allowPrivateNetworks: true })

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'allowed',
    (error: unknown) => (error instanceof ConnectorError ? error.code : error),
  )

describe('fetch', () => {
  it.each(bypassForms)('refuses http://%s without dialling', async (host) => {
    const before = reached.length
    expect(await codeOf(closed.fetch(`http://${host}:${port}/`))).toBe('AddressNotAllowed')
    expect(await codeOf(closed.fetch(`https://${host}:${port}/`))).toBe('AddressNotAllowed')
    expect(reached.length).toBe(before)
  })

  it.each(['127.0.0.1', 'localhost', 'provider.localhost', '2130706433', '[::ffff:127.0.0.1]'])(
    'reaches %s when private networks are allowed, and keeps the name in the Host header',
    async (host) => {
      const url = new URL(`http://${host}:${port}/`)
      const response = await open.fetch(url)
      expect(await response.text()).toBe(`GET ${url.host} `)
    },
  )

  it('says who asks, where the request does not', async () => {
    const named = createOutbound({ allowPrivateNetworks: true, userAgent: 'Bobbin/1.2.3 (+https://a.test/)' })
    const url = `http://127.0.0.1:${port}/agent`
    const agentOf = async (asked: Promise<Response>) => (await asked).headers.get('x-agent')
    expect(await agentOf(named.fetch(url))).toBe('Bobbin/1.2.3 (+https://a.test/)')
    expect(await agentOf(named.fetchWithin([`127.0.0.1:${port}`])(url))).toBe(
      'Bobbin/1.2.3 (+https://a.test/)',
    )
    expect(await agentOf(named.fetch(new Request(url, { headers: { 'user-agent': 'Own' } })))).toBe('Own')
    expect(await agentOf(named.fetch(url, { headers: [['User-Agent', 'Own']] }))).toBe('Own')
    expect(await agentOf(open.fetch(url))).toMatch(/^Bobbin \(/)
  })

  it('checks the address again at every redirect', async () => {
    const metadata = encodeURIComponent('http://169.254.169.254/latest/meta-data/')
    const twice = encodeURIComponent(`http://localhost:${port}/?to=${metadata}`)
    expect(await codeOf(open.fetch(`http://127.0.0.1:${port}/?to=${metadata}`))).toBe('AddressNotAllowed')
    expect(await codeOf(open.fetch(`http://127.0.0.1:${port}/?to=${twice}`))).toBe('AddressNotAllowed')
  })

  it('follows a redirect to an allowed address', async () => {
    const response = await open.fetch(
      `http://127.0.0.1:${port}/?to=${encodeURIComponent(`http://localhost:${port}/end`)}`,
    )
    expect(response.status).toBe(200)
    expect(reached.at(-1)).toBe('/end')
  })

  it('takes a Request with method, headers and body', async () => {
    const request = new Request(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'hello' })
    expect(await (await open.fetch(request)).text()).toBe(`POST 127.0.0.1:${port} hello`)
  })

  it('says HostNotFound for a name that does not exist', async () => {
    expect(await codeOf(open.fetch('http://no-such-host.invalid/'))).toBe('HostNotFound')
  })

  it('leaves other failures to fetch: a refused connection, an abort', async () => {
    expect(await codeOf(open.fetch('http://127.0.0.1:9/'))).toBeInstanceOf(TypeError)
    expect(
      await codeOf(open.fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.abort() })),
    ).toMatchObject({
      name: 'AbortError',
    })
  })
})

describe('a name that has another answer each time', () => {
  /** Who asks gets the next of these; the last is for all others. */
  function rebinding(...answers: string[]) {
    const asked: string[] = []
    const outbound = createOutbound({
      allowPrivateNetworks: true,
      async askResolver(name) {
        const address = answers[Math.min(asked.length, answers.length - 1)] ?? ''
        asked.push(name)
        return [{ address, family: 4 }]
      },
    })
    return { ...outbound, asked }
  }
  const inside = '169.254.169.254'

  it('is dialled where it was when it was looked at', async () => {
    const { fetch, asked } = rebinding('127.0.0.1', inside)
    expect(await codeOf(fetch(`http://rebinding.test:${port}/looked-at`))).toBe('allowed')
    expect(reached.at(-1)).toBe('/looked-at')
    expect(asked).toEqual(['rebinding.test'])
  })

  it('is not dialled where it led inside, wherever it leads after that', async () => {
    const { fetch, fetchWithin, resolveAddresses, resolveHost } = rebinding(
      inside,
      inside,
      inside,
      inside,
      '127.0.0.1',
    )
    const url = `http://rebinding.test:${port}/led-inside`
    expect(await codeOf(fetch(url))).toBe('AddressNotAllowed')
    expect(await codeOf(fetchWithin([`rebinding.test:${port}`])(url))).toBe('AddressNotAllowed')
    expect(await codeOf(resolveAddresses('rebinding.test'))).toBe('AddressNotAllowed')
    expect(await codeOf(resolveHost('rebinding.test'))).toBe('AddressNotAllowed')
    expect(reached).not.toContain('/led-inside')
  })

  it('is looked at again for each new connection, at a redirect, too', async () => {
    const { fetch, asked } = rebinding('127.0.0.1', inside)
    const other = encodeURIComponent(`http://other.test:${port}/led-inside`)
    expect(await codeOf(fetch(`http://rebinding.test:${port}/?to=${other}`))).toBe('AddressNotAllowed')
    expect(asked).toEqual(['rebinding.test', 'other.test'])
    expect(reached).not.toContain('/led-inside')
  })
})

describe('fetchWithin', () => {
  const vendor = (name: string) => `http://${name}.localhost:${port}`
  const dial = (url: string) => codeOf(open.fetchWithin([`*.vendor.localhost:${port}`])(url))

  it('reaches the hosts that it is given', async () => {
    expect(await dial(`${vendor('a.vendor')}/`)).toBe('allowed')
    expect(reached.at(-1)).toBe('/')
  })

  it.each([
    () => vendor('vendor'),
    () => vendor('evilvendor'),
    () => `http://127.0.0.1:${port}`,
    () => `http://a.vendor.localhost:1`,
    () => 'http://a.vendor.test',
    () => 'http://no-such-host.invalid',
    () => `http://a.vendor.localhost:${port}@127.0.0.1:${port}`,
    // A redirect of the vendor's own to somewhere else.
    () => `${vendor('a.vendor')}/?to=${encodeURIComponent(`http://127.0.0.1:${port}/secret`)}`,
    () =>
      `${vendor('a.vendor')}/?to=${encodeURIComponent(`${vendor('b.vendor')}/?to=${encodeURIComponent(vendor('c'))}`)}`,
  ])('refuses %s', async (url) => {
    expect(await dial(url())).toSatisfy((code) => code === 'AddressNotAllowed' || code instanceof TypeError)
    expect(reached.at(-1)).not.toBe('/secret')
  })

  it('is guarded as all others: a host of the vendor’s that leads inside is not dialled', async () => {
    const within = closed.fetchWithin([`*.vendor.localhost:${port}`])
    expect(await codeOf(within(`${vendor('a.vendor')}/`))).toBe('AddressNotAllowed')
  })
})

describe('resolveHost', () => {
  it.each(bypassHosts)('refuses %s', async (host) => {
    expect(['AddressNotAllowed', 'HostNotFound']).toContain(await codeOf(closed.resolveHost(host)))
  })

  it('refuses what would resolve to loopback by accident', async () => {
    expect(await codeOf(open.resolveHost(''))).toBe('HostNotFound')
    expect(await codeOf(open.resolveHost('localhost\0.example.com'))).toBe('HostNotFound')
  })

  it('gives loopback for localhost names without asking a DNS server', async () => {
    for (const host of ['localhost', 'db.localhost', 'LocalHost.']) {
      expect(await open.resolveHost(host)).toEqual({ address: '127.0.0.1', family: 4 })
      expect(await open.resolveAddresses(host)).toEqual([
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ])
      expect(await codeOf(closed.resolveAddresses(host))).toBe('AddressNotAllowed')
    }
  })

  it('gives literals back, public and private', async () => {
    expect(await closed.resolveHost('8.8.8.8')).toEqual({ address: '8.8.8.8', family: 4 })
    expect(await closed.resolveHost('[2606:4700:4700::1111]')).toEqual({
      address: '2606:4700:4700::1111',
      family: 6,
    })
    expect(await open.resolveHost('10.1.2.3')).toEqual({ address: '10.1.2.3', family: 4 })
  })

  it('says HostNotFound for a name that does not exist', async () => {
    expect(await codeOf(open.resolveHost('no-such-host.invalid'))).toBe('HostNotFound')
  })
})
