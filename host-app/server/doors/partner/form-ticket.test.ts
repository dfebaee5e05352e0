import { describe, expect, it } from 'vitest'
import { asked, locationOf } from './partner.testing.ts'
import { usePartner } from './use-partner.testing.ts'

const world = usePartner()

describe('an answer that was not given on our page in this browser', () => {
  const own = () => ({ origin: world.test.services.config.url })

  it.each([
    ['from another site', { origin: 'https://evil.test' }],
    ['from a sandboxed page', { origin: 'null' }],
    ['from nowhere', {}],
  ])('%s is refused', async (_, origin) => {
    const { cookie, ticket } = await world.one.openPage()
    const reply = await world.one.post({ ...world.anew, ticket }, { cookie, ...origin })
    expect([reply.statusCode, reply.headers.location]).toEqual([403, undefined])
  })

  it('with the ticket of another browser, or without a cookie, is refused', async () => {
    const [mine, theirs] = [await world.one.openPage(), await world.one.openPage()]
    const swapped = await world.one.post(
      { ...world.anew, ticket: theirs.ticket },
      { cookie: mine.cookie, ...own() },
    )
    expect([swapped.statusCode, swapped.headers.location]).toEqual([403, undefined])
    expect((await world.one.post({ ...world.anew, ticket: mine.ticket }, own())).statusCode).toBe(403)
  })

  it('with a ticket that was changed or made up is refused', async () => {
    const { cookie, ticket } = await world.one.openPage()
    const [payload, signature] = ticket.split('.')
    const request = JSON.parse(Buffer.from(payload!, 'base64url').toString())
    request.request.redirectUri = 'https://evil.test/'
    const forged = Buffer.from(JSON.stringify(request)).toString('base64url')
    for (const bad of [`${forged}.${signature}`, `${payload}.`, `${ticket}.x`, 'x.y', '', '{}.e30']) {
      expect((await world.one.post({ ...world.anew, ticket: bad }, { cookie, ...own() })).statusCode).toBe(
        403,
      )
    }
  })

  it('cannot change what was asked: state, address and challenge are those of the link', async () => {
    const { cookie, ticket } = await world.one.openPage()
    const fields = {
      ...world.anew,
      ticket,
      state: 'evil',
      redirect_uri: 'https://evil.test',
      code_challenge: 'x',
    }
    const back = locationOf(await world.one.post(fields, { cookie, ...own() }))
    expect([back.origin, back.searchParams.get('state')]).toEqual(['https://partner.test', asked.state])
  })
})
