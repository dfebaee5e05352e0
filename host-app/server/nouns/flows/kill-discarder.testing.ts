import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { createdEphemeralToken } from '@bobbin/shared/session'
import type { FlowState } from '@bobbin/shared/flow'
import { pino } from 'pino'
import { createApp } from '../../app.ts'
import { readConfig } from '../../config.ts'
import { createServices } from '../../services.ts'
import { partner, person } from '../../testing/app.testing.ts'
import { createTestFlow, page } from '../../testing/flow.testing.ts'
import { runInThisProcess } from '../../testing/in-process.testing.ts'
import { shop } from '../../testing/shop.testing.ts'

/**
 * A server whose wizard discards the source that it has made. It is killed before a certain statement of that, or, for 0,
 * once it has answered; prints the source's id before, and after the answer how many statements it took.
 */
const [dataDir = '', last = '0'] = process.argv.slice(2)
const config = readConfig({
  BOBBIN_DATA_DIR: dataDir,
  BOBBIN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  BOBBIN_PARTNER_ID: partner.partner_id,
  BOBBIN_PARTNER_SECRET: partner.partner_secret,
  BOBBIN_CONNECTORS: fileURLToPath(new URL('../../testing/shop-connector.testing.ts', import.meta.url)),
})
const services = await createServices(config, pino({ level: 'silent' }), Date.now, {
  startConnectors: (_, { registry, outbound }) => runInThisProcess(registry, outbound),
})
const app = await createApp(services)
const { accessToken } = await services.database.write((tx) =>
  services.accounts.create(tx, { ...person, ...partner }),
)
const headers = { authorization: `Bearer ${accessToken}` }
const session = { method: 'POST', url: '/v3/sessions/ephemeral', headers } as const
const token = createdEphemeralToken.parse(
  (await app.inject({ ...session, payload: { allowed_origins: [page] } })).json(),
)
const flow = createTestFlow(app, services)
await flow.begin(token.ephemeral_token)
const { display_name, properties } = shop
const { source } = (await flow.call('saveForm', { display_name, properties })).json<FlowState>()
process.stdout.write(`${source?.id}\n`)

let statements = 0
countCalls(DatabaseSync.prototype, ['exec'])
countCalls(StatementSync.prototype, ['all', 'run', 'get', 'iterate'])
const reply = await flow.call('cancelFlow', { discard: [source?.id] })
process.stdout.write(`${reply.statusCode} ${statements}\n`, () => process.kill(process.pid, 'SIGKILL'))

function countCalls(prototype: object, names: readonly string[]): void {
  for (const name of names) {
    const execute = Reflect.get(prototype, name) as (...args: unknown[]) => unknown
    Reflect.set(prototype, name, function (this: unknown, ...args: unknown[]) {
      statements += 1
      if (statements === Number(last)) process.kill(process.pid, 'SIGKILL')
      return execute.apply(this, args)
    })
  }
}
