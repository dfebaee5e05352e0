import { accessToken } from '@bobbin/shared/access-token'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestApp, partner, person, type TestApp } from '../../testing/app.testing.ts'
import { asked, created, createTestPartner, locationOf, redirectUri, verifier } from './partner.testing.ts'

const name = 'Tailor & <b>Daughters</b>'
let test: TestApp
let one: ReturnType<typeof createTestPartner>
let count = 0
/** A person whose address is new. */
let anew: typeof created

beforeAll(async () => {
  test = await createTestApp({
    BOBBIN_PARTNER_REDIRECT_URIS: `${redirectUri},https://partner.test/other`,
    BOBBIN_PARTNER_NAME: name,
    BOBBIN_TRUSTED_PROXIES: '127.0.0.1',
  })
})
beforeEach(() => {
  count += 1
  anew = { ...created, email: `person${count}@acme.test` }
  one = createTestPartner(test, { address: `203.0.113.${count}`, person: anew })
})
afterAll(() => test.close())

const account = (token: string) =>
  test.app.inject({ url: '/v4/account', headers: { authorization: `Bearer ${token}` } })
const accountCount = async () =>
  (await test.services.database.read.selectFrom('account').select('id').execute()).length

describe('a person', () => {
  it('makes an account and allows: the partner gets a token for it, named after the partner', async () => {
    const back = locationOf(await one.answer(anew))
    expect(back.origin + back.pathname).toBe('https://partner.test/back')
    expect(Object.fromEntries(back.searchParams)).toEqual({
      keep: '1',
      code: expect.stringMatching(/^bob_code_[\w-]{43}$/),
      state: asked.state,
      iss: test.services.config.url,
    })
    const before = await accountCount()
    const reply = await one.exchange(back.searchParams.get('code')!)
    expect(await accountCount()).toBe(before + 1)
    expect(reply.headers['cache-control']).toBe('no-store')
    const { access_token, ...rest } = reply.json<{ access_token: string }>()
    expect(rest).toEqual({ token_type: 'bearer', stitch_account_id: expect.any(Number) })
    expect((await account(access_token)).json()).toMatchObject({ company: person.company })
    const list = await test.app.inject({
      url: '/v4/access-tokens',
      headers: { authorization: `Bearer ${access_token}` },
    })
    expect(z.array(accessToken).parse(list.json())).toMatchObject([{ name, is_current: true }])
  })

  it('signs in with an access token and allows: the partner gets one of its own', async () => {
    const mine = await test.signUp(`mine${count}@acme.test`)
    const code = await one.allow({ answer: 'allow', way: 'sign_in', access_token: ` ${mine.token} ` })
    const { access_token, stitch_account_id } = (await one.exchange(code)).json<Record<string, string>>()
    expect(stitch_account_id).toBe(mine.id)
    expect(access_token).not.toBe(mine.token)
    expect((await account(access_token!)).statusCode).toBe(200)
  })

  it('refuses, and nothing is made', async () => {
    const before = await accountCount()
    const back = locationOf(await one.answer({ ...anew, answer: 'refuse' }))
    expect(Object.fromEntries(back.searchParams)).toEqual({
      keep: '1',
      error: 'access_denied',
      state: asked.state,
      iss: test.services.config.url,
    })
    expect(await accountCount()).toBe(before)
  })

  it('leaves nothing behind when the partner never comes for the code', async () => {
    await one.allow()
    await one.allow()
    expect((await one.exchange(await one.allow())).statusCode).toBe(200)
  })

  it('is told beside the field what is wrong, and loses nothing but the token', async () => {
    const typed = { ...anew, way: 'create', email: 'anna at acme', first_name: '', company: 'A"<i>B' }
    const reply = await one.answer({ ...typed, access_token: 'bob_acc_typed' })
    expect(reply.statusCode).toBe(422)
    expect(reply.body).toContain('This is not an email address.')
    expect(reply.body).toContain('First name is missing.')
    expect(reply.body).toContain('value="anna at acme"')
    expect(reply.body).toContain('value="A&quot;&lt;i>B"')
    expect(reply.body).not.toContain('bob_acc_typed')
    const { token } = await test.signUp(`taken${count}@acme.test`)
    const taken = await one.answer({ ...anew, email: `TAKEN${count}@acme.test` })
    expect(taken.body).toContain('There is an account with this email address.')
    for (const wrong of ['', 'bob_acc_wrong', `${token}x`]) {
      const refused = await one.answer({ answer: 'allow', way: 'sign_in', access_token: wrong })
      expect([refused.statusCode, refused.headers.location]).toEqual([422, undefined])
    }
  })

  it('is told of characters that nobody sees', async () => {
    const reply = await one.answer({ ...anew, company: 'Ac\u202eme' })
    expect(reply.statusCode).toBe(422)
    expect(reply.body).toContain('Company has characters that cannot be shown.')
    expect((await one.answer({ ...anew, company: 'x'.repeat(201) })).body).toContain('200 characters at most')
  })

  it('finds the fields filled in as the partner knows them', async () => {
    const { reply } = await one.openPage({ ...asked, email: 'anna@acme.test', company: '"><script>1' })
    expect(reply.body).toContain('value="anna@acme.test"')
    expect(reply.body).not.toContain('<script>')
    expect(reply.body).toContain('Tailor &amp; &lt;b>Daughters&lt;/b>')
    expect(reply.body).toContain('https://partner.test')
  })

  it('who waited too long is asked again, with all that was typed', async () => {
    const { cookie, ticket } = await one.openPage()
    const payload = JSON.parse(Buffer.from(ticket.split('.')[0]!, 'base64url').toString())
    expect(payload.until - Date.now()).toBeLessThanOrEqual(15 * 60_000)
    const { createFormTickets } = await import('./form-ticket.ts')
    const { url, encryptionKeys } = test.services.config
    const past = createFormTickets({ url, keys: encryptionKeys, now: () => Date.now() - 16 * 60_000 })
    const old = past.issue(cookie.split('=')[1]!, payload.request)
    const reply = await one.post({ ...anew, ticket: old }, { cookie, origin: url })
    expect(reply.statusCode).toBe(409)
    expect(reply.body).toContain(`value="${anew.email}"`)
  })

  it('gets a page without script that nobody frames, and that leads to us and the partner only', async () => {
    const { reply } = await one.openPage()
    const policy = String(reply.headers['content-security-policy'])
    expect(policy).toContain("form-action 'self' https://partner.test;")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(reply.body).not.toContain('<script')
    expect(reply.headers['cache-control']).toBe('no-store')
    expect(String(reply.headers['set-cookie'])).toContain('HttpOnly; SameSite=Lax')
  })
})

