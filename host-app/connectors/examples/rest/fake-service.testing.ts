import {
  type AskedRequest,
  type FakeAnswer,
  type FakeVendor,
  startFakeVendor,
} from '../../rest/fake-vendor.testing.ts'

export interface FakeService extends FakeVendor {
  /** API keys, with the lists that each may read. */
  readonly keys: Map<string, readonly string[]>
}

/** The service as its reference tells of it. Hold it to the vendor's own client, where there is one. */
export async function startFakeService(): Promise<FakeService> {
  const keys = new Map<string, readonly string[]>()
  return Object.assign(await startFakeVendor(answer), { keys })

  function answer({ url, headers }: AskedRequest): FakeAnswer {
    const lists = keys.get(headers.authorization?.replace(/^Bearer /, '') ?? '')
    if (!lists) return { status: 401, body: { error: 'unknown_key' } }
    if (url.pathname === '/v1/me') return { body: { id: 'u1', name: 'Anna', email: 'anna@acme.test' } }
    const [, name = ''] = /^\/v1\/(lists|tasks)$/.exec(url.pathname) ?? []
    if (name === '') return { status: 404, body: { error: 'not_found' } }
    return lists.includes(name) ? { body: { items: [] } } : { status: 403, body: { error: 'forbidden' } }
  }
}
