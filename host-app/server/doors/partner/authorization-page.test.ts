import { accessToken } from '@bobbin/shared/access-token'
import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { person } from '../../testing/app.testing.ts'
import { asked, locationOf } from './partner.testing.ts'
import { partnerName, usePartner } from './use-partner.testing.ts'

const world = usePartner()

describe('a person', () => {
  it('makes an account and allows: the partner gets a token for it, named after the partner', async () => {
    const back = locationOf(await world.one.answer(world.anew))
    expect(back.origin + back.pathname).toBe('https://partner.test/back')
    expect(Object.fromEntries(back.searchParams)).toEqual({
      keep: '1',
      code: expect.stringMatching(/^bob_code_[\w-]{43}$/),
      state: asked.state,
      iss: world.test.services.config.url,
    })
    const before = await world.accountCount()
    const reply = await world.one.exchange(back.searchParams.get('code')!)
    expect(await world.accountCount()).toBe(before + 1)
    expect(reply.headers['cache-control']).toBe('no-store')
    const { access_token, ...rest } = reply.json<{ access_token: string }>()
    expect(rest).toEqual({ token_type: 'bearer', stitch_account_id: expect.any(Number) })
    expect((await world.account(access_token)).json()).toMatchObject({ company: person.company })
    const list = await world.test.app.inject({
      url: '/v4/access-tokens',
      headers: { authorization: `Bearer ${access_token}` },
    })
    expect(z.array(accessToken).parse(list.json())).toMatchObject([{ name: partnerName, is_current: true }])
  })

  it('signs in with an access token and allows: the partner gets one of its own', async () => {
    const mine = await world.test.signUp(`mine${world.count}@acme.test`)
    const code = await world.one.allow({ answer: 'allow', way: 'sign_in', access_token: ` ${mine.token} ` })
    const { access_token, stitch_account_id } = (await world.one.exchange(code)).json<
      Record<string, string>
    >()
    expect(stitch_account_id).toBe(mine.id)
    expect(access_token).not.toBe(mine.token)
    expect((await world.account(access_token!)).statusCode).toBe(200)
  })

  it('refuses, and nothing is made', async () => {
    const before = await world.accountCount()
    const back = locationOf(await world.one.answer({ ...world.anew, answer: 'refuse' }))
    expect(Object.fromEntries(back.searchParams)).toEqual({
      keep: '1',
      error: 'access_denied',
      state: asked.state,
      iss: world.test.services.config.url,
    })
    expect(await world.accountCount()).toBe(before)
  })

  it('leaves nothing behind when the partner never comes for the code', async () => {
    await world.one.allow()
    await world.one.allow()
    expect((await world.one.exchange(await world.one.allow())).statusCode).toBe(200)
  })

  it('is told beside the field what is wrong, and loses nothing but the token', async () => {
    const typed = { ...world.anew, way: 'create', email: 'anna at acme', first_name: '', company: 'A"<i>B' }
    const reply = await world.one.answer({ ...typed, access_token: 'bob_acc_typed' })
    expect(reply.statusCode).toBe(422)
    expect(reply.body).toContain('This is not an email address.')
    expect(reply.body).toContain('First name is missing.')
    expect(reply.body).toContain('value="anna at acme"')
    expect(reply.body).toContain('value="A&quot;&lt;i>B"')
    expect(reply.body).not.toContain('bob_acc_typed')
    const { token } = await world.test.signUp(`taken${world.count}@acme.test`)
    const taken = await world.one.answer({ ...world.anew, email: `TAKEN${world.count}@acme.test` })
    expect(taken.body).toContain('There is an account with this email address.')
    for (const wrong of ['', 'bob_acc_wrong', `${token}x`]) {
      const refused = await world.one.answer({ answer: 'allow', way: 'sign_in', access_token: wrong })
      expect([refused.statusCode, refused.headers.location]).toEqual([422, undefined])
    }
  })

  it('is told of characters that nobody sees', async () => {
    const reply = await world.one.answer({ ...world.anew, company: 'Ac\u202eme' })
    expect(reply.statusCode).toBe(422)
    expect(reply.body).toContain('Company has characters that cannot be shown.')
    expect((await world.one.answer({ ...world.anew, company: 'x'.repeat(201) })).body).toContain(
      '200 characters at most',
    )
  })

  it('who answers by a call, as in a sandbox without forms, is told where to go', async () => {
    const { cookie, ticket } = await world.one.openPage()
    const headers = { cookie, origin: world.test.services.config.url, accept: 'application/json' }
    const reply = await world.one.post({ ...world.anew, ticket }, headers)
    expect([reply.statusCode, reply.headers['cache-control']]).toEqual([200, 'no-store'])
    const { location } = reply.json<{ location: string }>()
    const { origin, searchParams } = new URL(location)
    expect(origin).toBe('https://partner.test')
    const exchanged = await world.one.exchange(searchParams.get('code') ?? '')
    expect(exchanged.json()).toMatchObject({ token_type: 'bearer' })
    const elsewhere = { ...headers, origin: 'https://evil.test' }
    expect((await world.one.post({ ...world.anew, ticket }, elsewhere)).statusCode).toBe(403)
  })

  it('finds the fields filled in as the partner knows them', async () => {
    const { reply } = await world.one.openPage({ ...asked, email: 'anna@acme.test', company: '"><script>1' })
    expect(reply.body).toContain('value="anna@acme.test"')
    expect(reply.body).not.toContain('<script>')
    expect(reply.body).toContain('Tailor &amp; &lt;b>Daughters&lt;/b>')
    expect(reply.body).toContain('https://partner.test')
  })

  it('who waited too long is asked again, with all that was typed', async () => {
    const { cookie, ticket } = await world.one.openPage()
    const payload = JSON.parse(Buffer.from(ticket.split('.')[0]!, 'base64url').toString())
    expect(payload.until - Date.now()).toBeLessThanOrEqual(15 * 60_000)
    const { createFormTickets } = await import('./form-ticket.ts')
    const { url, encryptionKeys } = world.test.services.config
    const past = createFormTickets({ url, keys: encryptionKeys, now: () => Date.now() - 16 * 60_000 })
    const old = past.issue(cookie.split('=')[1]!, payload.request)
    const reply = await world.one.post({ ...world.anew, ticket: old }, { cookie, origin: url })
    expect(reply.statusCode).toBe(409)
    expect(reply.body).toContain(`value="${world.anew.email}"`)
  })

  it('gets a page with no script but our own that nobody frames, and that leads to us and the partner only', async () => {
    const { reply } = await world.one.openPage()
    const policy = String(reply.headers['content-security-policy'])
    expect(policy).toContain("form-action 'self' https://partner.test;")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(reply.body.match(/<script[^>]*>/g)).toEqual([
      expect.stringMatching(/^<script async src="\/wizard\/assets\/partner-[\w-]+\.js">$/),
    ])
    expect(reply.headers['cache-control']).toBe('no-store')
    expect(String(reply.headers['set-cookie'])).toContain('HttpOnly; SameSite=Lax')
  })
})

describe('attempts', () => {
  it('from one address are ten a minute; what was typed stays', async () => {
    const wrong = { answer: 'allow', way: 'sign_in', access_token: 'bob_acc_guess', company: 'Kept' }
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      expect((await world.one.answer(wrong)).statusCode).toBe(422)
    }
    const refused = await world.one.answer(wrong)
    expect(refused.statusCode).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.body).toContain('value="Kept"')
    expect((await world.one.answer({ answer: 'refuse' })).statusCode).toBe(303)
  })
})

it('an access token in the address is neither taken nor shown', async () => {
  const { token } = await world.test.signUp(`url${world.count}@acme.test`)
  const { reply, cookie, ticket } = await world.one.openPage({
    ...asked,
    access_token: token,
    way: 'sign_in',
  })
  expect(reply.body).not.toContain(token)
  const posted = await world.test.app.inject({
    method: 'POST',
    url: `/oauth/authorization?access_token=${token}`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: world.test.services.config.url,
      cookie,
    },
    payload: new URLSearchParams({ ticket, answer: 'allow', way: 'sign_in' }).toString(),
  })
  expect(posted.statusCode).toBe(422)
})
