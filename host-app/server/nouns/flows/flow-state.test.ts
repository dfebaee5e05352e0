import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { authorizeTicket, isAuthorizeTicket } from './flow-state.ts'

describe('a ticket for the way to the provider', () => {
  const [older, newer] = [{ key: randomBytes(32) }, { key: randomBytes(32) }]
  const flow = { id: 'f', authorize_round: 1, cookie_hash: 'c' }
  const ticket = authorizeTicket([older], flow)

  it('holds while its key is in the ring, at whatever place', () => {
    expect(isAuthorizeTicket([older], flow, ticket)).toBe(true)
    expect(isAuthorizeTicket([newer, older], flow, ticket)).toBe(true)
    expect(isAuthorizeTicket([newer], flow, ticket)).toBe(false)
  })

  it('is made by the first key', () => {
    expect(isAuthorizeTicket([newer], flow, authorizeTicket([newer, older], flow))).toBe(true)
  })

  it.each([
    ['another round', { ...flow, authorize_round: 2 }, ticket],
    ['another flow', { ...flow, id: 'g' }, ticket],
    ['another browser', { ...flow, cookie_hash: 'd' }, ticket],
    ['a part of it', flow, ticket.slice(1)],
    ['nothing', flow, ''],
    ['no text', flow, [ticket]],
  ])('is worth nothing for %s', (_, other, given) => {
    expect(isAuthorizeTicket([newer, older], other, given)).toBe(false)
  })
})
