import {
  type AskedRequest,
  type FakeAnswer,
  type FakeVendor,
  startFakeVendor,
} from '../rest/fake-vendor.testing.ts'
import { fakeZendeskOAuth, type FakeZendeskOAuth } from './fake-zendesk-oauth.testing.ts'

/*
 * Zendesk as its reference tells of it: a host for each help desk, roles, plans, scopes, pages by cursor, exports and
 * limits. `fake-zendesk.test.ts` holds it to a client that others wrote for the real one.
 */

/** Lists with pages, by who may read them. */
const lists: Readonly<Record<string, 'agent' | 'admin'>> = {
  tickets: 'agent',
  users: 'agent',
  organizations: 'agent',
  organization_memberships: 'agent',
  groups: 'agent',
  group_memberships: 'agent',
  macros: 'agent',
  tags: 'agent',
  ticket_fields: 'agent',
  satisfaction_ratings: 'admin',
}

interface FakeDesk {
  /** Ticket forms and SLA policies are of the better plans alone. */
  readonly isPaidWell: boolean
}

interface Caller {
  readonly role: 'agent' | 'admin'
  readonly email: string
  readonly scope: string
}

export interface FakeZendesk extends FakeVendor, FakeZendeskOAuth {
  readonly desks: Map<string, FakeDesk>
  /** By `subdomain email api_token`. */
  readonly apiTokens: Map<string, Caller['role']>
  /** How many requests are answered before it says that it is too much; each 429 lets the next ones in again. */
  requestsLeft: number
  /** Records of a page at most, whatever is asked for. */
  largestPage: number
}

export async function startFakeZendesk(): Promise<FakeZendesk> {
  const desks = new Map<string, FakeDesk>([
    ['acme', { isPaidWell: true }],
    ['small', { isPaidWell: false }],
  ])
  const apiTokens = new Map<string, Caller['role']>()
  const oauth = fakeZendeskOAuth()
  const vendor = await startFakeVendor(answer)
  const zendesk: FakeZendesk = Object.assign(vendor, oauth, {
    desks,
    apiTokens,
    requestsLeft: Infinity,
    largestPage: 100,
  })
  return zendesk

  function answer(request: AskedRequest): FakeAnswer {
    const { method, url, host } = request
    const isLocal = host === `127.0.0.1:${zendesk.port}`
    const subdomain = isLocal ? 'acme' : (/^([^.]+)\.zendesk\.com$/.exec(host)?.[1] ?? '')
    const desk = desks.get(subdomain)
    if (!desk) {
      const message = 'There is no help desk configured at this address.'
      return { status: 404, body: { error: { title: `No help desk at ${host}`, message } } }
    }
    if (method === 'POST' && url.pathname === '/oauth/tokens') return oauth.grant(subdomain, request)
    zendesk.requestsLeft -= 1
    if (zendesk.requestsLeft < 0) {
      zendesk.requestsLeft = Infinity
      const description = 'Number of allowed API requests per minute exceeded'
      const body = { error: 'APIRateLimitExceeded', description }
      return { status: 429, body, headers: { 'retry-after': '0' } }
    }
    const path = /^\/api\/v2\/([a-z_/]+?)(?:\.json)?$/.exec(url.pathname)?.[1] ?? ''
    if (method !== 'GET') return notFound
    const caller = callerOf(subdomain, request)
    if (caller === 'invalid token') return refuse(401, 'invalid_token', invalidToken)
    if (path === 'users/me') return { body: { user: caller ? userOf(caller) : anonymous } }
    if (!caller) return { status: 401, body: { error: "Couldn't authenticate you" } }
    if (!caller.scope.split(' ').includes('read')) {
      const description = 'You are missing the following required scopes: read'
      return { status: 403, body: { error: 'Forbidden', description } }
    }
    return read(path, {
      ...{ caller, desk, largestPage: zendesk.largestPage },
      url: isLocal ? new URL(`${url.pathname}${url.search}`, zendesk.origin) : url,
    })
  }

  function callerOf(subdomain: string, { headers }: AskedRequest): Caller | 'invalid token' | null {
    const [scheme, value = ''] = headers.authorization?.split(' ') ?? []
    if (scheme === 'Bearer') {
      const scope = oauth.scopeOf(subdomain, value)
      return scope === null ? 'invalid token' : { role: 'admin', email: 'anna@acme.test', scope }
    }
    const [user = '', token = ''] = Buffer.from(value, 'base64').toString().split(':')
    const email = /^(.+)\/token$/.exec(user)?.[1]
    const role = scheme === 'Basic' ? apiTokens.get(`${subdomain} ${email} ${token}`) : undefined
    return role !== undefined && email !== undefined ? { role, email, scope: 'read write' } : null
  }
}

