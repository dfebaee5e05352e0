import { webOrigin } from '@bobbin/shared/account'
import { givenName } from '@bobbin/shared/given-name'
import { supportUrl } from '@bobbin/shared/support-url'
import { timings as ordinaryTimings, type Timings } from '@bobbin/shared/timings'
import { z } from 'zod'
import { userAgentOf } from './user-agent.ts'

/** All that the operator sets, read once at start. Times are in milliseconds. */
export interface Config {
  readonly port: number
  /** The address to listen on; `::` is all of them. */
  readonly listenHost: string
  /** Our own origin, as browsers see it. */
  readonly url: string
  /** Holds the database and, in development, the generated secrets. */
  readonly dataDir: string
  /** The first one seals, all of them open. 32 bytes each. */
  readonly encryptionKeys: readonly { readonly id: string; readonly key: Uint8Array }[]
  /** Who may create accounts; null: nobody. */
  readonly partner: { readonly id: string; readonly secret: string } | null
  /** What people read who asks, where an account gives its app no name of its own. */
  readonly partnerName: string
  /** Where people get help, a page or an address; null: in the app that they come from. */
  readonly supportUrl: string | null
  /** How the partner connects accounts that its users have or make here; null: not at all. */
  readonly partnerOAuth: { readonly redirectUris: readonly string[] } | null
  /** Origins that may ever open the wizard; null: each account's own list decides alone. */
  readonly allowedOrigins: readonly string[] | null
  readonly allowPrivateNetworks: boolean
  /** Who asks vendors and providers: our name and version, and where the operator can be reached. */
  readonly userAgent: string
  /** Addresses of proxies whose `X-Forwarded-For` is believed; null: none. */
  readonly trustedProxies: string | null
  /** In a minute: calls of the Connect API by one token and by one account; refused attempts of one address at each door. */
  readonly rateLimits: { readonly token: number; readonly account: number; readonly refused: number }
  /** Checks at once: in this process, and of one account in all processes. */
  readonly checks: { readonly atOnce: number; readonly perAccount: number }
  /** Opens `/metrics`; null: it is for this machine only, and in production for nobody. */
  readonly metricsToken: string | null
  readonly timings: Timings
  readonly isProduction: boolean
  /** Our OAuth clients at the providers, by connector slug. */
  readonly oauthClients: ReadonlyMap<string, { readonly id: string; readonly secret: string }>
  /** Origin of the demo CRM; registers its connector. */
  readonly demoCrmUrl: string | null
  /** Modules that export `connector`. */
  readonly connectorModules: readonly string[]
  /** Whether pages may read the access tokens of providers. */
  readonly browserTokens: boolean
  /** Whether visitors without a token may see what can be connected. */
  readonly anonymousCatalog: boolean
  /** Where people sign in to the app whose page shows the catalog; null: nobody said. */
  readonly catalogLoginUrl: string | null
  /** Bytes of memory that the process of one check may have. */
  readonly memoryLimit: number
  readonly logLevel: string
}

/** The environment cannot be used. One line per setting; values are never repeated, they may be secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The settings cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

const megabyte = 1024 ** 2
/** Bytes that the process of one check may have where nothing else is said. */
export const usualCheckMemory = 384 * megabyte

const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

const flag = z
  .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
  .transform((text) => text === 'true' || text === '1')

const positiveInteger = z.coerce.number().int().positive()

/** Each check under way is a process and a connection of its own. */
const slots = positiveInteger.max(1_000)

const encryptionKey = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}:[A-Za-z0-9+/_-]+={0,2}$/, 'each key must be written id:base64')
  .transform((text) => {
    const colon = text.indexOf(':')
    return { id: text.slice(0, colon), key: new Uint8Array(Buffer.from(text.slice(colon + 1), 'base64')) }
  })
  .refine(({ key }) => key.byteLength === 32, 'each key must have 32 bytes')

const encryptionKeys = commaList
  .pipe(z.array(encryptionKey).min(1, 'needs at least one key'))
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'two keys have the same id')

/** Where a code may be sent: nowhere that somebody on the way could read it. */
const redirectUri = z.string().refine((text) => {
  if (!URL.canParse(text) || text.includes('#')) return false
  const { protocol, username, origin } = new URL(text)
  return (protocol === 'https:' || protocol === 'http:') && username === '' && isSecureOrLocal(origin)
}, 'must be https addresses without a fragment (http on this machine)')

