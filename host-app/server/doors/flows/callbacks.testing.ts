import type { LightMyRequestResponse } from 'fastify'
import { expect } from 'vitest'
import type { TestFlow } from '../../testing/flow.testing.ts'

/* For tests of the callback: where it sends the browser, and what wizard and page are told. */

export const home = ({ id }: TestFlow) => `/connect/${id}`
export const backs = async (flow: TestFlow) =>
  (await flow.relay()).filter(({ type }) => type === 'back').map(({ data }) => data)
export const refusal = async (flow: TestFlow) =>
  ((await flow.call('getState')).json() as { refusal: { reason: string; provider_code: string } | null })
    .refusal
export const ended = async (flow: TestFlow) => (await flow.relay()).at(-1)?.type
export const failed = (reason: string, providerCode: string | null = null) => ({
  error: { code: 'AuthorizeFailure', message: expect.any(String), data: { reason, providerCode } },
})

export function expectSentTo(reply: LightMyRequestResponse, location: string): void {
  expect(reply.statusCode).toBe(303)
  expect(reply.headers.location).toBe(location)
}

export function expectForeign(reply: LightMyRequestResponse): void {
  expect(reply.statusCode).toBe(400)
  expect(reply.headers['content-type']).toContain('text/html')
  expect(reply.body).toContain('This answer does not belong to a setup')
}
