import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { noteSaying, noteSecretsOf } from './evidence.ts'

/** The REST API, as a customer's back end calls it. */
export interface ConnectApi {
  /** A new account; its wizard may be opened from these origins. */
  createAccount(allowedOrigins: readonly string[]): Promise<Account>
}

/** One end customer's account, and what its back end does with it. */
export interface Account {
  readonly id: number
  readonly accessToken: string
  /** Calls an endpoint and returns its reply; fails on any status but 2xx. */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown>
  /** The same with the status, whatever it is. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>
  /** The same account, by another of its access tokens. */
  withAccessToken(accessToken: string): Account
  createToken(scope?: Record<string, unknown>): Promise<string>
  createSource(source: {
    type: string
    display_name: string
    properties?: Record<string, string>
  }): Promise<Source>
  getSource(id: number): Promise<Source>
  listStreams(id: number): Promise<Stream[]>
  /** Waits until the latest check of a source has ended. */
  awaitCheck(id: number): Promise<Check>
}

/** What specs read of a source. */
export interface Source {
  readonly id: number
  readonly type: string
  readonly display_name: string
  readonly name: string
  readonly properties: Record<string, string>
  readonly check_job_name: string | null
  readonly report_card: {
    readonly current_step_type: string
    readonly steps: readonly { readonly type: string }[]
  }
}

interface Stream {
  readonly stream_id: number
  readonly tap_stream_id: string
  readonly stream_name: string
  readonly selected: boolean | null
}

interface Check {
  readonly name: string
  readonly status: 'running' | 'succeeded' | 'failed'
  readonly failure: { readonly code: string; readonly field: string | null } | null
}

/** How long a check may take, and how often it is looked at, in milliseconds. */
const checkLimit = 30_000
const checkInterval = 100
const unavailablePause = 1_000

/** The replies that are made to show a secret, once. */
function showsSecrets(method: string, path: string): boolean {
  if (method === 'GET') return path.endsWith('/config')
  return method === 'POST' && /^\/v3\/|\/token$|tokens$|\/webhooks$|\/rotate-secret$/.test(path)
}

/** `webhook`: where every new account wants to be told what happens. */
export function connectApi(
  url: string,
  partner: { id: string; secret: string },
  webhook: string,
): ConnectApi {
  async function ask(method: string, path: string, token: string | null, body?: unknown) {
    const headers = {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const response = await fetch(url + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await response.text()
    const reply = text === '' ? null : (JSON.parse(text) as unknown)
    if (response.ok && showsSecrets(method, path)) noteSecretsOf(reply)
    else noteSaying(`${method} ${path}`, text)
    return { status: response.status, body: reply }
  }

  /** What is not available for a moment, as where a provider did not answer in time, is asked for again. */
  async function call(
    method: string,
    path: string,
    token: string | null,
    body?: unknown,
    tries = 3,
  ): Promise<unknown> {
    const reply = await ask(method, path, token, body)
    if (reply.status === 503 && method === 'GET' && tries > 1) {
      await delay(unavailablePause)
      return call(method, path, token, body, tries - 1)
    }
    if (reply.status >= 300)
      throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body
  }

  function accountWith(id: number, accessToken: string): Account {
    const account: Account = {
      id,
      accessToken,
      call: (method, path, body) => call(method, path, accessToken, body),
      ask: (method, path, body) => ask(method, path, accessToken, body),
      withAccessToken: (other) => accountWith(id, other),
      async createToken(scope = {}) {
        const reply = await account.call('POST', '/v3/sessions/ephemeral', scope)
        return (reply as { ephemeral_token: string }).ephemeral_token
      },
      createSource: async (source) => (await account.call('POST', '/v4/sources', source)) as Source,
      getSource: async (sourceId) => (await account.call('GET', `/v4/sources/${sourceId}`)) as Source,
      listStreams: async (sourceId) =>
        (await account.call('GET', `/v4/sources/${sourceId}/streams`)) as Stream[],
      async awaitCheck(sourceId) {
        const deadline = Date.now() + checkLimit
        for (;;) {
          const path = `/v4/sources/${sourceId}/last-connection-check`
          const check = (await account.call('GET', path)) as Check
          if (check.status !== 'running') return check
          if (Date.now() > deadline) throw new Error(`The check ${check.name} did not end.`)
          await delay(checkInterval)
        }
      },
    }
    return account
  }

  return {
    async createAccount(allowedOrigins) {
      const created = (await call('POST', '/v3/accounts', null, {
        company: 'Tailor & Daughters',
        email: `${randomUUID()}@tailor.example`,
        first_name: 'Tilda',
        last_name: 'Tailor',
        partner_id: partner.id,
        partner_secret: partner.secret,
      })) as { stitch_account_id: number; access_token: string }
      const account = accountWith(created.stitch_account_id, created.access_token)
      await account.call('PUT', '/v4/account', { allowed_origins: allowedOrigins })
      await account.call('POST', '/v4/webhooks', { url: webhook })
      return account
    },
  }
}
