import { randomBytes, randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createdAccount } from '@bobbin/shared/account'
import { createdEphemeralToken } from '@bobbin/shared/session'
import { startServer, type ChildServer } from './child-server.ts'
import { freePort } from '../../scripts/free-port.mjs'
import { postRequest } from './http-request.ts'
import { sendAll } from './load.ts'

/** A host app as an operator runs it: production settings, log lines, its database on the disk. */
export interface HostApp extends ChildServer {
  readonly databaseFile: string
  /** Tokens of a new account, made over REST, for claims by pages of `origin`. */
  createTokens(count: number): Promise<string[]>
  /** The access token of a new account. */
  createAccount(): Promise<string>
}

const main = fileURLToPath(new URL('../../host-app/server/main.ts', import.meta.url))
const benchConnector = fileURLToPath(import.meta.resolve('../connectors/bench-connector.ts'))

export async function startHostApp({
  folder,
  url,
  origin,
  profileFolder = null,
  connectors = benchConnector,
  watch = null,
  preload = null,
}: {
  folder: string
  /** The host app's own origin, as browsers see it; by default where it listens. */
  url?: string
  /** The customer page's origin. */
  origin: string
  profileFolder?: string | null
  /** Path of the module of the operator's connector. */
  connectors?: string
  /** A module that is loaded into the server, and the file that it writes to. */
  watch?: { module: string; file: string } | null
  /** A module that stands in for a part of the server, and the settings that it reads. */
  preload?: { module: string; env: Readonly<Record<string, string>> } | null
}): Promise<HostApp> {
  const port = await freePort()
  const dataDir = `${folder}/data`
  const partner = { partner_id: 'bench', partner_secret: randomBytes(32).toString('base64url') }
  const server = await startServer({
    file: main,
    port,
    env: {
      NODE_ENV: 'production',
      PORT: String(port),
      BOBBIN_LISTEN: '127.0.0.1',
      BOBBIN_URL: url ?? `http://localhost:${port}`,
      BOBBIN_DATA_DIR: dataDir,
      BOBBIN_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
      // Tokens are made by the thousand.
      BOBBIN_RATE_LIMIT_TOKEN: '1000000',
      BOBBIN_RATE_LIMIT_ACCOUNT: '1000000',
      BOBBIN_PARTNER_ID: partner.partner_id,
      BOBBIN_PARTNER_SECRET: partner.partner_secret,
      BOBBIN_CONNECTORS: connectors,
      ...(watch && { BENCH_WATCH_FILE: watch.file }),
      ...preload?.env,
      // Databases that the bench starts are on this machine.
      BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
      // One address may open twenty windows a minute; the bench comes from many.
      BOBBIN_TRUSTED_PROXIES: '127.0.0.1',
    },
    logFile: `${folder}/host-app.log`,
    nodeOptions: [
      ...(profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]),
      ...(watch ? ['--import', watch.module] : []),
      ...(preload ? ['--import', preload.module] : []),
    ],
    path: '/readyz',
  })

  /** The access token of a new account. */
  async function createAccount(): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${port}/v3/accounts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        company: 'Bench',
        email: `${randomUUID()}@example.com`,
        first_name: 'Ben',
        last_name: 'Ch',
        ...partner,
      }),
    })
    if (!answer.ok) throw new Error(`No account was created: ${answer.status} ${await answer.text()}`)
    return createdAccount.parse(await answer.json()).access_token
  }

  return {
    ...server,
    databaseFile: `${dataDir}/bobbin.sqlite`,
    createAccount,
    async createTokens(count) {
      const headers = { Authorization: `Bearer ${await createAccount()}`, 'Content-Type': 'application/json' }
      const request = postRequest('/v3/sessions/ephemeral', headers, { allowed_origins: [origin] })
      const requests = Array.from({ length: count }, () => request)
      const { refused, bodies } = await sendAll({ port, connections: 64, requests, keepBodies: true })
      if (refused.size > 0) throw new Error('Tokens were refused.')
      return bodies.map((body) => createdEphemeralToken.parse(JSON.parse(body)).ephemeral_token)
    },
  }
}
