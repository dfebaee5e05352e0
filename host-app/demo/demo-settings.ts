import { fileURLToPath } from 'node:url'
import { ConfigError, readConfig, type Config, type Environment } from '../server/config.ts'

export interface DemoSettings {
  /** The host app's; null: the first that is free from `firstPort` on, with 0 any. */
  readonly port: number | null
  readonly firstPort: number
  readonly dataDir: string
  /** Seconds that an access token of the demo CRM lives. */
  readonly accessTokenTtl: number
}

/** Where the demo's parts are, and the secrets that it made for them. */
export interface DemoParts {
  readonly port: number
  readonly dataDir: string
  readonly partnerSecret: string
  readonly demoCrm: { readonly url: string; readonly clientId: string; readonly clientSecret: string }
}

/** What the demo needs to know of the settings of its host app. */
export type DemoHost = Pick<Config, 'url' | 'allowPrivateNetworks'> & {
  readonly partner: NonNullable<Config['partner']>
  /** Where it listens: what browsers have may lead through a proxy that is not there yet. */
  readonly localUrl: string
  readonly env: Environment
}

/** What ties the parts together. */
const own = ['BOBBIN_DEMO_CRM_URL', 'BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID', 'BOBBIN_OAUTH_DEMO_CRM_CLIENT_SECRET']
const dataDir = fileURLToPath(new URL('../../.data/demo', import.meta.url))

/**
 * Parses the environment before anything is started or written.
 *
 * @throws {ConfigError} naming every setting at fault.
 */
export function readDemoSettings(env: Environment): DemoSettings {
  const ofDemo = own.filter((name) => env[name])
  if (ofDemo.length > 0) throw new ConfigError(ofDemo.map((name) => `${name} is for the demo itself to set`))
  const accessTokenTtl = Number(env['DEMO_ACCESS_TOKEN_TTL'] || '3600')
  if (!Number.isInteger(accessTokenTtl) || accessTokenTtl < 1) {
    throw new ConfigError(['DEMO_ACCESS_TOKEN_TTL must be a number of seconds'])
  }
  const { port } = readConfig(withKey({ ...env, BOBBIN_URL: env['BOBBIN_URL'] || 'http://localhost' }))
  return {
    port: env['PORT'] && port > 0 ? port : null,
    firstPort: env['PORT'] ? 0 : 8420,
    dataDir: env['BOBBIN_DATA_DIR'] || dataDir,
    accessTokenTtl,
  }
}

/**
 * The settings of the demo's host app: what the operator set stays as it is, and the demo sets the rest so that all
 * works at once on one machine.
 */
export function settleHost(env: Environment, { port, dataDir, partnerSecret, demoCrm }: DemoParts): DemoHost {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value))
  // Both of the pair or none: the settings of an operator who gave one were refused.
  const ownPartner = { BOBBIN_PARTNER_ID: 'demo', BOBBIN_PARTNER_SECRET: partnerSecret }
  const all: Environment = {
    BOBBIN_URL: `http://localhost:${port}`,
    // This machine only: with private networks allowed it must not be open to others.
    BOBBIN_LISTEN: '127.0.0.1',
    BOBBIN_PARTNER_NAME: 'Larkspur Reports',
    BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
    BOBBIN_LOG_LEVEL: 'warn',
    ...(given['BOBBIN_PARTNER_ID'] ? {} : ownPartner),
    ...given,
    PORT: String(port),
    BOBBIN_DATA_DIR: dataDir,
    BOBBIN_DEMO_CRM_URL: demoCrm.url,
    BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID: demoCrm.clientId,
    BOBBIN_OAUTH_DEMO_CRM_CLIENT_SECRET: demoCrm.clientSecret,
  }
  const { url, allowPrivateNetworks, partner, listenHost } = readConfig(withKey(all))
  if (!partner) throw new Error('The host app of a demo has a partner.')
  const isEverywhere = listenHost === '::' || listenHost === '0.0.0.0'
  const address = isEverywhere ? '127.0.0.1' : listenHost
  const localUrl = `http://${address.includes(':') ? `[${address}]` : address}:${port}`
  return { url, localUrl, allowPrivateNetworks, partner, env: all }
}

/** The host app makes its key where none is given. */
function withKey(env: Environment): Environment {
  const anyKey = `any:${Buffer.alloc(32).toString('base64')}`
  return { ...env, BOBBIN_ENCRYPTION_KEYS: env['BOBBIN_ENCRYPTION_KEYS'] || anyKey }
}
