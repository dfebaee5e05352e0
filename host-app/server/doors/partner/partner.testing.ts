import { createHash, randomBytes } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import { partner, person as anna, type TestApp } from '../../testing/app.testing.ts'

export const redirectUri = 'https://partner.test/back?keep=1'
export const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')

export const asked = {
  client_id: partner.partner_id,
  redirect_uri: redirectUri,
  state: 'a state of the partner',
  code_challenge: challenge,
  code_challenge_method: 'S256',
}

export const created = { answer: 'allow', way: 'create', ...anna }

export type Fields = Readonly<Record<string, string>>

/**
 * A person's browser at our page, and the partner's back end, spoken for by hand. `address` is the browser's:
 * attempts are counted by it. `person` fills in the form where a test says nothing else.
 */
export function createTestPartner(
  { app, services }: TestApp,
  { address = '127.0.0.1', person = created }: { address?: string; person?: Fields } = {},
) {
  const own = services.config.url

  function open(query: Fields | string = asked, cookie?: string): Promise<LightMyRequestResponse> {
    const search = typeof query === 'string' ? query : new URLSearchParams(query).toString()
    return app.inject({ url: `/oauth/authorization?${search}`, headers: cookie ? { cookie } : {} })
  }

  /** The page as a browser has it: its cookie, and the ticket of its form. */
  async function openPage(query: Fields = asked) {
    const reply = await open(query)
    const cookie = String(reply.headers['set-cookie']).split(';', 1)[0]!
    const ticket = /name="ticket" value="([^"]+)"/.exec(reply.body)?.[1] ?? ''
    return { reply, cookie, ticket }
  }

  function post(fields: Fields, headers: Record<string, string>): Promise<LightMyRequestResponse> {
    return app.inject({
      method: 'POST',
      url: '/oauth/authorization',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-forwarded-for': address,
        ...headers,
      },
      payload: new URLSearchParams(fields).toString(),
    })
  }

  /** Opens the page and answers it. */
  async function answer(fields: Fields, query: Fields = asked): Promise<LightMyRequestResponse> {
    const { cookie, ticket } = await openPage(query)
    return post({ ticket, ...fields }, { cookie, origin: own })
  }

  async function allow(fields: Fields = person, query: Fields = asked): Promise<string> {
    return locationOf(await answer(fields, query)).searchParams.get('code') ?? ''
  }

  function exchange(code: string, change: Fields = {}, headers: Record<string, string> = {}) {
    const form = {
      client_id: partner.partner_id,
      client_secret: partner.partner_secret,
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...change,
    }
    const sent = Object.entries(form).filter(([, value]) => value !== '')
    return app.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(sent).toString(),
    })
  }

  return { open, openPage, post, answer, allow, exchange }
}

export function locationOf(reply: LightMyRequestResponse): URL {
  return new URL(String(reply.headers.location))
}
