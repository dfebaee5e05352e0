import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPlace, type TestPlace } from './cli.testing.ts'

const secret = 'read-from-standard-input'

let place: TestPlace
beforeAll(async () => {
  place = await openPlace({
    BOBBIN_OAUTH_HARVEST_CLIENT_ID: 'of-settings',
    BOBBIN_OAUTH_HARVEST_CLIENT_SECRET: 's',
  })
})
afterAll(() => place.close())

it('adds, lists and removes the operator’s clients; the secret comes from standard input and is printed nowhere', async () => {
  const type = 'platform.harvest'
  const added = await place.bobbin(
    ['oauth-clients', 'add', '--type', type, '--client-id', 'ours', '--name', 'Second', '--json'],
    {},
    `${secret}\n`,
  )
  expect(added).toMatchObject({ code: 0 })
  const { id } = JSON.parse(added.stdout) as { id: string }
  const listed = await place.bobbin(['oauth-clients', 'list'])
  expect(listed.stdout).toContain('of-settings')
  expect(listed.stdout).toMatch(new RegExp(`${id} .*ours +Second +yes`))
  const found = await place.withCore(({ oauthClients }) =>
    oauthClients.choose({ account_id: 1, type, oauth_client_id: null }),
  )
  expect(found).toEqual({ issuer: { accountId: 1, oauthClientId: id }, client: { id: 'ours', secret } })

  const set = await place.bobbin(['oauth-clients', 'set-secret', id], {}, `${secret}-2`)
  const removed = await place.bobbin(['oauth-clients', 'remove', id])
  const again = await place.bobbin(['oauth-clients', 'remove', id])
  expect([set.code, removed.code, again.code]).toEqual([0, 0, 1])
  expect(JSON.stringify([added, listed, set, removed, again])).not.toContain(secret)
})

it.each([
  [['add', '--type', 'platform.harvest', '--client-id', 'x'], 'asks for the secret'],
  [['add', '--type', 'platform.hp-postgres', '--client-id', 'x'], 'authorized by OAuth'],
  [['set-secret', 'x'], 'no secret on standard input'],
  [['list', '--account', '99'], '99'],
])('%j says what is wrong', async (args, sentence) => {
  const { code, stderr } = await place.bobbin(['oauth-clients', ...args])
  expect([code, stderr]).toEqual([1, expect.stringContaining(sentence)])
})

it('a server that runs offers what a client was added for by another process, and no more once that has gone', async () => {
  const type = 'platform.xero'
  const BOBBIN_ANONYMOUS_CATALOG = 'true'
  const { url } = await place.serve({ BOBBIN_ANONYMOUS_CATALOG })
  let flows = 0
  const seen = async () => {
    const flowId = String((flows += 1)).padStart(22, 'a')
    const page = await fetch(`${url}/connect/${flowId}?function=addSource&type=${type}`)
    const list = await fetch(`${url}/api/platform_user/platform/connectors`)
    return {
      kept: page.headers.get('cache-control'),
      form: (await page.text()).includes('name="start_date"'),
      catalog: (await list.text()).includes(type),
    }
  }
  const nothing = { kept: 'no-store', form: false, catalog: false }
  expect(await seen()).toEqual(nothing)
  const args = ['oauth-clients', 'add', '--type', type, '--client-id', 'ours', '--json']
  const { id } = JSON.parse((await place.bobbin(args, {}, secret)).stdout) as { id: string }
  expect(await seen()).toEqual({ kept: 'no-store', form: true, catalog: true })
  await place.bobbin(['oauth-clients', 'remove', id])
  expect(await seen()).toEqual(nothing)
})