describe('a request that does not come from the partner is sent nowhere', () => {
  it.each([
    ['another client', { client_id: 'other' }],
    ['no client', { client_id: '' }],
    ['another address', { redirect_uri: 'https://evil.test/back?keep=1' }],
    ['an address that begins alike', { redirect_uri: `${redirectUri}.evil.test` }],
    ['an address with a user name', { redirect_uri: 'https://partner.test@evil.test/back?keep=1' }],
    ['an address in capitals', { redirect_uri: redirectUri.toUpperCase() }],
    ['an address with a path of dots', { redirect_uri: 'https://partner.test/x/../back?keep=1' }],
    ['an address without its query', { redirect_uri: 'https://partner.test/back' }],
    ['no address', { redirect_uri: '' }],
  ])('%s', async (_, change) => {
    const reply = await one.open({ ...asked, ...change })
    expect([reply.statusCode, reply.headers.location]).toEqual([400, undefined])
    expect(reply.body).toContain('This request is not complete')
  })

  it('two addresses', async () => {
    const twice = `${new URLSearchParams(asked)}&redirect_uri=https%3A%2F%2Fevil.test`
    expect((await one.open(twice)).statusCode).toBe(400)
  })
})

it.each([
  ['no state', { state: '' }, 'invalid_request'],
  ['a state that is too long', { state: 'x'.repeat(2_049) }, 'invalid_request'],
  ['no challenge', { code_challenge: '' }, 'invalid_request'],
  ['a challenge of another form', { code_challenge: 'plain' }, 'invalid_request'],
  ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['a token in place of a code', { response_type: 'token' }, 'unsupported_response_type'],
])('the partner is told of a request with %s', async (_, change, error) => {
  const reply = await one.open({ ...asked, ...change })
  expect(reply.statusCode).toBe(303)
  const { searchParams, origin } = locationOf(reply)
  expect([origin, searchParams.get('error')]).toEqual(['https://partner.test', error])
  expect(searchParams.get('iss')).toBe(test.services.config.url)
})

