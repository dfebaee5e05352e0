import type { DatabaseError } from 'pg'
import type { CheckErrorCode } from '@bobbin/shared/errors'
import type { Stage } from '../own-sockets/socket-errors.ts'
import type { PostgresSettings } from './postgres-settings.ts'

/** What a refusal comes to: our code, the setting at fault, and what there is to say of it beside the server's words. */
export interface Refusal {
  readonly code: CheckErrorCode
  readonly field?: string
  readonly detail?: string
}

type Settings = Pick<PostgresSettings, 'tlsMode' | 'clientCertificate'>

/**
 * Reads the error that a server, or a pooler in front of it, answered with. By SQLSTATE, one by one where it tells
 * enough, by its class where not. Texts are looked at for what poolers say alone, which have no codes of their own and
 * are never translated.
 */
export function readRefusal(error: DatabaseError, stage: Stage, settings: Settings): Refusal {
  const known = knownCodes[error.code ?? '']
  if (known) return known
  if (error.code === '28000') return authorizationRefusal(error, settings)
  if (error.code === '42501') return permissionRefusal(stage)
  if (stage === 'reading') return readingRefusal(error)
  return poolerRefusal(error, settings) ?? signInRefusal(error)
}

const knownCodes: Readonly<Record<string, Refusal>> = {
  '28P01': { code: 'CredentialsRejected', field: 'password' },
  '3D000': { code: 'DatabaseNotFound', field: 'dbname' },
  '53300': { code: 'TooManyConnections' },
  '57014': { code: 'ConnectionTimeout', detail: 'The server gave up, because it took too long.' },
  '57P03': { code: 'VendorUnavailable', detail: 'The server is starting up or shutting down.' },
}

function permissionRefusal(stage: Stage): Refusal {
  const detail = stage === 'reading' ? {} : { detail: 'The user has no right to connect to the database.' }
  return { code: 'PermissionDenied', field: 'user', ...detail }
}

/** 28000 is whatever is no wrong password; which function of the server says it tells what it is about. */
function authorizationRefusal(error: DatabaseError, settings: Settings): Refusal {
  const { routine, message } = error
  if (isRefusedByHba(error)) return { code: 'PermissionDenied', field: 'host' }
  if (routine === 'ClientAuthentication') {
    return {
      code: 'ClientCertificateRejected',
      field: settings.tlsMode === 'disable' ? 'ssl' : 'ssl_client_certificate',
    }
  }
  if (routine === 'auth_failed') {
    // These names are the same in every language.
    if (/\b(PAM|LDAP|RADIUS|BSD)\b/.test(message)) return { code: 'CredentialsRejected', field: 'password' }
    if (settings.clientCertificate !== null) {
      return { code: 'ClientCertificateRejected', field: 'ssl_client_certificate' }
    }
  }
  return (
    (routine === undefined && poolerRefusal(error, settings)) || {
      code: 'CredentialsRejected',
      field: 'user',
    }
  )
}

/** No line of pg_hba.conf lets the user in from here, or one rejects them. The file's name is in no language. */
export function isRefusedByHba({ code, message }: DatabaseError): boolean {
  return code === '28000' && message.includes('pg_hba.conf')
}

const trouble = (detail: string): Refusal => ({ code: 'VendorUnavailable', detail })

