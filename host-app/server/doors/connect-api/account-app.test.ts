import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataUrl, testPng, testWebps } from '../../testing/pictures.testing.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'

/** How an account names the app that asks in its name, and shows its logo. */

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_URL: 'https://connect.test' })
})
afterAll(() => test.close())

let accounts = 0
async function signUp(): Promise<TestAccount> {
  accounts += 1
  return test.signUp(`app-${accounts}@acme.test`)
}

const url = '/v4/account'
const png = testPng()
const logo = dataUrl(png)

async function shown(account: TestAccount) {
  const { body } = await account.call('GET', url)
  return body as {
    app_name: string | null
    app_logo: string | null
    app_support: string | null
    allowed_origins: string[]
  }
}

async function servedAt(address: string | null) {
  return test.app.inject({ url: new URL(address ?? '').pathname })
}

it('has no name and no logo at first', async () => {
  expect(await shown(await signUp())).toMatchObject({ app_name: null, app_logo: null })
})

it('is given both, keeps what a call leaves out, and loses what one clears', async () => {
  const account = await signUp()
  const origins = ['https://app.example.com']
  const set = await account.call('PUT', url, { app_name: ' Acme Analytics ', app_logo: logo })
  const address = expect.stringMatching(/^https:\/\/connect\.test\/app-logos\/[\w-]{43}\.png$/)
  expect(set).toMatchObject({
    status: 200,
    body: { app_name: 'Acme Analytics', app_logo: address, allowed_origins: [] },
  })
  expect(await shown(account)).toEqual(set.body)

  await account.call('PUT', url, { allowed_origins: origins })
  expect(await shown(account)).toEqual({ ...(set.body as object), allowed_origins: origins })
  await account.call('PUT', url, { app_name: null })
  expect(await shown(account)).toMatchObject({ app_name: null, app_logo: address, allowed_origins: origins })
  await account.call('PUT', url, { app_name: 'Acme', app_logo: null })
  expect(await shown(account)).toMatchObject({ app_name: 'Acme', app_logo: null, allowed_origins: origins })
  expect(await account.call('PUT', url, {})).toMatchObject({ status: 200, body: { app_name: 'Acme' } })
})

it('is part of the version that a change may name', async () => {
  const account = await signUp()
  const put = (payload: object, etag: string) =>
    test.app.inject({
      method: 'PUT',
      url,
      payload,
      headers: { authorization: `Bearer ${account.token}`, 'if-match': etag },
    })
  const etags = ['*']
  for (const change of [
    { app_name: 'A' },
    { app_name: 'B' },
    { app_support: 'https://b.test' },
    { app_logo: logo },
    { app_logo: null },
  ]) {
    const reply = await put(change, etags.at(-1)!)
    expect(reply.statusCode).toBe(200)
    etags.push(String(reply.headers['etag']))
  }
  expect((await put({ app_name: 'C' }, etags.at(-2)!)).statusCode).toBe(412)
  expect(await shown(account)).toMatchObject({ app_name: 'B' })
})

describe('a place to get help', () => {
  it('is stated, kept, and cleared', async () => {
    const account = await signUp()
    expect(await shown(account)).toMatchObject({ app_support: null })
    const set = await account.call('PUT', url, { app_support: ' mailto:help@acme.example?subject=Setup ' })
    const app_support = 'mailto:help@acme.example?subject=Setup'
    expect(set).toMatchObject({ status: 200, body: { app_support } })
    await account.call('PUT', url, { app_name: 'Acme' })
    expect(await shown(account)).toMatchObject({ app_name: 'Acme', app_support })
    await account.call('PUT', url, { app_support: null })
    expect(await shown(account)).toMatchObject({ app_name: 'Acme', app_support: null })
  })

  it("is the operator's where the account states none", async () => {
    const helpful = await createTestApp({ BOBBIN_SUPPORT_URL: 'https://help.operator.example' })
    const account = await helpful.signUp()
    const support = async () => (await helpful.services.accounts.askerOf(account.id)).app.support
    expect(await support()).toBe('https://help.operator.example')
    await account.call('PUT', url, { app_support: 'mailto:help@acme.example' })
    expect(await support()).toBe('mailto:help@acme.example')
    await helpful.close()
  })

  it.each([
    ['a script', 'javascript:alert(1)'],
    ['a page without encryption', 'http://help.acme.example'],
    ['a path of our own', 'https:help'],
    ['a letter to nobody', 'mailto:'],
    ['a file', 'data:text/html,help'],
    ['a word', 'help'],
    ['empty', ''],
    ['longer than 500 characters', `https://acme.example/${'x'.repeat(500)}`],
    ['a number', 7],
  ])('is refused when it is %s', async (_, bad) => {
    await expectRefused({ app_support: bad }, 'app_support')
  })
})