describe('an answer that was not given on our page in this browser', () => {
  const own = () => ({ origin: test.services.config.url })

  it.each([
    ['from another site', { origin: 'https://evil.test' }],
    ['from a sandboxed page', { origin: 'null' }],
    ['from nowhere', {}],
  ])('%s is refused', async (_, origin) => {
    const { cookie, ticket } = await one.openPage()
    const reply = await one.post({ ...anew, ticket }, { cookie, ...origin })
    expect([reply.statusCode, reply.headers.location]).toEqual([403, undefined])
  })

  it('with the ticket of another browser, or without a cookie, is refused', async () => {
    const [mine, theirs] = [await one.openPage(), await one.openPage()]
    const swapped = await one.post({ ...anew, ticket: theirs.ticket }, { cookie: mine.cookie, ...own() })
    expect([swapped.statusCode, swapped.headers.location]).toEqual([403, undefined])
    expect((await one.post({ ...anew, ticket: mine.ticket }, own())).statusCode).toBe(403)
  })

  it('with a ticket that was changed or made up is refused', async () => {
    const { cookie, ticket } = await one.openPage()
    const [payload, signature] = ticket.split('.')
    const request = JSON.parse(Buffer.from(payload!, 'base64url').toString())
    request.request.redirectUri = 'https://evil.test/'
    const forged = Buffer.from(JSON.stringify(request)).toString('base64url')
    for (const bad of [`${forged}.${signature}`, `${payload}.`, `${ticket}.x`, 'x.y', '', '{}.e30']) {
      expect((await one.post({ ...anew, ticket: bad }, { cookie, ...own() })).statusCode).toBe(403)
    }
  })

  it('cannot change what was asked: state, address and challenge are those of the link', async () => {
    const { cookie, ticket } = await one.openPage()
    const fields = { ...anew, ticket, state: 'evil', redirect_uri: 'https://evil.test', code_challenge: 'x' }
    const back = locationOf(await one.post(fields, { cookie, ...own() }))
    expect([back.origin, back.searchParams.get('state')]).toEqual(['https://partner.test', asked.state])
  })
})

describe('attempts', () => {
  it('from one address are ten a minute; what was typed stays', async () => {
    const wrong = { answer: 'allow', way: 'sign_in', access_token: 'bob_acc_guess', company: 'Kept' }
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      expect((await one.answer(wrong)).statusCode).toBe(422)
    }
    const refused = await one.answer(wrong)
    expect(refused.statusCode).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.body).toContain('value="Kept"')
    expect((await one.answer({ answer: 'refuse' })).statusCode).toBe(303)
  })
})

