import { z } from 'zod'

/** What a customer's back end calls of Bobbin's REST API. Any customer can write this in any language. */
export interface BobbinApi {
  createAccount(account: {
    company: string
    email: string
    first_name: string
    last_name: string
  }): Promise<string>
  allowOrigin(accessToken: string, origin: string): Promise<void>
  createEphemeralToken(accessToken: string): Promise<string>
  /** For pages of the account that show its catalog. It lives an hour. */
  createCustomerToken(accessToken: string): Promise<string>
  /** Passes a GET through. `path` is our own, never a visitor's. */
  get(accessToken: string, path: string): Promise<unknown>
  deleteSource(accessToken: string, id: number): Promise<unknown>
}

/** Bobbin refused. The status goes on to the page, and what Bobbin said about it. */
export class BobbinRefusal extends Error {
  override readonly name = 'BobbinRefusal'
  readonly status: number
  readonly envelope: unknown

  constructor(status: number, envelope: unknown) {
    super(`Bobbin answered with status ${status}.`)
    this.status = status
    this.envelope = envelope
  }
}

const createdAccount = z.object({ access_token: z.string() })
const knownAccount = z.object({ stitch_account_id: z.number() })
const customerToken = z.object({ token: z.string() })
const createdToken = z.object({ ephemeral_token: z.string() })

export function createBobbinApi(url: string, partner: { id: string; secret: string }): BobbinApi {
  async function call(
    method: string,
    path: string,
    accessToken: string | null,
    body?: unknown,
  ): Promise<unknown> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(accessToken !== null && { authorization: `Bearer ${accessToken}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const reply: unknown = await response.json().catch(() => null)
    if (!response.ok) throw new BobbinRefusal(response.status, reply)
    return reply
  }

  return {
    async createAccount(account) {
      const body = { ...account, partner_id: partner.id, partner_secret: partner.secret }
      return createdAccount.parse(await call('POST', '/v3/accounts', null, body)).access_token
    },
    async allowOrigin(accessToken, origin) {
      await call('PUT', '/v4/account', accessToken, { allowed_origins: [origin] })
    },
    async createEphemeralToken(accessToken) {
      return createdToken.parse(await call('POST', '/v3/sessions/ephemeral', accessToken)).ephemeral_token
    },
    async createCustomerToken(accessToken) {
      const { stitch_account_id: id } = knownAccount.parse(await call('GET', '/v4/account', accessToken))
      return customerToken.parse(await call('POST', `/customer/${id}/token`, accessToken, {})).token
    },
    get: (accessToken, path) => call('GET', path, accessToken),
    deleteSource: (accessToken, id) => call('DELETE', `/v4/sources/${id}`, accessToken),
  }
}
