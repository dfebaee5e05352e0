import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'

/* Settings that make no address of the vendor's are refused where they are given. */

const info = connectorInfo({
  type: 'platform.desk',
  slug: 'desk',
  steps: ['form', 'oauth'],
  properties: [
    property('subdomain', { affects_authorization: true }),
    property('region', {
      affects_authorization: true,
      json_schema: { enum: ['eu', 'us'] },
      default: 'eu',
    }),
    property('note', { is_required: false }),
  ],
  authorization: { provider_name: 'Desk', scopes: [] },
})
const at = (path: string) => `https://{subdomain}.{region}.desk.test/${path}`

let test: TestParts
beforeEach(async () => {
  test = await createTestParts({
    connectors: [
      {
        info,
        hosts: ['*.eu.desk.test'],
        oauth: {
          issuer: null,
          sendsIssuer: false,
          authorizationEndpoint: at('authorize'),
          tokenEndpoint: at('token'),
          endpointSettings: ['subdomain', 'region'],
          clientAuthentication: 'post',
          scopes: [],
        },
      },
    ],
  })
})
afterEach(() => test.close())

const create = (properties: Record<string, string>, isForm: boolean) =>
  test.database.write((tx) =>
    test.sources.create(
      tx,
      1,
      { type: info.type, display_name: `Desk ${Math.random()}`, properties },
      { mustBeComplete: isForm, uniqueName: isForm },
    ),
  )
const update = (id: number, properties: Record<string, string>, mode: 'merge' | 'replace') =>
  test.database.write((tx) => test.sources.update(tx, 1, id, { properties }, mode))
const fault = { code: 'InvalidProperties', data: { faults: { subdomain: { rule: 'no_address' } } } }

describe.each([
  ['the form', true, 'replace'],
  ['the API', false, 'merge'],
] as const)('by %s', (_name, isForm, mode) => {
  it.each(['evil.test/', 'evil.test#', 'a@b', 'a b', '..', 'a\\b'])('%j is refused', async (subdomain) => {
    await expect(create({ subdomain }, isForm)).rejects.toMatchObject(fault)
    const { id } = await create({ subdomain: 'acme' }, isForm)
    await expect(update(id, { subdomain }, mode)).rejects.toMatchObject(fault)
    expect((await test.sources.get(1, id)).properties).toContain('acme')
  })

  it('what makes one is taken, and what has no part in it is not looked at', async () => {
    const { id } = await create({ subdomain: 'acme', note: 'evil.test/' }, isForm)
    await update(id, { subdomain: 'other-1', note: 'x' }, mode)
    expect((await test.sources.get(1, id)).properties).toContain('other-1')
  })
})

it('the API may leave it for later', async () => {
  const { id } = await create({}, false)
  await expect(update(id, { subdomain: 'a/b' }, 'merge')).rejects.toMatchObject(fault)
})