const partialTimings = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      context.addIssue('must be JSON')
      return z.NEVER
    }
  })
  .pipe(
    z.partialRecord(
      z.enum(Object.keys(ordinaryTimings) as [keyof Timings, ...(keyof Timings)[]]),
      z.number().int().positive(),
    ),
  )

const settings = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65_535).default(4400),
    BOBBIN_LISTEN: z.string().optional(),
    BOBBIN_URL: webOrigin.optional(),
    BOBBIN_DATA_DIR: z.string().default('data'),
    BOBBIN_ENCRYPTION_KEYS: encryptionKeys,
    BOBBIN_PARTNER_ID: givenName.optional(),
    BOBBIN_PARTNER_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
    BOBBIN_PARTNER_NAME: givenName.trim().min(1).max(100).optional(),
    BOBBIN_SUPPORT_URL: supportUrl.optional(),
    BOBBIN_PARTNER_REDIRECT_URIS: commaList.pipe(z.array(redirectUri)).optional(),
    BOBBIN_ALLOWED_ORIGINS: commaList.pipe(z.array(webOrigin)).optional(),
    BOBBIN_ALLOW_PRIVATE_NETWORKS: flag.default(false),
    BOBBIN_TRUSTED_PROXIES: commaList.optional(),
    BOBBIN_RATE_LIMIT_TOKEN: positiveInteger.default(1_200),
    BOBBIN_RATE_LIMIT_ACCOUNT: positiveInteger.default(2_400),
    BOBBIN_RATE_LIMIT_REFUSED: positiveInteger.default(60),
    BOBBIN_CHECKS: slots.default(8),
    BOBBIN_CHECKS_PER_ACCOUNT: slots.default(3),
    BOBBIN_METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
    BOBBIN_TIMINGS: partialTimings.optional(),
    BOBBIN_DEMO_CRM_URL: webOrigin.optional(),
    BOBBIN_CONNECTORS: commaList.optional(),
    BOBBIN_BROWSER_TOKENS: flag.default(false),
    BOBBIN_ANONYMOUS_CATALOG: flag.default(false),
    BOBBIN_CATALOG_LOGIN_URL: z.url({ protocol: /^https?$/, error: 'must be a web address' }).optional(),
    BOBBIN_CHECK_MEMORY: z.coerce
      .number()
      .int()
      .min(192, 'must be 192 at least')
      .max(65_536)
      .default(usualCheckMemory / megabyte),
    BOBBIN_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    DATABASE_URL: z.string().optional(),
    NODE_ENV: z.string().optional(),
  })
  .superRefine((env, context) => {
    const refuse = (name: string, message: string) =>
      context.addIssue({ code: 'custom', path: [name], message })
    if ((env.BOBBIN_PARTNER_ID === undefined) !== (env.BOBBIN_PARTNER_SECRET === undefined)) {
      refuse('BOBBIN_PARTNER_ID', 'and BOBBIN_PARTNER_SECRET belong together')
    }
    if (env.BOBBIN_PARTNER_REDIRECT_URIS && env.BOBBIN_PARTNER_ID === undefined) {
      refuse('BOBBIN_PARTNER_REDIRECT_URIS', 'needs BOBBIN_PARTNER_ID')
    }
    if (env.PORT === 0 && env.BOBBIN_URL === undefined) refuse('PORT', 'of 0 needs BOBBIN_URL')
    if (env.NODE_ENV !== 'production') return
    if (env.BOBBIN_URL === undefined) refuse('BOBBIN_URL', 'is needed in production')
    else if (!isSecureOrLocal(env.BOBBIN_URL)) refuse('BOBBIN_URL', 'must be https in production')
    if (env.BOBBIN_TIMINGS) refuse('BOBBIN_TIMINGS', 'is for tests and refused in production')
    // Data that lands in another database than the operator named would be found out too late.
    if (env.DATABASE_URL !== undefined) refuse('DATABASE_URL', 'is not supported yet: the store is SQLite')
  })

/**
 * Parses the environment. Pure. An empty value counts as absent.
 * @throws {ConfigError} naming every setting at fault.
 */
