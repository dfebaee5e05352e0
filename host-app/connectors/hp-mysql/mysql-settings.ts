import { pemBlocks } from '@bobbin/shared/pem'
import { namesIn } from '../own-sockets/tap-settings.ts'
import type { TlsFields, TlsMode, TlsSettings } from '../own-sockets/tls-settings.ts'
import type { SshSettings } from '../ssh/ssh-settings.ts'
import { readTunnelSettings } from '../ssh/tunnel-settings.ts'

export interface MysqlSettings extends TlsSettings {
  readonly port: number
  readonly user: string
  readonly password: string
  /** The one that the connection begins in; null: none. */
  readonly dbname: string | null
  /** The databases that are looked at; null: all that the user may see. */
  readonly databases: readonly string[] | null
  /** Through which the server is reached; null: straight. */
  readonly tunnel: SshSettings | null
  /** Milliseconds for dialling, TLS and signing in. */
  readonly connectTimeout: number
  /** Milliseconds for the answer to a query. */
  readonly queryTimeout: number
}

export const tlsFields: TlsFields = {
  mode: 'ssl',
  caCertificate: 'ssl_ca',
  clientCertificate: 'ssl_cert',
  clientKey: 'ssl_key',
  clientKeyPassphrase: 'ssl_key_passphrase',
}

export const defaultPort = '3306'
export const defaultTlsMode = 'require'
export const defaultConnectTimeout = '15'
/** Seconds. A check that is silent for a minute is given up, and could not tell why. */
const longestWait = 55

const tlsModes: readonly string[] = ['disable', 'require', 'verify-ca'] satisfies TlsMode[]
const isTlsMode = (text: string): text is TlsMode => tlsModes.includes(text)

/** Gives the settings, which are strings on the wire, their types. They are validated already. */
export function readMysqlSettings(settings: Readonly<Record<string, string>>): MysqlSettings {
  const text = (name: string) => settings[name] ?? ''
  // What has no block is for whoever uses it to complain about.
  const pem = (name: string) => pemBlocks(text(name)).join('') || text(name).trim() || null
  const caCertificate = pem('ssl_ca')
  const tlsMode = tlsModeOf(text('ssl') || defaultTlsMode, caCertificate !== null)
  const isKnownByCertificate = tlsMode !== 'disable' && text('ssl_client_auth_enabled') !== 'false'
  const dbname = text('dbname') || null
  const connectTimeout =
    Math.min(Number(text('connect_timeout') || defaultConnectTimeout), longestWait) * 1000
  return {
    host: text('host').replace(/^\[(.*)\]$/, '$1'),
    port: Number(text('port') || defaultPort),
    user: text('user'),
    password: text('password'),
    dbname,
    tlsMode,
    caCertificate,
    clientCertificate: isKnownByCertificate ? pem('ssl_cert') : null,
    clientKey: isKnownByCertificate ? pem('ssl_key') : null,
    clientKeyPassphrase: isKnownByCertificate ? text('ssl_key_passphrase') || null : null,
    databases: namesIn(text('filter_dbs')) ?? (dbname === null ? null : [dbname]),
    tunnel: readTunnelSettings(settings, { connectTimeout, longestSilence: longestWait * 1000 }),
    connectTimeout,
    queryTimeout: longestWait * 1000,
  }
}

/**
 * As Stitch and libpq have it: who is encrypted and names an authority means it to be asked. Whatever is not known
 * stays on the safe side.
 */
function tlsModeOf(text: string, hasAuthority: boolean): TlsMode {
  if (text === 'require' && hasAuthority) return 'verify-ca'
  return isTlsMode(text) ? text : 'verify-full'
}