interface Asked extends Pick<FakeZendesk, 'largestPage'> {
  readonly caller: Caller
  readonly desk: FakeDesk
  readonly url: URL
}

function read(path: string, { caller, desk, url, largestPage }: Asked): FakeAnswer {
  const isAdmin = caller.role === 'admin'
  const export_ = /^incremental\/(?:(tickets|users)\/cursor|(ticket_metric_events))$/.exec(path)
  const exported = export_?.[1] ?? export_?.[2]
  if (exported !== undefined) return isAdmin ? exportOf(exported, url) : forbidden
  if (path === 'ticket_forms') return desk.isPaidWell ? whole('ticket_forms') : forbidden
  if (path === 'slas/policies') return isAdmin && desk.isPaidWell ? whole('sla_policies') : forbidden
  const who = lists[path]
  if (who === undefined) return notFound
  return who === 'admin' && !isAdmin ? forbidden : page(path, url, largestPage)
}

const notFound: FakeAnswer = { status: 404, body: { error: 'InvalidEndpoint', description: 'Not found' } }
const forbidden: FakeAnswer = {
  status: 403,
  body: { error: { title: 'Forbidden', message: 'You do not have access to this page.' } },
}
const invalidToken = 'The access token provided is expired, revoked, malformed or invalid for other reasons.'

function refuse(status: number, error: string, words: string): FakeAnswer {
  return { status, body: { error, error_description: words } }
}

const anonymous = { id: null, name: 'Anonymous user', email: 'invalid@example.com', role: 'end-user' }

function userOf({ email, role }: Caller) {
  return { id: 7, name: 'Anna', email, role, verified: true, active: true, url: 'https://acme.zendesk.com/7' }
}

const recordsOf = (list: string) =>
  [1, 2, 3, 4, 5].map((id) => ({
    ...(list === 'tags' ? { name: `tag_${id}`, count: id } : { id, updated_at: '2026-01-02T00:00:00Z' }),
    ...(list === 'tickets' && { generated_timestamp: 1_790_000_000 + id }),
  }))

/** A list that has no pages. */
function whole(list: string): FakeAnswer {
  return { body: { [list]: recordsOf(list), count: 5, next_page: null, previous_page: null } }
}

/** By cursor, where that is asked for; by offset otherwise. */
function page(list: string, url: URL, largest: number): FakeAnswer {
  const all = recordsOf(list)
  const given = url.searchParams.get('page[size]')
  if (given === null) return { body: { [list]: all, count: 5, next_page: null, previous_page: null } }
  const size = Number(given)
  if (!Number.isInteger(size) || size < 1) {
    const error = {
      title: 'Invalid attribute',
      message: 'You passed an invalid value for the page attribute.',
    }
    return { status: 400, body: { error } }
  }
  const from = Number(url.searchParams.get('page[after]') ?? 0)
  const end = from + Math.min(size, largest)
  const next = new URL(url)
  next.searchParams.set('page[after]', String(end))
  const hasMore = end < all.length
  return {
    body: {
      [list]: all.slice(from, end),
      meta: { has_more: hasMore, after_cursor: String(end), before_cursor: String(from) },
      links: { prev: null, next: hasMore ? next.href : null },
    },
  }
}

function exportOf(list: string, url: URL): FakeAnswer {
  if (!/^\d+$/.test(url.searchParams.get('start_time') ?? '')) {
    const message = 'You passed an invalid value for the start_time attribute. must be a valid time'
    return { status: 400, body: { error: { title: 'Invalid attribute', message } } }
  }
  const size = Number(url.searchParams.get('per_page') ?? 1000)
  const records = recordsOf(list).slice(0, size)
  return { body: { [list]: records, after_url: url.href, after_cursor: 'c', end_of_stream: size >= 5 } }
}