export function readConfig(env: Environment): Config {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const problems: string[] = []
  const oauthClients = readOAuthClients(present, problems)
  const parsed = settings.safeParse(present)
  if (!parsed.success) {
    for (const { path, code, message } of parsed.error.issues) {
      const name = String(path[0])
      problems.push(
        code === 'invalid_type' && present[name] === undefined ? `${name} is needed` : `${name} ${message}`,
      )
    }
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)
  const values = parsed.data
  const url = values.BOBBIN_URL ?? `http://localhost:${values.PORT}`
  return {
    port: values.PORT,
    // A development server has no business on the network around it.
    listenHost: values.BOBBIN_LISTEN ?? (values.NODE_ENV === 'production' ? '::' : '127.0.0.1'),
    url,
    dataDir: values.BOBBIN_DATA_DIR,
    encryptionKeys: values.BOBBIN_ENCRYPTION_KEYS,
    partner:
      values.BOBBIN_PARTNER_ID !== undefined && values.BOBBIN_PARTNER_SECRET !== undefined
        ? { id: values.BOBBIN_PARTNER_ID, secret: values.BOBBIN_PARTNER_SECRET }
        : null,
    partnerName: values.BOBBIN_PARTNER_NAME ?? values.BOBBIN_PARTNER_ID ?? new URL(url).hostname,
    supportUrl: values.BOBBIN_SUPPORT_URL ?? null,
    partnerOAuth:
      values.BOBBIN_PARTNER_REDIRECT_URIS === undefined
        ? null
        : { redirectUris: values.BOBBIN_PARTNER_REDIRECT_URIS },
    allowedOrigins: values.BOBBIN_ALLOWED_ORIGINS ?? null,
    allowPrivateNetworks: values.BOBBIN_ALLOW_PRIVATE_NETWORKS,
    userAgent: userAgentOf(values.BOBBIN_SUPPORT_URL ?? url),
    trustedProxies: values.BOBBIN_TRUSTED_PROXIES?.join(',') ?? null,
    rateLimits: {
      token: values.BOBBIN_RATE_LIMIT_TOKEN,
      account: values.BOBBIN_RATE_LIMIT_ACCOUNT,
      refused: values.BOBBIN_RATE_LIMIT_REFUSED,
    },
    checks: { atOnce: values.BOBBIN_CHECKS, perAccount: values.BOBBIN_CHECKS_PER_ACCOUNT },
    metricsToken: values.BOBBIN_METRICS_TOKEN ?? null,
    timings: { ...ordinaryTimings, ...values.BOBBIN_TIMINGS },
    isProduction: values.NODE_ENV === 'production',
    oauthClients,
    demoCrmUrl: values.BOBBIN_DEMO_CRM_URL ?? null,
    browserTokens: values.BOBBIN_BROWSER_TOKENS,
    anonymousCatalog: values.BOBBIN_ANONYMOUS_CATALOG,
    catalogLoginUrl: values.BOBBIN_CATALOG_LOGIN_URL ?? null,
    connectorModules: values.BOBBIN_CONNECTORS ?? [],
    memoryLimit: values.BOBBIN_CHECK_MEMORY * megabyte,
    logLevel: values.BOBBIN_LOG_LEVEL,
  }
}

/** `BOBBIN_OAUTH_DEMO_CRM_CLIENT_ID` and `…_CLIENT_SECRET` make the client of the slug `demo-crm`. */
function readOAuthClients(env: Environment, problems: string[]): Config['oauthClients'] {
  const clients = new Map<string, { id: string; secret: string }>()
  const stems = new Set<string>()
  for (const name of Object.keys(env)) {
    const stem = /^BOBBIN_OAUTH_([A-Z0-9_]+)_CLIENT_(?:ID|SECRET)$/.exec(name)?.[1]
    if (stem !== undefined) stems.add(stem)
  }
  for (const stem of stems) {
    const id = env[`BOBBIN_OAUTH_${stem}_CLIENT_ID`]
    const secret = env[`BOBBIN_OAUTH_${stem}_CLIENT_SECRET`]
    if (id === undefined) {
      problems.push(`BOBBIN_OAUTH_${stem}_CLIENT_SECRET needs BOBBIN_OAUTH_${stem}_CLIENT_ID beside it`)
      continue
    }
    // Some providers give no secret; where one is needed, whoever looks for the client says so.
    clients.set(stem.toLowerCase().replaceAll('_', '-'), { id, secret: secret ?? '' })
  }
  return clients
}

function isSecureOrLocal(origin: string): boolean {
  const { protocol, hostname } = new URL(origin)
  if (protocol === 'https:') return true
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '127.0.0.1' ||
    hostname === '[::1]'
  )
}
