import { describe, expect, it } from 'vitest'
import { ConnectorError, type Connector } from '../../../connectors/connector.ts'
import { connectorInfo, table } from '../../testing/made-up-connector.testing.ts'
import { plainProvider } from '../oauth/oauth-world.testing.ts'
import { runChecks } from './run-checks.testing.ts'

const world = runChecks()

/** A vendor that takes only the new token, and refuses the old one where `refuse` says. */
function pickyConnector(refuse: 'check' | 'discover', code: 'AuthorizationExpired' | 'CredentialsRejected') {
  const tokens: (string | null)[] = []
  const connector: Connector = {
    info: connectorInfo({
      steps: ['form', 'oauth', 'discover_schema', 'field_selection'],
      authorization: { provider_name: 'Shop', scopes: [] },
    }),
    oauth: plainProvider('http://127.0.0.1:1'),
    check({ grant }) {
      tokens.push(grant?.accessToken ?? null)
      if (refuse === 'check' && grant?.accessToken !== 'new') throw new ConnectorError(code)
      return Promise.resolve()
    },
    async *discover({ grant }) {
      yield table('a')
      yield table('b')
      if (grant?.accessToken !== 'new') throw new ConnectorError(code)
      yield table('c')
    },
  }
  return { connector, tokens }
}

describe('a check whose token the vendor refuses', () => {
  it.each([
    ['check', 'AuthorizationExpired'],
    ['discover', 'AuthorizationExpired'],
    ['check', 'CredentialsRejected'],
  ] as const)('starts over with a renewed one: at %s, with %s', async (where, code) => {
    const { connector, tokens } = pickyConnector(where, code)
    await world.createTest(connector, { freshGrant: tokensOf({ renewed: 'new' }) })
    const { source, name, check } = await checkOf()
    expect(check).toMatchObject({ status: 'succeeded', stream_count: 3 })
    expect((await world.test.streams.columns(1, source, null)).stream_name).toEqual(['a', 'b', 'c'])
    expect(tokens).toEqual(['old', 'new'])
    expect(JSON.stringify(await world.eventsOf(`check:${name}`))).toContain('It is renewed')
    expect((await world.test.credentials.describe(1, source, 'oauth'))?.status).toBe('ok')
  })

  it('fails after the second refusal, and the grant is dead', async () => {
    const { connector, tokens } = pickyConnector('check', 'AuthorizationExpired')
    await world.createTest(connector, { freshGrant: tokensOf({ renewed: 'also old' }) })
    const { source, check } = await checkOf()
    expect(check?.failure).toMatchObject({ code: 'AuthorizationExpired' })
    expect(tokens).toEqual(['old', 'also old'])
    expect((await world.test.credentials.describe(1, source, 'oauth'))?.status).toBe('rejected')
  })

  it('fails without harm to the grant while its provider cannot renew', async () => {
    const { connector } = pickyConnector('check', 'AuthorizationExpired')
    await world.createTest(connector, { freshGrant: tokensOf({ fails: 'VendorUnavailable' }) })
    const { source, check } = await checkOf()
    expect(check?.failure).toMatchObject({ code: 'VendorUnavailable' })
    expect((await world.test.credentials.describe(1, source, 'oauth'))?.status).toBe('ok')
  })
})

function tokensOf(next: { renewed: string } | { fails: 'VendorUnavailable' }) {
  return (_account: number, _source: number, wish?: { otherThan: string | null }) => {
    if (wish?.otherThan !== 'old') return Promise.resolve({ access_token: 'old' })
    return 'fails' in next
      ? Promise.reject(new ConnectorError(next.fails))
      : Promise.resolve({ access_token: next.renewed })
  }
}

async function checkOf() {
  const source = await world.test.addSource('platform.shop')
  await world.test.database.write((tx) =>
    world.test.credentials.save(tx, {
      accountId: 1,
      sourceId: source.id,
      kind: 'oauth',
      values: { access_token: 'old' },
    }),
  )
  world.test.checkRunner.start()
  const name = await world.test.startCheck(source.id)
  return { source: source.id, name, check: await world.test.finished(name) }
}
