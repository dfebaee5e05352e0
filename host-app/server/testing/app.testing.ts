import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { pino, type Logger } from 'pino'
import type { z } from 'zod'
import { createApp } from '../app.ts'
import { readConfig } from '../config.ts'
import { runInThisProcess } from './in-process.testing.ts'
import type { CoreOptions } from '../core.ts'
import { createServices, type Services } from '../services.ts'
import { openTestStore } from './store.testing.ts'

export const partner = { partner_id: 'partner', partner_secret: 'a partner secret of a good length' }

export const person = { company: 'Acme', email: 'anna@acme.test', first_name: 'Anna', last_name: 'Ax' }

/** The real app on a database of its own, without a port. */
export interface TestApp {
  readonly app: FastifyInstance
  readonly services: Services
  /** A new account, and calls in its name. */
  signUp(email?: string): Promise<TestAccount>
  close(): Promise<void>
}

export interface TestAccount {
  readonly id: number
  readonly token: string
  call(
    method: NonNullable<InjectOptions['method']>,
    url: string,
    payload?: InjectOptions['payload'],
  ): Promise<TestReply>
}

interface TestReply {
  readonly status: number
  readonly body: unknown
  /** The body, which must have this shape. */
  as<Schema extends z.ZodType>(schema: Schema): z.output<Schema>
}

/** The settings of OAuth clients at the providers of these connectors. */
export function clientsFor(slugs: readonly string[]): Record<string, string> {
  const stems = slugs.map((slug) => `BOBBIN_OAUTH_${slug.toUpperCase().replaceAll('-', '_')}_CLIENT`)
  return Object.fromEntries(
    stems.flatMap((stem) => [
      [`${stem}_ID`, 'client'],
      [`${stem}_SECRET`, 'a client secret'],
    ]),
  )
}

/**
 * `env`: settings beside those of every test. Its connectors are called in this process, which saves several processes a
 * test; a test of what crosses that boundary shares real ones.
 */
export async function createTestApp(
  env: Readonly<Record<string, string>> = {},
  log: Logger = pino({ level: 'silent' }),
  startConnectors: CoreOptions['startConnectors'] = (_, { registry, outbound }) =>
    runInThisProcess(registry, outbound),
): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bobbin-app-'))
  const config = readConfig({
    BOBBIN_DATA_DIR: dataDir,
    BOBBIN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    BOBBIN_PARTNER_ID: partner.partner_id,
    BOBBIN_PARTNER_SECRET: partner.partner_secret,
    BOBBIN_CONNECTORS: fileURLToPath(new URL('shop-connector.testing.ts', import.meta.url)),
    BOBBIN_TIMINGS: '{"heartbeat":50}',
    ...clientsFor(['test-crm', 'test-trip', 'test-choice', 'demo-crm']),
    // All tests call from one address.
    BOBBIN_RATE_LIMIT_REFUSED: '1000000',
    ...env,
  })
  const services = await createServices(config, log, Date.now, {
    openStore: openTestStore,
    startConnectors,
  })
  const app = await createApp(services)
  services.checkRunner.start()
  services.deliveryWorker.start()

  async function signUp(email: string = person.email): Promise<TestAccount> {
    const { accountId, accessToken } = await services.database.write((tx) =>
      services.accounts.create(tx, { ...person, email, ...partner }),
    )
    return {
      id: accountId,
      token: accessToken,
      async call(method, url, payload) {
        const reply = await app.inject({
          method,
          url,
          headers: { authorization: `Bearer ${accessToken}` },
          ...(payload === undefined ? {} : { payload }),
        })
        const body: unknown = reply.body === '' ? null : reply.json()
        return { status: reply.statusCode, body, as: (schema) => schema.parse(body) }
      },
    }
  }

  async function close() {
    await app.close()
    await services.checkRunner.stop()
    await services.connectorRunner.close()
    await services.deliveryWorker.stop()
    await services.revocationWorker.stop()
    await services.tokenUses.flush()
    await services.database.close()
    await rm(dataDir, { recursive: true })
  }

  return { app, services, signUp, close }
}
