import type { Account } from '../../connect-api.ts'
import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import type { Stack } from '../../stack.ts'
import { expectAllSet, selectStreams } from '../../wizard-window.ts'
import { demoCrm, expectStreams, goToProvider, submitForm } from '../popup/crm-trip.ts'

/** A real authorization server whose access tokens live so many seconds. */
const lifetime = 8
test.use({ providerEnv: { DEMO_ACCESS_TOKEN_TTL: String(lifetime) } })

test('a customer authorizes a service, and the back end gets access that outlives the first token', async ({
  customer,
  account,
  cleanStack,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await submitForm(wizard)
  await goToProvider(wizard)
  await answerProvider(wizard, { name: 'Tilda' })
  await expectStreams(wizard)
  await selectStreams(wizard, ['deals', 'contacts'])
  await expectAllSet(wizard)
  await expect(wizard.getByText('Tilda, Demo workspace')).toBeVisible()
  const result = await call.result()
  expect(result).toMatchObject({
    type: demoCrm,
    step: 'fully_configured',
    check: { status: 'succeeded' },
    selected_streams: ['contacts', 'deals'],
  })
  expect(await account.awaitCheck(result.id)).toMatchObject({ name: result.check?.name, status: 'succeeded' })
  const selected = (await account.listStreams(result.id)).filter((stream) => stream.selected)
  expect(selected.map(({ stream_name: name }) => name).toSorted()).toEqual(['contacts', 'deals'])

  const first = await readToken(account, result.id)
  expect(await askVendor(cleanStack, first)).toEqual({ status: 200, name: 'Tilda' })
  await expect
    .poll(async () => (await askVendor(cleanStack, first)).status, { timeout: 2_000 * lifetime })
    .toBe(401)

  // Many taps start at the same time, while the provider is slow: one refresh is enough for all of them.
  const before = tokenRequests(cleanStack)
  const refresh = cleanStack.proxy.rule({ host: hosts.provider, path: '/token' }, { hold: true })
  const reading = Promise.all(Array.from({ length: 10 }, () => readToken(account, result.id)))
  await expect.poll(() => tokenRequests(cleanStack)).toBe(before + 1)
  // Answered after those that were asked before it have come in.
  await account.getSource(result.id)
  refresh.lift()
  const tokens = new Set(await reading)
  expect(tokens.size).toBe(1)
  expect(tokenRequests(cleanStack)).toBe(before + 1)
  const [fresh = ''] = tokens
  expect(fresh).not.toBe(first)
  expect(await askVendor(cleanStack, fresh)).toEqual({ status: 200, name: 'Tilda' })
})

test('a source that is deleted is over at the provider, too, and the deletion does not wait for it', async ({
  customer,
  account,
  cleanStack,
}) => {
  const { wizard, call } = await customer.open('addSource', { type: demoCrm })
  await submitForm(wizard)
  await goToProvider(wizard)
  await answerProvider(wizard, { name: 'Tilda' })
  await expectStreams(wizard)
  await selectStreams(wizard, ['deals'])
  await expectAllSet(wizard)
  const { id } = await call.result()
  const token = await readToken(account, id)
  expect(await askVendor(cleanStack, token)).toEqual({ status: 200, name: 'Tilda' })

  const revocation = cleanStack.proxy.rule(
    { host: hosts.provider, path: '/token/revocation' },
    { hold: true },
  )
  await account.call('DELETE', `/v4/sources/${id}`)
  const told = async () => {
    const { data } = (await account.call('GET', `/v4/events?source_id=${id}`)) as {
      data: { type: string; data: object }[]
    }
    return data.filter(({ type }) => /deleted|disconnected/.test(type)).map((event) => event.data)
  }
  expect(await told()).toEqual([{ source_id: id }])
  revocation.lift()
  const disconnected = { source_id: id, because: 'deleted', at_provider: 'revoked' }
  await expect.poll(told, { timeout: 30_000 }).toEqual([{ source_id: id }, disconnected])
  expect((await askVendor(cleanStack, token)).status).toBe(401)
})

/** The access token of the Singer config, as a tap is started with it. */
async function readToken(account: Account, id: number): Promise<string> {
  const config = (await account.call('GET', `/v4/sources/${id}/config`)) as Record<string, string>
  expect(config).toEqual({
    start_date: '2026-01-01T00:00:00Z',
    region: 'eu',
    access_token: expect.any(String),
  })
  return config['access_token'] ?? ''
}

/** Calls the vendor's API with an access token, as a tap does. */
async function askVendor({ provider }: Stack, token: string): Promise<{ status: number; name?: string }> {
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`http://127.0.0.1:${provider.port}/api/me`, { headers })
  const { name } = (await response.json()) as { name?: string }
  return { status: response.status, ...(name !== undefined && { name }) }
}

/** How often the provider was asked for tokens. */
function tokenRequests({ proxy }: Stack): number {
  return proxy.requests.filter(({ host, url }) => host === hosts.provider && url === '/token').length
}
