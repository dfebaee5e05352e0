import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLog } from '../../ground/log.ts'
import { createTestApp, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow } from '../../testing/flow.testing.ts'
import { requireOrigin } from './page-origin.ts'

const a = 'https://app.example.com'
const b = 'https://other.example.com'
const production = { allowedOrigins: null, isProduction: true }
const development = { allowedOrigins: null, isProduction: false }
const ask = (own: string[], given: string | undefined, rules: Parameters<typeof requireOrigin>[2]) =>
  requireOrigin({ accountId: 7, allowedOrigins: own }, given, rules)

it.each([
  [[a, b], a, production, [a, b]],
  [[a], a, development, [a]],
  [[], a, development, 'any'],
  [[], a, { allowedOrigins: [a], isProduction: false }, [a]],
  [[a, b], a, { allowedOrigins: [a], isProduction: true }, [a]],
] as const)('of %j, %s may open', (own, given, rules, allowedOrigins) => {
  expect(ask([...own], given, rules)).toEqual({ origin: given, allowedOrigins })
})

it.each([
  ['the account has none, in production', [], a, production, `${a} is not allowed: the account has no`],
  ['it is another than the account’s', [b], a, development, `${a} is not among the allowed_origins`],
  ['it differs by its port', [a], `${a}:8443`, production, `${a}:8443 is not among`],
  ['it differs by its scheme', [a], 'http://app.example.com', production, 'http://app.example.com is not'],
  ['it is not the operator’s', [a], a, { allowedOrigins: [b], isProduction: true }, 'BOBBIN_ALLOWED_ORIGINS'],
  ['nor without a list', [], a, { allowedOrigins: [b], isProduction: false }, 'BOBBIN_ALLOWED_ORIGINS'],
  [
    'it is another’s, and not the operator’s',
    [b],
    a,
    { allowedOrigins: [b], isProduction: true },
    'not among',
  ],
  ['there is none', [a], undefined, production, 'The page has no origin'],
  ['it is a sandboxed frame’s', [], 'null', development, 'The page has no origin'],
  ['it is longer than any', [a], `https://${'x'.repeat(5_000)}`, production, 'not among'],
] as const)('is refused where %s, and says which and why', (_, own, given, rules, words) => {
  const origin = given === undefined || given === 'null' ? null : given.slice(0, 300)
  expect(() => ask([...own], given, rules)).toThrow(
    expect.objectContaining({
      code: 'UpgradeEphemeralToken',
      status: 403,
      accountId: 7,
      message: expect.stringContaining(words),
      data: { reason: 'origin', origin },
    }),
  )
})

let test: TestApp
const lines: Record<string, unknown>[] = []
beforeAll(async () => {
  const log = createLog('info', {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  })
  test = await createTestApp({ BOBBIN_ALLOWED_ORIGINS: b }, log)
})
afterAll(() => test.close())

it('the log of the server names account, reason and origin, once, in the name of the request', async () => {
  const account = await test.signUp()
  const { body } = await account.call('POST', '/v3/sessions/ephemeral')
  const { ephemeral_token: token } = body as { ephemeral_token: string }
  const reply = await createTestFlow(test.app, test.services).claim(token, undefined, { origin: a })
  expect([reply.statusCode, reply.json()]).toMatchObject([403, { data: { reason: 'origin', origin: a } }])
  expect(lines.filter(({ reason }) => reason === 'origin')).toEqual([
    expect.objectContaining({
      level: 'warn',
      accountId: account.id,
      origin: a,
      request_id: reply.headers['x-request-id'],
      msg: expect.stringContaining(`a page was refused: The origin ${a} is not`),
    }),
  ])
  // The same token opens for a page that may.
  expect(
    (await createTestFlow(test.app, test.services).claim(token, undefined, { origin: b })).statusCode,
  ).toBe(200)
})