describe('a code', () => {
  const refusal = (error: string, status = 400) => ({
    statusCode: status,
    body: expect.stringContaining(`"${error}"`),
  })

  it('is good once: the second use revokes what the first gave', async () => {
    const code = await one.allow()
    const { access_token } = (await one.exchange(code)).json<{ access_token: string }>()
    expect((await account(access_token)).statusCode).toBe(200)
    expect(await one.exchange(code)).toMatchObject(refusal('invalid_grant'))
    expect((await account(access_token)).statusCode).toBe(401)
  })

  it('that races with itself leaves no token behind', async () => {
    const code = await one.allow()
    const replies = await Promise.all([one.exchange(code), one.exchange(code), one.exchange(code)])
    expect(replies.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 400, 400])
    const given = replies.find(({ statusCode }) => statusCode === 200)!.json<{ access_token: string }>()
    expect((await account(given.access_token)).statusCode).toBe(401)
  })

  it.each([
    ['verifier', { code_verifier: 'x'.repeat(43) }],
    ['address', { redirect_uri: 'https://partner.test/other' }],
    ['code', { code: 'bob_code_x' }],
  ])('with a wrong %s gives nothing, and is not used up nor its token revoked by it', async (_, wrong) => {
    const code = await one.allow()
    expect(await one.exchange(code, wrong)).toMatchObject(refusal('invalid_grant'))
    const { access_token } = (await one.exchange(code)).json<{ access_token: string }>()
    expect(await one.exchange(code, wrong)).toMatchObject(refusal('invalid_grant'))
    expect((await account(access_token)).statusCode).toBe(200)
  })

  it('of another client gives nothing', async () => {
    const code = await one.allow()
    await test.services.database.write((tx) =>
      tx.db.updateTable('partner_code').set({ client_id: 'former' }).where('used_at', 'is', null).execute(),
    )
    expect(await one.exchange(code)).toMatchObject(refusal('invalid_grant'))
  })

  it('is good for five minutes', async () => {
    const code = await one.allow()
    await test.services.database.write((tx) =>
      tx.db
        .updateTable('partner_code')
        .set((eb) => ({ expires_at: eb('expires_at', '-', 300_000) }))
        .where('used_at', 'is', null)
        .execute(),
    )
    expect(await one.exchange(code)).toMatchObject(refusal('invalid_grant'))
  })

  it('is void with the access token that it was allowed with', async () => {
    const mine = await test.signUp(`void${count}@acme.test`)
    const code = await one.allow({ answer: 'allow', way: 'sign_in', access_token: mine.token })
    const holder = await test.services.accessTokens.authenticate(mine.token)
    await test.services.database.write((tx) =>
      test.services.accessTokens.revoke(tx, mine.id, holder!.tokenId, { force: true }),
    )
    expect(await one.exchange(code)).toMatchObject(refusal('invalid_grant'))
  })

  it('for an address that was taken meanwhile gives nobody the other’s account', async () => {
    const [first, second] = [await one.allow(), await one.allow()]
    expect((await one.exchange(first)).statusCode).toBe(200)
    expect(await one.exchange(second)).toMatchObject(refusal('invalid_grant'))
  })

  it('is nowhere in the store, nor the token, nor afterwards the person', async () => {
    const code = await one.allow()
    const { access_token } = (await one.exchange(code)).json<{ access_token: string }>()
    const rows = await test.services.database.read.selectFrom('partner_code').selectAll().execute()
    const used = rows.filter(({ used_at }) => used_at !== null)
    expect(JSON.stringify(rows)).not.toContain(code)
    expect(JSON.stringify(rows)).not.toContain(access_token)
    expect(JSON.stringify(used)).not.toContain('@acme.test')
  })
})

