import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Environment } from '../server/config.ts'
import { makeDataFolder } from '../server/store/data-folder.ts'
import { replaceWhole } from '../server/store/whole-file.ts'
import { startCustomerApp } from './customer/customer-app.ts'
import { startDemoProvider } from './demo-provider.ts'
import { readDemoSettings, settleHost, type DemoHost } from './demo-settings.ts'
import { findFreePort, requireFreePort } from './local-server.ts'

/** How long the host app may take to answer, in milliseconds. */
const startLimit = 30_000

/**
 * The whole product on one machine: the host app, a made-up company with a real OAuth provider, and the
 * app of a customer. Three origins, so that everything crosses origins as it does in real life.
 */
async function startDemo(): Promise<void> {
  const { port, firstPort, dataDir, accessTokenTtl } = readDemoSettings(process.env)
  if (port !== null) await requireFreePort(port)
  await makeDataFolder(dataDir)
  const secrets = await openSecrets(join(dataDir, 'demo-secrets.json'))
  const hostPort = port ?? (await findFreePort(firstPort))
  const customerPort = await findFreePort(hostPort + 1)
  const providerPort = await findFreePort(customerPort + 1)
  const customerUrl = `http://127.0.0.1:${customerPort}`
  const client = { clientId: 'bobbin', clientSecret: secrets.clientSecret }
  const demoCrm = { ...client, url: `http://127.0.0.1:${providerPort}` }
  const { partnerSecret } = secrets
  const settings = settleHost(process.env, { port: hostPort, dataDir, partnerSecret, demoCrm })

  const provider = await startDemoProvider({
    ...demoCrm,
    port: providerPort,
    redirectUris: [`${settings.url}/oauth/callback/demo-crm`],
    accessTokenTtl,
  })
  const host = startHost(settings.env)
  if (!(await isHealthy(settings.localUrl, host))) return endWith(host)
  const customer = await startCustomerApp({
    port: customerPort,
    url: customerUrl,
    bobbinUrl: settings.url,
    apiUrl: settings.localUrl,
    partner: settings.partner,
    dataDir,
  })

  const networks = settings.allowPrivateNetworks
    ? `
  BOBBIN_ALLOW_PRIVATE_NETWORKS is on, so that sources on this machine can be reached. Leave it off in production.`
    : ''
  console.info(`
  The demo is ready. Open it here:

    ${customerUrl}

  host app      ${settings.url}
  demo CRM      ${demoCrm.url}   (sign in as anybody)
  data          ${dataDir}

  To call the API from another terminal:

    ${exportLine(settings, process.env['BOBBIN_PARTNER_SECRET'])}
${networks}
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

/** What the README's lines take from the environment. A secret that came from there is known there, and is not shown. */
function exportLine({ url, partner }: DemoHost, ownSecret: string | undefined): string {
  const secret = ownSecret ? '' : ` BOBBIN_PARTNER_SECRET=${partner.secret}`
  return `export BOBBIN_URL=${url} BOBBIN_PARTNER_ID=${partner.id}${secret}`
}

/**
 * The host app as an operator runs it: a process of its own, set up by its environment. Detached, so that
 * Ctrl+C reaches it once, through us; should we be killed, it notices.
 */
function startHost(env: Environment): ChildProcess {
  const main = fileURLToPath(new URL('../server/main.ts', import.meta.url))
  const tie = new URL('end-with-parent.ts', import.meta.url).href
  const host = spawn(process.execPath, ['--import', tie, main], {
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
  })
  process.once('exit', () => host.kill())
  return host
}

async function isHealthy(url: string, host: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + startLimit
  while (Date.now() < deadline && host.exitCode === null) {
    const response = await fetch(`${url}/healthz`).catch(() => null)
    if (response?.ok && host.exitCode === null) return true
    await delay(100)
  }
  return false
}

/** A host app that ended has said why. */
function endWith(host: ChildProcess): never {
  if (host.exitCode === null) throw new Error(`The host app did not answer within ${startLimit / 1_000} s.`)
  process.exit(host.exitCode || 1)
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
  await replaceWhole(file, JSON.stringify(made))
  return made
}

try {
  await startDemo()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
