import type { TestAccount, TestApp } from '../../testing/app.testing.ts'

/** The page of the tests, which the accounts allow. */
export const page = 'https://app.acme.test'
export const prefix = '/api/platform_user'

/** A page that calls the catalog as a browser would: its origin, its token, and whatever cookies it was given. */
export function createTestPage({ app }: Pick<TestApp, 'app'>, origin: string | null = page) {
  const jar = new Map<string, string>()

  async function call(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    {
      token,
      body,
      from = origin,
      cookie,
    }: { token?: string | undefined; body?: object; from?: string | null; cookie?: string } = {},
  ) {
    const cookies = cookie ?? [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await app.inject({
      method,
      url: `${prefix}${path}`,
      headers: {
        'xkit-js-version': '3.14.1',
        ...(from === null ? {} : { origin: from }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(cookies === '' ? {} : { cookie: cookies }),
      },
      ...(body === undefined ? {} : { payload: body }),
    })
    for (const one of [reply.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    return { status: reply.statusCode, body: JSON.parse(reply.body || 'null'), headers: reply.headers }
  }

  return { call, jar }
}

/** An account whose pages are those of the tests. */
export async function signUpWithPage(test: TestApp, email: string): Promise<TestAccount> {
  const account = await test.signUp(email)
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
  return account
}

/** A customer token, made by the account unless another key is named. */
export async function customerToken(
  { app }: Pick<TestApp, 'app'>,
  account: Pick<TestAccount, 'id' | 'token'>,
  body: object = {},
  key = account.token,
): Promise<string> {
  const reply = await app.inject({
    method: 'POST',
    url: `/customer/${account.id}/token`,
    headers: { authorization: `Bearer ${key}` },
    payload: body,
  })
  return (reply.json() as { token: string }).token
}
