import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAuthorizeTickets } from './authorize-ticket.ts'

describe('a ticket for the way to the provider', () => {
  const [older, newer] = [{ key: randomBytes(32) }, { key: randomBytes(32) }]
  const flow = { id: 'f', authorize_round: 1, cookie_hash: 'c' }
  const ticket = createAuthorizeTickets([older]).issue(flow)

  it('holds while its key is in the ring, at whatever place', () => {
    expect(createAuthorizeTickets([older]).isGenuine(flow, ticket)).toBe(true)
    expect(createAuthorizeTickets([newer, older]).isGenuine(flow, ticket)).toBe(true)
    expect(createAuthorizeTickets([newer]).isGenuine(flow, ticket)).toBe(false)
  })

  it('is made by the first key', () => {
    expect(
      createAuthorizeTickets([newer]).isGenuine(flow, createAuthorizeTickets([newer, older]).issue(flow)),
    ).toBe(true)
  })

  it.each([
    ['another round', { ...flow, authorize_round: 2 }, ticket],
    ['another flow', { ...flow, id: 'g' }, ticket],
    ['another browser', { ...flow, cookie_hash: 'd' }, ticket],
    ['a part of it', flow, ticket.slice(1)],
    ['nothing', flow, ''],
    ['no text', flow, [ticket]],
  ])('is worth nothing for %s', (_, other, given) => {
    expect(createAuthorizeTickets([newer, older]).isGenuine(other, given)).toBe(false)
  })
})
