import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { describeConnector, runConnector, type Situation } from '../connector-contract.testing.ts'
import { tapConnector } from './connector.ts'
import { fixtureFile, fixtureSecrets } from './fixture-file.testing.ts'

const connector = tapConnector(fixtureFile)
const outbound = createOutbound({ allowPrivateNetworks: true })

const situation = (settings: Record<string, string>): Situation => ({
  settings: { ...fixtureSecrets, ...settings },
  grant: null,
  ...outbound,
})
const critical = (words: string, settings: Record<string, string> = {}) =>
  situation({ act: 'fails critically', words, ...settings })

const failing = (code: string, field: string | null, words: string) =>
  [words, { code, field, words }] as const
const told = [
  failing(
    'CredentialsRejected',
    null,
    'CRITICAL 401 Client Error: Unauthorized for url: https://shop.test/v1',
  ),
  failing('CredentialsRejected', null, '2026-11-30 10:00:00,000 | CRITICAL | tap-shop | Invalid API key'),
  failing('CredentialsRejected', null, 'FATAL HTTP-error-code: 403, Error: Forbidden'),
  failing('VendorRateLimited', null, 'CRITICAL 429 Client Error: Too Many Requests'),
  failing('ConnectionTimeout', null, 'ERROR ReadTimeout: the read timed out'),
  failing('HostNotFound', null, 'socket.gaierror: [Errno -2] Name or service not known'),
  failing('ConnectionRefused', null, 'ConnectionError: [Errno 111] Connection refused'),
  failing('VendorUnavailable', null, '{"level": "critical", "message": "503 Server Error"}'),
  failing('TlsUntrusted', null, 'CRITICAL SSLError(certificate verify failed: self signed certificate)'),
  failing('SettingUnusable', 'page_size', "CRITICAL Config is missing required keys: ['pageSize', 'other']"),
  failing(
    'SettingUnusable',
    'refresh_token',
    "Config validation failed: 'refresh_token' is a required property",
  ),
  failing('CheckFailed', null, 'CRITICAL division by zero'),
]

describeConnector(connector, {
  example: { act: 'works', ...fixtureSecrets, page_size: '50', region: 'eu' },
  junk: { page_size: ['ten', '1.5', ''], region: [''] },
  working: () => situation({ act: 'works' }),
  silent: () => ({
    situation: situation({ act: 'hangs and ignores signals' }),
    isAsked: (lines) => lines.includes('INFO waiting'),
  }),
  config: () => {
    const { api_key, refresh_token } = fixtureSecrets
    return { act: 'works', api_key, auth: { refresh_token } }
  },
  secrets: () => Object.values(fixtureSecrets),
  failures: {
    ...Object.fromEntries(
      told.map(([, { code, field, words }]) => [words, { code, field, situation: () => critical(words) }]),
    ),
    'a tap that shows its secrets': {
      code: 'VendorUnavailable',
      field: null,
      situation: () => situation({ act: 'shows its secrets' }),
    },
    'a tap that shows its config': {
      code: 'CheckFailed',
      field: null,
      situation: () => situation({ act: 'prints its config' }),
    },
    'a tap without a word': {
      code: 'CheckFailed',
      field: null,
      situation: () => situation({ act: 'fails without a word' }),
    },
    'a tap that is killed': {
      code: 'CheckFailed',
      field: null,
      situation: () => situation({ act: 'kills itself' }),
    },
    garbage: { code: 'CheckFailed', field: null, situation: () => situation({ act: 'prints garbage' }) },
    'half a catalog': {
      code: 'CheckFailed',
      field: null,
      situation: () => situation({ act: 'prints half a catalog' }),
    },
  },
})

const detailOf = async (settings: Record<string, string>) => {
  const { error } = await runConnector(connector, situation(settings))
  return (error as { detail: string }).detail
}

describe('what a tap leaves', () => {
  it.each([
    [{ act: 'kills itself' }, 'The tap was ended by SIGKILL: the system does so when memory runs out.'],
    [{ act: 'crashes' }, 'The tap was ended by SIGSEGV.'],
    [{ act: 'fails without a word' }, 'The tap ended with exit code 3, and did not say why.'],
    [{ act: 'prints garbage' }, 'What the tap printed is no catalog.'],
    [{ act: 'shows its secrets' }, 'The tap said: 500 for https://shop.test/?key=***'],
    [
      { act: 'fails critically', words: `CRITICAL \u202eodd\u0007 ${'x'.repeat(1000)}` },
      `The tap said: odd ${'x'.repeat(295)}…`,
    ],
  ])('is told in a sentence: %j', async (settings, detail) => {
    expect(await detailOf(settings)).toBe(detail)
  })

  it('has its config in its own names and kinds', async () => {
    const detail = await detailOf({ act: 'prints its config', page_size: '50' })
    expect(detail).toBe(
      'The tap said: {"act":"prints its config","api_key":"***","auth":{"refresh_token":"***"},"pageSize":50}',
    )
  })

  it('counts as a sign of life, on standard error too', async () => {
    const { phases } = await runConnector(connector, situation({ act: 'fails without a word' }))
    expect(phases).toEqual(['reading_schema'])
  })

  it('is a catalog though a library warns before it', async () => {
    const { streams } = await runConnector(connector, situation({ act: 'warns before it prints' }))
    expect(streams).toHaveLength(2)
  })

  it('of years ago is read as of today', async () => {
    const { streams } = await runConnector(connector, situation({ act: 'works' }))
    expect(streams[1]).toMatchObject({
      tap_stream_id: 'people',
      schema: { properties: { id: { type: 'string' }, notes: { type: 'string' } } },
      metadata: [
        {
          breadcrumb: [],
          metadata: {
            'table-key-properties': ['id'],
            'valid-replication-keys': ['changed'],
            'selected-by-default': true,
          },
        },
        { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic' } },
        {
          breadcrumb: ['properties', 'changed'],
          metadata: { inclusion: 'available', 'selected-by-default': true },
        },
        {
          breadcrumb: ['properties', 'notes'],
          metadata: { inclusion: 'available', 'selected-by-default': false },
        },
      ],
    })
    expect(JSON.stringify(streams[1])).not.toContain('"selected":')
  })

  it('behind is ended with it, also what has left its group, where there are no walls', async () => {
    const { lines, streams } = await runConnector(connector, situation({ act: 'leaves children' }))
    expect(streams).toHaveLength(2)
    const children = lines.map((line) => Number(/^INFO child (\d+)$/.exec(line)?.[1]))
    expect(children).toHaveLength(2)
    await expect.poll(() => children.filter(isAlive)).toEqual([])
  })

  it('where its config is ruined is kept out', async () => {
    const { streams, error } = await runConnector(connector, situation({ act: 'ruins its config' }))
    expect([streams.length, error]).toEqual([2, null])
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
