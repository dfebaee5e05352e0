import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { replaceWhole } from '../server/storage/whole-file.ts'
import { startCustomerApp } from './customer/customer-app.ts'
import { startDemoProvider } from './demo-provider.ts'
import { findFreePort } from './local-server.ts'

/** How long the host app may take to answer, in milliseconds. */
const startLimit = 30_000

/**
 * The whole product on one machine: the host app, a made-up company with a real OAuth provider, and the
 * app of a customer. Three origins, so that everything crosses origins as it does in real life.
 */
async function startDemo(): Promise<void> {
  const dataDir =
    process.env['BOBBIN_DATA_DIR'] || fileURLToPath(new URL('../../.data/demo', import.meta.url))
  const secrets = await openSecrets(join(dataDir, 'demo-secrets.json'))
  const hostPort = await findFreePort(Number(process.env['PORT'] || '8420'))
  const customerPort = await findFreePort(hostPort + 1)
  const providerPort = await findFreePort(customerPort + 1)
  const hostUrl = `http://localhost:${hostPort}`
  const customerUrl = `http://127.0.0.1:${customerPort}`
  const providerUrl = `http://127.0.0.1:${providerPort}`
  const client = { clientId: 'bobbin', clientSecret: secrets.clientSecret }

  const provider = await startDemoProvider({
    ...client,
    port: providerPort,
    url: providerUrl,
    redirectUris: [`${hostUrl}/oauth/callback/demo-crm`],
    accessTokenTtl: Number(process.env['DEMO_ACCESS_TOKEN_TTL'] || '3600'),
  })
  const host = startHost({
    PORT: String(hostPort),
    BOBBIN_URL: hostUrl,
    // This machine only: with private networks allowed it must not be open to others.
    BOBBIN_LISTEN: '127.0.0.1',
    BOBBIN_DATA_DIR: dataDir,
    BOBBIN_PARTNER_ID: 'demo',
    BOBBIN_PARTNER_SECRET: secrets.partnerSecret,
    BOBBIN_PARTNER_NAME: 'Larkspur Reports',
    BOBBIN_DEMO_CRM_URL: providerUrl,
    BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID: client.clientId,
    BOBBIN_OAUTH_DEMO_CRM_CLIENT_SECRET: client.clientSecret,
    BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
    BOBBIN_LOG_LEVEL: process.env['BOBBIN_LOG_LEVEL'] || 'warn',
  })
  await untilHealthy(hostUrl, host)
  const customer = await startCustomerApp({
    port: customerPort,
    url: customerUrl,
    bobbinUrl: hostUrl,
    partner: { id: 'demo', secret: secrets.partnerSecret },
    dataDir,
  })

  console.info(`
  The demo is ready. Open it here:

    ${customerUrl}

  host app      ${hostUrl}
  demo CRM      ${providerUrl}   (sign in as anybody)
  data          ${dataDir}

  BOBBIN_ALLOW_PRIVATE_NETWORKS is on, so that sources on this machine can be reached. Leave it off in production.
  Ctrl+C stops it.
`)

  const stop = async () => {
    await Promise.all([provider.close(), customer.close()])
    host.kill('SIGTERM')
  }
  process.once('SIGINT', () => void stop())
  process.once('SIGTERM', () => void stop())
  process.once('SIGHUP', () => void stop())
  host.once('exit', (code) => process.exit(code ?? 0))
}

/**
 * The host app as an operator runs it: a process of its own, set up by its environment. Detached, so that
 * Ctrl+C reaches it once, through us; should we be killed, it notices.
 */
function startHost(settings: Record<string, string>): ChildProcess {
  const main = fileURLToPath(new URL('../server/main.ts', import.meta.url))
  const tie = new URL('end-with-parent.ts', import.meta.url).href
  const host = spawn(process.execPath, ['--import', tie, main], {
    env: { ...process.env, ...settings },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
  })
  process.once('exit', () => host.kill())
  return host
}

async function untilHealthy(url: string, host: ChildProcess): Promise<void> {
  const deadline = Date.now() + startLimit
  while (Date.now() < deadline && host.exitCode === null) {
    const response = await fetch(`${url}/healthz`).catch(() => null)
    if (response?.ok) return
    await delay(100)
  }
  throw new Error('The host app did not start.')
}

const demoSecrets = z.object({ partnerSecret: z.string(), clientSecret: z.string() })

/** Made once and kept beside the data, readable by their owner only. Nothing is sealed with them: what is damaged is made anew. */
async function openSecrets(file: string): Promise<z.infer<typeof demoSecrets>> {
  try {
    return demoSecrets.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return makeSecrets(file)
  }
}

async function makeSecrets(file: string): Promise<z.infer<typeof demoSecrets>> {
  const made = {
    partnerSecret: randomBytes(32).toString('base64url'),
    clientSecret: randomBytes(32).toString('base64url'),
  }
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 })
  await replaceWhole(file, JSON.stringify(made))
  return made
}

try {
  await startDemo()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