describe('a name', () => {
  it.each([
    ['80 characters', 'x'.repeat(80)],
    ['Hebrew', 'חנות\u200f'],
    ['one', 'A'],
  ])('may be %s', async (_, name) => {
    expect((await (await signUp()).call('PUT', url, { app_name: name })).status).toBe(200)
  })

  it.each([
    ['81 characters', 'x'.repeat(81)],
    ['empty', ''],
    ['blank', '   '],
    ['turning the text around it', 'Acme \u202eknaB'],
    ['an isolate that never ends', 'Acme \u2067'],
    ['two lines', 'Acme\nBank'],
    ['a number', 7],
  ])('is refused when it is %s', async (_, name) => {
    await expectRefused({ app_name: name }, 'app_name')
  })
})

describe('a logo', () => {
  it.each([
    ['PNG', png, 'image/png'],
    ['PNG of 32 KB', ofBytes(32_768), 'image/png'],
    ['lossy WebP', testWebps.lossy, 'image/webp'],
    ['lossless WebP', testWebps.lossless, 'image/webp'],
  ])('may be a %s, and is served as it came', async (_, bytes, type) => {
    const account = await signUp()
    expect((await account.call('PUT', url, { app_logo: dataUrl(bytes, type) })).status).toBe(200)
    const served = await servedAt((await shown(account)).app_logo)
    expect([served.statusCode, served.rawPayload.equals(bytes)]).toEqual([200, true])
    expect(served.headers).toMatchObject({
      'content-type': type,
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    })
  })

  const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex')
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
  it.each([
    ['a PNG of a byte more than 32 KB', dataUrl(ofBytes(32_769))],
    ['33 KB', dataUrl(ofBytes(33 * 1_024))],
    ['a JPEG', dataUrl(jpeg, 'image/jpeg')],
    ['a JPEG that says it is a PNG', dataUrl(jpeg)],
    ['a WebP that says it is a PNG', dataUrl(testWebps.lossy)],
    ['a PNG that says it is a WebP', dataUrl(png, 'image/webp')],
    ['an SVG', dataUrl(svg, 'image/svg+xml')],
    ['an SVG that says it is a PNG', dataUrl(svg)],
    ['a page that says it is a PNG', dataUrl(Buffer.concat([png, Buffer.from('<script>')]))],
    ['half a PNG', dataUrl(png.subarray(0, png.length / 2))],
    ['a PNG as wide as a bomb', dataUrl(testPng({ width: 1_025, height: 1 }))],
    ['a PNG of no pixels', dataUrl(testPng({ height: 0 }))],
    ['a moving PNG', dataUrl(testPng({ more: 8, chunk: 'acTL' }))],
    ['a moving WebP', dataUrl(testWebps.animated, 'image/webp')],
    ['an address', 'https://acme.example/logo.png'],
    ['an address of ours', `/app-logos/${'A'.repeat(43)}.png`],
    ['no base64', 'data:image/png;base64,%%%%'],
    ['base64 that was cut', logo.slice(0, -1)],
    ['a data URL that is not base64', 'data:image/png,PNG'],
    ['a data URL with a parameter', logo.replace(';', ';charset=utf-8;')],
    ['nothing', ''],
    ['a number', 7],
  ])('is refused when it is %s', async (_, bad) => {
    await expectRefused({ app_logo: bad }, 'app_logo')
  })

  it('of one account is not touched by another one with the same, and is gone when nobody has it', async () => {
    const [anna, ben] = [await signUp(), await signUp()]
    const own = dataUrl(testPng({ colour: 0x7a1b2c }))
    for (const account of [anna, ben]) await account.call('PUT', url, { app_logo: own })
    const address = (await shown(anna)).app_logo
    expect((await shown(ben)).app_logo).toBe(address)
    await ben.call('PUT', url, { app_logo: null })
    expect((await servedAt(address)).statusCode).toBe(200)
    await anna.call('PUT', url, { app_logo: dataUrl(testPng({ colour: 0x123456 })) })
    expect((await servedAt(address)).statusCode).toBe(404)
    expect((await servedAt((await shown(anna)).app_logo)).statusCode).toBe(200)
  })

  it.each(['nope.png', `${'A'.repeat(43)}.png`, `${'A'.repeat(43)}.svg`, '..%2f..%2fpackage.json', '%00'])(
    'is not found as %s, and that is kept by nobody',
    async (file) => {
      const reply = await test.app.inject({ url: `/app-logos/${file}` })
      expect([reply.statusCode, reply.json()]).toMatchObject([404, { error: 'NotFound' }])
      expect(reply.headers['cache-control']).toBe('no-store')
    },
  )
})

/** A PNG of so many bytes. */
function ofBytes(count: number): Buffer {
  return testPng({ more: count - png.length - 12 })
}

/** It is refused with the field that is at fault, and nothing of the same call is kept. */
async function expectRefused(change: object, field: string): Promise<void> {
  const account = await signUp()
  const { status, body } = await account.call('PUT', url, {
    app_name: 'Kept back',
    allowed_origins: ['https://a.test'],
    ...change,
  })
  expect([status, body]).toMatchObject([
    400,
    { error: 'InvalidBody', data: { paths: { [field]: expect.any(String) } } },
  ])
  expect(await shown(account)).toMatchObject({ app_name: null, app_logo: null, allowed_origins: [] })
}
