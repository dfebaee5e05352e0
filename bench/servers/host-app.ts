import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createdAccount } from '@bobbin/shared/account'
import { createdEphemeralToken } from '@bobbin/shared/session'
import { startServer } from './child-server.ts'
import { freePort } from './free-port.ts'

/** A host app as an operator runs it: production settings, log lines, its database on the disk. */
export interface HostApp {
  readonly port: number
  readonly databaseFile: string
  /** Tokens of one account, made over REST, for claims by pages of `origin`. */
  createTokens(count: number): Promise<string[]>
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

const main = fileURLToPath(new URL('../../host-app/server/main.ts', import.meta.url))
const connector = fileURLToPath(import.meta.resolve('../flows/bench-connector.ts'))

/** How many requests for tokens are under way at a time. */
const parallel = 64

export async function startHostApp({
  folder,
  url,
  origin,
  profileFolder = null,
}: {
  folder: string
  /** The host app's own origin, as browsers see it; by default where it listens. */
  url?: string
  /** The customer page's origin. */
  origin: string
  profileFolder?: string | null
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
      BOBBIN_PARTNER_ID: partner.partner_id,
      BOBBIN_PARTNER_SECRET: partner.partner_secret,
      BOBBIN_CONNECTORS: connector,
      // One address may open twenty windows a minute; the bench comes from many.
      BOBBIN_TRUSTED_PROXIES: '127.0.0.1',
    },
    logFile: `${folder}/host-app.log`,
    nodeOptions: profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`],
    path: '/readyz',
  })

  async function post(path: string, body: unknown, token?: string): Promise<unknown> {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }

  try {
    const { access_token: accessToken } = createdAccount.parse(
      await post('/v3/accounts', {
        company: 'Bench',
        email: 'bench@example.com',
        first_name: 'Ben',
        last_name: 'Ch',
        ...partner,
      }),
    )
    return {
      port,
      databaseFile: `${dataDir}/bobbin.sqlite`,
      async createTokens(count) {
        const tokens: string[] = []
        let started = 0
        async function makeSome() {
          while (started < count) {
            started++
            const body = { allowed_origins: [origin] }
            const created = await post('/v3/sessions/ephemeral', body, accessToken)
            tokens.push(createdEphemeralToken.parse(created).ephemeral_token)
          }
        }
        await Promise.all(Array.from({ length: parallel }, makeSome))
        return tokens
      },
      stop: server.stop,
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}
