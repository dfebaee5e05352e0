import {
  type AskedRequest,
  type FakeAnswer,
  type FakeVendor,
  startFakeVendor,
} from '../rest/fake-vendor.testing.ts'

/*
 * Freshdesk as its reference tells of it: a host for each help desk, keys by Basic, plans, pages and limits.
 * `fake-freshdesk.test.ts` holds it to a client that others wrote for the real one.
 */

const lists = ['tickets', 'contacts', 'companies', 'agents', 'groups', 'roles']
/** Lists of which a plan for nothing has none. */
const paid: Readonly<Record<string, string>> = {
  time_entries: 'Timesheets',
  'surveys/satisfaction_ratings': 'Surveys',
}

interface FakeAgent {
  readonly isAdministrator: boolean
  readonly isPaid: boolean
}

export interface FakeFreshdesk extends FakeVendor {
  /** Agents by their API keys. */
  readonly agents: Map<string, FakeAgent>
  /** How many requests are answered before it says that it is too much; each 429 lets the next ones in again. */
  requestsLeft: number
}

/** The help desk `acme.freshdesk.com`: there is no other. */
export async function startFakeFreshdesk(): Promise<FakeFreshdesk> {
  const agents = new Map<string, FakeAgent>()
  const vendor = await startFakeVendor(answer)
  const freshdesk: FakeFreshdesk = Object.assign(vendor, { agents, requestsLeft: Infinity })
  return freshdesk

  function answer({ method, url, host, headers }: AskedRequest): FakeAnswer {
    const isHere = host === 'acme.freshdesk.com' || host === `127.0.0.1:${freshdesk.port}`
    const path = /^\/api\/v2\/([a-z_/]+)$/.exec(url.pathname)?.[1] ?? ''
    if (!isHere || path === '') return { status: 404, body: '' }
    if (method !== 'GET') return fail(405, 'method_not_allowed', 'GET method(s) allowed.')
    const [scheme, value = ''] = headers.authorization?.split(' ') ?? []
    const [key = '', password = ''] = Buffer.from(value, 'base64').toString().split(':')
    const agent = scheme === 'Basic' && password !== '' ? agents.get(key) : undefined
    if (!agent) return fail(401, 'invalid_credentials', 'You have to be logged in to perform this action.')
    freshdesk.requestsLeft -= 1
    if (freshdesk.requestsLeft < 0) {
      freshdesk.requestsLeft = Infinity
      return {
        status: 429,
        body: { message: 'You have exceeded the limit of requests per hour' },
        headers: { 'retry-after': '0' },
      }
    }
    if (path === 'agents/me') return { body: me }
    const feature = paid[path]
    if (feature !== undefined && !agent.isPaid) {
      return fail(403, 'require_feature', `The ${feature} feature(s) is/are not supported in your plan.`)
    }
    if (feature === undefined && !lists.includes(path)) return { status: 404, body: '' }
    if (path === 'agents' && !agent.isAdministrator) {
      return fail(403, 'access_denied', 'You are not authorized to perform this action.')
    }
    return page(url)
  }
}

function fail(status: number, code: string, message: string): FakeAnswer {
  return { status, body: { code, message } }
}

const me = {
  ...{ id: 7, available: true, occasional: false, ticket_scope: 1, type: 'support_agent' },
  ...{ created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-02T00:00:00Z' },
  contact: { name: 'Anna', email: 'anna@acme.test', active: true, language: 'en' },
}

/** Five records, with a link to the next page where there is one. */
function page(url: URL): FakeAnswer {
  const count = (name: string, usual: number) => Number(url.searchParams.get(name) ?? usual)
  const [number, size] = [count('page', 1), count('per_page', 30)]
  if (!(size >= 1 && size <= 100 && number >= 1)) {
    const errors = [
      {
        field: 'per_page',
        message: 'It should be a Positive Integer less than or equal to 100',
        code: 'invalid_value',
      },
    ]
    return { status: 400, body: { description: 'Validation failed', errors } }
  }
  const all = [1, 2, 3, 4, 5].map((id) => ({ id, updated_at: '2026-01-02T00:00:00Z' }))
  const next = new URL(url)
  next.searchParams.set('page', String(number + 1))
  const hasMore = number * size < all.length
  return {
    body: all.slice((number - 1) * size, number * size),
    ...(hasMore && { headers: { link: `<${next.href}>; rel="next"` } }),
  }
}