/** What poolers and proxies say: PgBouncer, Supavisor, PgCat, Odyssey, Neon, RDS Proxy, Azure. The first that fits. */
const poolerTexts: readonly (readonly [RegExp, Refusal])[] = [
  [
    /wrong password type/i,
    {
      code: 'AuthenticationNotSupported',
      detail:
        'A pooler answers, but cannot sign in at the server behind it, which wants another kind of password than the pooler has.',
    },
  ],
  [
    /\blogin rejected\b/i,
    {
      code: 'PermissionDenied',
      field: 'host',
      detail:
        'A rule of a pooler turns away this user, this database or the address that it sees us come from.',
    },
  ],
  [
    /\b(ssl|tls)\b.*\b(required|requires?)\b|\brequires? (ssl|tls)\b|connection is insecure/i,
    { code: 'TlsRequired', field: 'ssl' },
  ],
  [
    /client certificate|certificate (is )?required/i,
    { code: 'ClientCertificateRejected', field: 'ssl_client_certificate' },
  ],
  [
    /wait_timeout|waiting (for|to acquire)|check ?out (a )?(process|connection)|timed? ?out/i,
    trouble(
      'A pooler in front of the server waited in vain for a connection to it. The server may be down or busy, or has no such database.',
    ),
  ],
  [
    /max[_ ]client|max_(db|user)_connections|too many|(connections?|clients?) (limit|exceeded|reached)|no more connections|in session mode max/i,
    { code: 'TooManyConnections' },
  ],
  [
    /quota|suspended|does not allow connections|(is|been) (paused|disabled|stopped)|in .stopped. state/i,
    trouble('It is switched off at present, by its plan or by its owner.'),
  ],
  [
    /allow.?list|\bip address\b|not allowed to (access|connect)|client from/i,
    { code: 'PermissionDenied', field: 'host' },
  ],
  [
    /endpoint/i,
    {
      code: 'HostNotFound',
      field: 'host',
      detail: 'A pooler answers there, but does not know which server behind it is meant.',
    },
  ],
  // The first of these names both and means what stands in the user name.
  [
    /tenant|invalid username|no credentials for the role|(user|role)\b.*\b(not found|does not exist|unknown)|no such (user|role)|unknown (user|role)/i,
    { code: 'CredentialsRejected', field: 'user' },
  ],
  [
    /no such database|(database|route|pool)\b.*\b(not found|does not exist|not configured|unknown)|unknown database|no pool configured|invalid pool/i,
    { code: 'DatabaseNotFound', field: 'dbname' },
  ],
  [/password|(sasl|auth)\w* failed|authentication/i, { code: 'CredentialsRejected', field: 'password' }],
  [
    /cannot connect|could(n.t| not) connect|server_login_retry|conn(ection)? (crashed|refused|closed)|try again|unavailable|shutting down|all servers/i,
    trouble('A pooler answers, but cannot reach the server behind it.'),
  ],
]

function poolerRefusal(error: DatabaseError, { tlsMode }: Settings): Refusal | null {
  // A genuine server names its own function, and means what its code says.
  if (error.routine !== undefined) return null
  const found = poolerTexts.find(([text]) => text.test(error.message))?.[1] ?? null
  return found?.code === 'TlsRequired' && tlsMode !== 'disable' ? null : found
}

const tryAgain: readonly (readonly [RegExp, Refusal])[] = [
  [
    /^55/,
    {
      code: 'VendorUnavailable',
      field: 'dbname',
      detail: 'The database takes no connections at present. Templates never do.',
    },
  ],
  [/^53(?!400)/, trouble('The server has too little of something: disk, memory or the like.')],
  [/^57P0[1-4]/, trouble('The server is being shut down.')],
  [/^58/, trouble('The server has trouble with its own system.')],
]

/** Nobody knows better than the person who entered them: whatever it is, these are what a sign-in is made of. */
function signInRefusal({ code = '' }: DatabaseError): Refusal {
  return tryAgain.find(([pattern]) => pattern.test(code))?.[1] ?? { code: 'SignInRefused', field: 'user' }
}

/** Signed in, the settings were right: what comes now is the server's trouble. */
function readingRefusal({ code = '', severity = '' }: DatabaseError): Refusal {
  // After either of these the server hangs up; what they mean is in the words.
  if (severity === 'FATAL' || severity === 'PANIC' || /^(08|25P0[345]|57P0)/.test(code))
    return { code: 'ConnectionLost' }
  if (/^(40|53|55|58|XX)/.test(code)) return trouble('It failed while reading.')
  return { code: 'CheckFailed', detail: 'It failed while reading.' }
}
