import type { InjectOptions } from 'fastify'
import { expect } from 'vitest'
import type { z } from 'zod'
import type { KnownAccount } from './api-model-state.testing.ts'
import type { TestApp } from '../../testing/app.testing.ts'
import { shop } from '../../testing/shop.testing.ts'

/** One step of a run: who calls, what it is about, and the dice that were thrown for it. */
export interface Turn {
  readonly test: TestApp
  readonly everyone: readonly KnownAccount[]
  readonly own: KnownAccount
  /** The id of the access token that calls. */
  readonly by: string
  /** Counts within the run: names are made of it. */
  readonly step: number
  /** Whose things it is about, and which of them. */
  readonly aim: Aim
  readonly pick: number
  readonly other: number
  readonly option: number
  readonly flag: boolean
  /** Where webhooks may send to. */
  readonly receiverUrl: string
  readonly call: Call
}

/** Mostly one's own: all else is refused alike. */
export const aims = ['own', 'own', 'own', 'own', 'own', 'foreign', 'foreign', 'unknown'] as const
export type Aim = (typeof aims)[number]

export type Call = (
  method: NonNullable<InjectOptions['method']>,
  url: string,
  payload?: InjectOptions['payload'],
) => Promise<ModelReply>

export interface ModelReply {
  readonly status: number
  readonly body: unknown
  as<Schema extends z.ZodType>(schema: Schema): z.output<Schema>
}

/** One of what the turn aims at; `unknown` where there is no such thing. */
export function pickOne<Thing, Unknown>(
  { everyone, own, aim, pick }: Pick<Turn, 'everyone' | 'own' | 'aim' | 'pick'>,
  thingsOf: (account: KnownAccount) => Iterable<Thing>,
  unknown: Unknown,
): Thing | Unknown {
  if (aim === 'unknown') return unknown
  const owners = everyone.filter((account) => (account === own) === (aim === 'own'))
  const things = owners.flatMap((account) => [...thingsOf(account)])
  return things[pick % things.length] ?? unknown
}

/** A call with a revoked token was refused, as it has to be: it has done nothing that is to be remembered. */
export class RevokedCaller extends Error {}

/**
 * Calls in the name of an account with one of its tokens, and holds every reply against what all of them have in
 * common: a revoked token opens nothing, no failure is our own, nothing of another account shows, no secret
 * shows twice, and a repetition is answered the same.
 */
export function callerOf(
  { app }: TestApp,
  everyone: readonly KnownAccount[],
  own: KnownAccount,
  token: { readonly token: string; readonly isRevoked: boolean },
  /** Names the call where it is to be sent twice. */
  key: string | null = null,
): Call {
  return async (method, url, payload) => {
    const send = async () => {
      const headers = {
        authorization: `Bearer ${token.token}`,
        ...(key === null ? {} : { 'idempotency-key': key }),
      }
      const { statusCode, body } = await app.inject({
        method,
        url,
        headers,
        ...(payload === undefined ? {} : { payload }),
      })
      expectOnlyOf(everyone, own, `${method} ${url} ${JSON.stringify(payload)}`, body)
      return { status: statusCode, body: body === '' ? null : (JSON.parse(body) as unknown) }
    }
    const { isRevoked } = token
    const { status, body } = await send()
    expect([method, url, status >= 500, status === 401]).toEqual([method, url, false, isRevoked])
    if (isRevoked) throw new RevokedCaller()
    if (key !== null && method === 'POST' && status === 200) expect(await send()).toEqual({ status, body })
    return { status, body, as: (schema) => schema.parse(body) }
  }
}

/** Nothing in the reply is another account's, but what the caller has said itself. */
export function expectOnlyOf(
  everyone: readonly KnownAccount[],
  own: KnownAccount,
  request: string,
  reply: string,
): void {
  const shown = everyone.flatMap((account) => account.shown).filter((secret) => reply.includes(secret))
  const password = `"${shop.properties.password}"`
  if (reply.includes(password) && !request.includes('/config ')) shown.push(password)
  const numbers = new Set(reply.match(/(?<![\w-])\d{8}(?![\w-])/g))
  const others = everyone.filter((account) => account !== own)
  const foreign = others
    .flatMap(idsOf)
    .filter((id) => (/^\d+$/.test(id) ? numbers.has(id) : reply.includes(id)))
    .filter((id) => !request.includes(id))
  expect([request, shown, foreign]).toEqual([request, [], []])
}

function idsOf({ id, marker, sources, webhooks, accessTokens }: KnownAccount): string[] {
  const importTokens = [...sources.values()].flatMap((source) => source.importTokens)
  return [
    marker,
    ...[id, ...sources.keys(), ...importTokens.map((token) => token.id)].map(String),
    ...webhooks.keys(),
    ...accessTokens.map((token) => token.id),
  ]
}

/** The status alone says little of what went wrong, so the reply stands beside it. */
export function expectStatus(reply: ModelReply, ...statuses: readonly number[]): void {
  expect([reply.status, statuses.includes(reply.status) || reply.body]).toEqual([reply.status, true])
}

/** To the letter what is answered for a source that nobody has: nothing tells that it is somebody's. */
export function expectNoSource(reply: ModelReply, id: number): void {
  expect(reply).toMatchObject({ status: 404 })
  const message = `source not found (${id})`
  const told = { error: 'SourceNotFound', message, data: { id, message } }
  expect(reply.body).toEqual({ ...told, request_id: expect.any(String) })
}

/** What is answered for anything else that is not there. */
export function expectNothing(reply: ModelReply): void {
  expect(reply).toMatchObject({ status: 404 })
  const message = 'There is nothing here.'
  const told = { error: 'NotFound', message, data: { message } }
  expect(reply.body).toEqual({ ...told, request_id: expect.any(String) })
}
