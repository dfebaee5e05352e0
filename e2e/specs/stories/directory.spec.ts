import { noteSecretsOf } from '../../evidence.ts'
import { expect, test } from '../../fixtures.ts'

test('a page lists connectors by the client that the host serves, which knows its host', async ({
  page,
  cleanStack,
  account,
}) => {
  const { opener, wizard } = cleanStack.origins
  const made = await account.call('POST', `/customer/${account.id}/token`, {})
  noteSecretsOf(made)
  const { token } = made as { token: string }
  await page.goto(opener)

  const found = await page.evaluate(
    async ([file, token]) => {
      const { default: Openint } = await import(file!)
      const tokens = ['bob_cus_gone', token!]
      const client = new Openint({ token: async () => tokens.shift() ?? '' })
      const names: string[] = []
      for await (const { name } of client.listConnectors({ limit: 2 })) names.push(name)
      const { total } = await client.listConnectors({ limit: 0 })
      const { logo_url: logo } = await client.getConnector('postgres')
      const { code, requestId } = await client.getConnector('nothing').catch((error: unknown) => error)
      return { names, total, logo, code, hasRequestId: requestId !== null }
    },
    [`${wizard}/client/directory.js`, token],
  )
  expect(found).toMatchObject({ total: found.names.length, code: 'NotFound', hasRequestId: true })
  expect(found.names).toContain('postgres')
  expect(found.logo).toBe(`${wizard}/connectors/postgres/logo.svg`)
})

test('a page of another origin is told that it is one', async ({ page, cleanStack, account }) => {
  const { wizard, evil } = cleanStack.origins
  const made = await account.call('POST', `/customer/${account.id}/token`, {})
  noteSecretsOf(made)
  await page.goto(evil)
  const refusal = await page.evaluate(
    async ([file, token]) => {
      const { Openint } = await import(file!)
      return new Openint({ token: token! }).listConnectors().then(
        () => null,
        ({ code, status, data }: { code: string; status: number; data: unknown }) => ({ code, status, data }),
      )
    },
    [`${wizard}/client/directory.js`, (made as { token: string }).token],
  )
  expect(refusal).toEqual({
    code: 'OriginNotAllowed',
    status: 403,
    data: expect.objectContaining({ origin: evil }),
  })
})
