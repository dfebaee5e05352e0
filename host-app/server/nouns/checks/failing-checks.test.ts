import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ConnectorError, type Connector } from '../../../connectors/connector.ts'
import {
  connectorInfo,
  connectorOf,
  property,
  slowConnector,
  table,
} from '../../testing/made-up-connector.testing.ts'
import { plainProvider } from '../oauth/oauth-world.testing.ts'
import { failing, runChecks } from './run-checks.testing.ts'

const world = runChecks()
const { createTest, checkOnce, eventsOf, accountEvents } = world

describe('a check that fails', () => {
  it('names code, field and detail, free of secrets', async () => {
    await createTest(
      failing(
        ({ settings, report }) => {
          report.log(`Trying ${settings['password']}`)
          return Promise.reject(
            new ConnectorError('DatabaseNotFound', {
              field: 'password',
              detail: `not with ${settings['password']} or ${encodeURIComponent(settings['password'] ?? '')}`,
            }),
          )
        },
        [property('password', { is_credential: true })],
      ),
    )
    const { source, name, check } = await checkOnce({ password: 'hunter 2&3' })
    expect(check).toMatchObject({
      status: 'failed',
      error: true,
      check_exit_status: 1,
      discovery_exit_status: 1,
      discovery_error_message: 'There is no database with this name. not with *** or ***',
      failure: { code: 'DatabaseNotFound', field: 'password', detail: 'not with *** or ***' },
    })
    const story = JSON.stringify(await eventsOf(`check:${name}`))
    expect(story).toContain('Trying ***')
    expect(story).not.toContain('hunter')
    expect(await accountEvents()).toMatchObject([
      {
        type: 'source.check_failed',
        data: { source_id: source.id, check_name: name, code: 'DatabaseNotFound', field: 'password' },
      },
    ])
  })

  it('says nothing of an error that the connector did not explain, and logs only its kind', async () => {
    const logged: string[] = []
    const error = Object.assign(new TypeError('connect to 10.0.0.7 with pw hunter2'), { code: 'EPIPE' })
    await createTest(
      failing(() => Promise.reject(error)),
      { logged },
    )
    const { name, check } = await checkOnce()
    expect(check?.failure).toEqual({
      code: 'CheckFailed',
      message: 'The check failed for a reason we do not recognize.',
      field: null,
      detail: null,
    })
    expect(JSON.stringify(await eventsOf(`check:${name}`))).not.toContain('hunter2')
    expect(logged.join()).toContain('"name":"TypeError","code":"EPIPE"')
    expect(logged.join()).not.toMatch(/hunter2|10\.0\.0\.7/)
  })

  it('knows a connector error of another copy of the class, and no field that is not there', async () => {
    const foreign = Object.assign(new Error('x'), {
      name: 'ConnectorError',
      code: 'TlsRequired',
      field: 'ssl',
    })
    await createTest(failing(() => Promise.reject(foreign)))
    expect((await checkOnce()).check?.failure).toMatchObject({ code: 'TlsRequired', field: null })
  })

  it('fails when there is nothing to read', async () => {
    await createTest(connectorOf(() => []))
    expect((await checkOnce()).check?.failure).toMatchObject({ code: 'NothingFound' })
  })

  it('does not fail when there is nothing, where the connector says that this is fine', async () => {
    await createTest({ ...connectorOf(() => []), mayFindNothing: true })
    expect((await checkOnce()).check).toMatchObject({ status: 'succeeded', failure: null, stream_count: 0 })
  })

  it('keeps the streams of the last check that went through', async () => {
    let isBroken = false
    await createTest(
      connectorOf(function* () {
        yield table('a')
        if (isBroken) throw new ConnectorError('VendorUnavailable')
        yield table('b')
      }),
    )
    const { source } = await checkOnce()
    isBroken = true
    expect((await world.test.finished(await world.test.startCheck(source.id)))?.status).toBe('failed')
    expect((await world.test.streams.columns(1, source.id, null)).stream_name).toEqual(['a', 'b'])
  })

  it.each([
    ['CredentialsRejected', 'rejected'],
    ['AuthorizationExpired', 'rejected'],
    ['VendorUnavailable', 'ok'],
  ] as const)('%s leaves the grant %s', async (code, status) => {
    const authorized = connectorInfo({
      steps: ['form', 'oauth', 'discover_schema'],
      authorization: { provider_name: 'Shop', scopes: [] },
    })
    const oauth = plainProvider('http://127.0.0.1:1')
    const connector = failing(() => Promise.reject(new ConnectorError(code)))
    const freshGrant = () => Promise.resolve({ values: { access_token: 'at' }, others: {} })
    await createTest({ ...connector, info: authorized, oauth }, { freshGrant })
    const source = await world.test.addSource('platform.shop')
    await world.test.database.write((tx) =>
      world.test.credentials.save(tx, {
        accountId: 1,
        sourceId: source.id,
        kind: 'oauth',
        values: { a: 'b' },
      }),
    )
    world.test.checkRunner.start()
    await world.test.finished(await world.test.startCheck(source.id))
    expect((await world.test.credentials.describe(1, source.id, 'oauth'))?.status).toBe(status)
  })

  it('ends in time even if the connector ignores its signal', async () => {
    const never = () => new Promise<void>(() => {})
    await createTest(failing(never), { timings: { checkTotal: 100 } })
    expect((await checkOnce()).check?.failure).toMatchObject({ code: 'ConnectionTimeout', detail: null })
  })

  it('tells apart a server that does not answer and a schema that takes too long', async () => {
    await createTest(slowConnector(10_000, 1), { timings: { checkTotal: 300 } })
    expect((await checkOnce()).check?.failure).toMatchObject({
      code: 'ConnectionTimeout',
      detail: 'Reading the schema took too long.',
    })
  })

  it('tells of a silence before the first stream that it came while reading', async () => {
    await createTest(slowConnector(10_000, 60_000), { timings: { checkSilence: 150 } })
    expect((await checkOnce()).check?.failure).toMatchObject({
      code: 'ConnectionTimeout',
      field: null,
      detail: 'It fell silent while reading the schema.',
    })
  })

  it('ends when the connector is silent, whatever it writes into the log', async () => {
    const chatter: Connector['check'] = async ({ report, signal }) => {
      report.phase('connecting')
      while (!signal.aborted) {
        report.log('Still here.')
        await delay(5)
      }
    }
    await createTest(failing(chatter), { timings: { checkSilence: 150 } })
    expect((await checkOnce()).check?.failure).toMatchObject({ code: 'ConnectionTimeout' })
  })

  it('goes on for longer than a silence may be, as long as streams come', async () => {
    await createTest(slowConnector(40, 20), { timings: { checkSilence: 400 } })
    expect((await checkOnce()).check).toMatchObject({ status: 'succeeded', stream_count: 40 })
  })
})
