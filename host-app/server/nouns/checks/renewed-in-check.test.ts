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

describe('a check with several grants', () => {
  /** A vendor that does not take the person's token, and says so only where it is asked with it. */
  function twoTokens(takes: string | null) {
    const { connector } = pickyConnector('check', 'AuthorizationExpired')
    const given: unknown[] = []
    return {
      given,
      connector: {
        ...connector,
        oauth: {
          ...plainProvider('http://127.0.0.1:1'),
          otherGrants: [{ role: 'user', path: ['user'], fatal: false }],
        },
        check({ grant }) {
          const token = grant?.others?.['user']?.accessToken ?? null
          given.push([grant?.accessToken, token])
          if (token !== null && token !== takes)
            throw new ConnectorError('AuthorizationExpired', { role: 'user' })
          return Promise.resolve()
        },
        async *discover() {
          yield table('a')
        },
      } satisfies Connector,
    }
  }
  const freshGrant = (_account: number, _source: number, wish?: { otherThan: string | null }) => {
    const user = { access_token: wish?.otherThan === 'user-0' ? 'user-1' : 'user-0' }
    return Promise.resolve({ values: { access_token: 'main-0' }, others: { user } })
  }

  it('has the one renewed that was refused', async () => {
    const { connector, given } = twoTokens('user-1')
    await world.createTest(connector, { freshGrant })
    expect((await checkOf()).check).toMatchObject({ status: 'succeeded' })
    expect(given).toEqual([
      ['main-0', 'user-0'],
      ['main-0', 'user-1'],
    ])
  })

  it('goes on without one that is refused when it is new, and says so', async () => {
    const { connector, given } = twoTokens(null)
    await world.createTest(connector, { freshGrant })
    const { source, name, check } = await checkOf()
    expect(check).toMatchObject({ status: 'succeeded' })
    expect(given.at(-1)).toEqual(['main-0', null])
    expect(JSON.stringify(await world.eventsOf(`check:${name}`))).toContain('starts over without it')
    expect((await world.test.credentials.describe(1, source, 'oauth'))?.status).toBe('ok')
  })
})

function tokensOf(next: { renewed: string } | { fails: 'VendorUnavailable' }) {
  return (_account: number, _source: number, wish?: { otherThan: string | null }) => {
    if (wish?.otherThan !== 'old') return Promise.resolve(grantsOf('old'))
    return 'fails' in next
      ? Promise.reject(new ConnectorError(next.fails))
      : Promise.resolve(grantsOf(next.renewed))
  }
}

function grantsOf(token: string) {
  return { values: { access_token: token }, others: {} }
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
