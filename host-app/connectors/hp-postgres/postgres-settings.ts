import { pemBlocks } from '@bobbin/shared/pem'
import { namesIn } from '../own-sockets/tap-settings.ts'
import type { TlsFields, TlsMode, TlsSettings } from '../own-sockets/tls-settings.ts'
import type { SshSettings } from '../ssh/ssh-settings.ts'
import { readTunnelSettings } from '../ssh/tunnel-settings.ts'

export interface PostgresSettings extends TlsSettings {
  port: number
  dbname: string
  user: string
  password: string
  /** The schemas that are looked at; null: all. */
  schemas: readonly string[] | null
  /** The databases that are looked at; null: whichever it is. */
  databases: readonly string[] | null
  /** What streams are replicated by where they allow it; Stitch's setting. */
  defaultMethod: string | null
  /** Through which the server is reached; null: straight. */
  tunnel: SshSettings | null
  /** Milliseconds for dialling, TLS and signing in. */
  connectTimeout: number
  /** Milliseconds without a byte while one is waited for, once signed in. */
  longestSilence: number
}

export const tlsFields: TlsFields = {
  mode: 'ssl',
  caCertificate: 'ssl_ca_certificate',
  clientCertificate: 'ssl_client_certificate',
  clientKey: 'ssl_client_key',
  clientKeyPassphrase: 'ssl_client_key_passphrase',
}

export const defaultTlsMode = 'require'
export const defaultConnectTimeout = '15'
/** Seconds. A check that is silent for a minute is given up, and could not tell why. */
const longestWait = 55

const tlsModes: readonly string[] = ['disable', 'require', 'verify-ca'] satisfies TlsMode[]
const isTlsMode = (text: string): text is TlsMode => tlsModes.includes(text)

/** Gives the settings, which are strings on the wire, their types. They are validated already. */
export function readPostgresSettings(settings: Readonly<Record<string, string>>): PostgresSettings {
  const text = (name: string) => settings[name] ?? ''
  // What has no block is for whoever uses it to complain about.
  const pem = (name: string) => pemBlocks(text(name)).join('') || text(name).trim() || null
  const tlsMode = text('ssl') || defaultTlsMode
  const isEncrypted = tlsMode !== 'disable'
  const connectTimeout =
    Math.min(Number(text('connect_timeout') || defaultConnectTimeout), longestWait) * 1000
  return {
    host: text('host').replace(/^\[(.*)\]$/, '$1'),
    port: Number(text('port') || '5432'),
    dbname: text('dbname'),
    user: text('user'),
    password: text('password'),
    // Whatever is not known stays on the safe side.
    tlsMode: isTlsMode(tlsMode) ? tlsMode : 'verify-full',
    caCertificate: pem('ssl_ca_certificate'),
    clientCertificate: isEncrypted ? pem('ssl_client_certificate') : null,
    clientKey: isEncrypted ? pem('ssl_client_key') : null,
    clientKeyPassphrase: isEncrypted ? text('ssl_client_key_passphrase') || null : null,
    schemas: namesIn(text('filter_schemas')),
    databases: namesIn(text('filter_dbs')),
    defaultMethod: text('default_replication_method') || null,
    tunnel: readTunnelSettings(settings, { connectTimeout, longestSilence: longestWait * 1000 }),
    connectTimeout,
    longestSilence: longestWait * 1000,
  }
}