describe('the token endpoint', () => {
  it.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['a wrong client', { client_id: 'other' }, 401, 'invalid_client'],
    ['no secret', { client_secret: '' }, 400, 'invalid_request'],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no grant', { grant_type: '' }, 400, 'invalid_request'],
    ['no code', { code: '' }, 400, 'invalid_request'],
    ['no address', { redirect_uri: '' }, 400, 'invalid_request'],
    ['no verifier', { code_verifier: '' }, 400, 'invalid_request'],
    ['a short verifier', { code_verifier: 'short' }, 400, 'invalid_request'],
  ])('refuses %s in OAuth’s words, and nothing is kept by a cache', async (_, change, status, error) => {
    const reply = await one.exchange('bob_code_x', change)
    expect([reply.statusCode, reply.json()]).toEqual([
      status,
      { error, error_description: expect.any(String) },
    ])
    expect(reply.headers['cache-control']).toBe('no-store')
    expect(reply.headers['www-authenticate'] !== undefined).toBe(status === 401)
  })

  it('takes the client’s secret by Basic as well, but not twice', async () => {
    const { partner_id, partner_secret } = partner
    const encode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
    const basic = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`${encode(partner_id)}:${encode(secret)}`).toString('base64')}`,
    })
    const code = await one.allow()
    const silent = { client_id: '', client_secret: '' }
    expect((await one.exchange(code, {}, basic(partner_secret))).json()).toMatchObject({
      error: 'invalid_request',
    })
    expect((await one.exchange(code, silent, basic('wrong'))).statusCode).toBe(401)
    for (const authorization of ['Basic', 'Basic !', 'Bearer x', `Basic ${btoa('%zz:%zz')}`]) {
      expect((await one.exchange(code, silent, { authorization })).statusCode).toBe(401)
    }
    expect((await one.exchange(code, silent, basic(partner_secret))).statusCode).toBe(200)
  })

  it('answers in OAuth’s shape to what is no form', async () => {
    for (const [type, payload] of [
      ['application/json', '{}'],
      ['text/plain', 'x'],
      ['application/x-www-form-urlencoded', 'x'.repeat(33_000)],
    ] as const) {
      const reply = await test.app.inject({
        method: 'POST',
        url: '/oauth/token',
        headers: { 'content-type': type },
        payload,
      })
      expect([reply.statusCode >= 400 && reply.statusCode < 500, reply.json()]).toEqual([
        true,
        { error: 'invalid_request', error_description: expect.any(String) },
      ])
    }
  })
})

it('a standard OAuth client that insists on everything gets its token', async () => {
  const { url } = test.services.config
  const customFetch = async (
    target: string,
    init: { method?: string; headers?: unknown; body?: unknown },
  ) => {
    const { pathname } = new URL(target)
    const reply = await test.app.inject({
      method: (init.method ?? 'GET') as 'GET',
      url: pathname,
      headers: init.headers as Record<string, string>,
      ...(init.body ? { payload: String(init.body) } : {}),
    })
    return new Response(reply.body, {
      status: reply.statusCode,
      headers: { 'content-type': String(reply.headers['content-type']) },
    })
  }
  const options = { [oauth.customFetch]: customFetch, [oauth.allowInsecureRequests]: true } as object
  const issuer = new URL(url)
  const discovery = await oauth.discoveryRequest(issuer, { ...options, algorithm: 'oauth2' })
  const server = await oauth.processDiscoveryResponse(issuer, discovery)
  const client = { client_id: partner.partner_id }
  const back = oauth.validateAuthResponse(server, client, locationOf(await one.answer(anew)), asked.state)
  const reply = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.ClientSecretBasic(partner.partner_secret),
    back,
    redirectUri,
    verifier,
    options,
  )
  const result = await oauth.processAuthorizationCodeResponse(server, client, reply)
  expect((await account(result.access_token)).statusCode).toBe(200)
})

it('an access token in the address is neither taken nor shown', async () => {
  const { token } = await test.signUp(`url${count}@acme.test`)
  const { reply, cookie, ticket } = await one.openPage({ ...asked, access_token: token, way: 'sign_in' })
  expect(reply.body).not.toContain(token)
  const posted = await test.app.inject({
    method: 'POST',
    url: `/oauth/authorization?access_token=${token}`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: test.services.config.url,
      cookie,
    },
    payload: new URLSearchParams({ ticket, answer: 'allow', way: 'sign_in' }).toString(),
  })
  expect(posted.statusCode).toBe(422)
})

it('without registered addresses none of it is there', async () => {
  const plain = await createTestApp()
  const query = new URLSearchParams(asked)
  const page = await plain.app.inject({
    url: `/oauth/authorization?${query}`,
    headers: { accept: 'text/html' },
  })
  expect([page.statusCode, page.body]).toEqual([404, expect.stringContaining('There is nothing here')])
  expect((await createTestPartner(plain).exchange('x')).statusCode).toBe(404)
  await plain.close()
})
