import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createTestApp, type TestApp } from '../../testing/app.testing.ts'
import { created, createTestPartner, redirectUri } from './partner.testing.ts'

/** Markup, so that a page which does not escape it shows. */
export const partnerName = 'Tailor & <b>Daughters</b>'

/** A host app whose partner may send its users, and for each test of a file a person who is new. */
export function usePartner() {
  const world = {
    test: undefined as unknown as TestApp,
    one: undefined as unknown as ReturnType<typeof createTestPartner>,
    count: 0,
    /** A person whose address is new. */
    anew: created,
    account,
    accountCount,
  }
  beforeAll(async () => {
    world.test = await createTestApp({
      BOBBIN_PARTNER_REDIRECT_URIS: `${redirectUri},https://partner.test/other`,
      BOBBIN_PARTNER_NAME: partnerName,
      BOBBIN_TRUSTED_PROXIES: '127.0.0.1',
    })
  })
  beforeEach(() => {
    world.count += 1
    world.anew = { ...created, email: `person${world.count}@acme.test` }
    world.one = createTestPartner(world.test, { address: `203.0.113.${world.count}`, person: world.anew })
  })
  afterAll(() => world.test.close())

  function account(token: string) {
    return world.test.app.inject({ url: '/v4/account', headers: { authorization: `Bearer ${token}` } })
  }

  async function accountCount() {
    return (await world.test.services.database.read.selectFrom('account').select('id').execute()).length
  }

  return world
}
