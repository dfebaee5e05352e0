/** How the connection is encrypted; libpq's words. */
type TlsMode = 'disable' | 'require' | 'verify-full'

export interface PostgresSettings {
  host: string
  port: number
  dbname: string
  user: string
  password: string
  tlsMode: TlsMode
  /** PEM; null: the certificate authorities that Node trusts. Counts with `verify-full` only. */
  caCertificate: string | null
  /** Milliseconds for dialling, TLS and signing in. */
  connectTimeout: number
}

export const defaultTlsMode = 'require'
export const defaultConnectTimeout = '15'
/** Seconds. A check that is silent for a minute is given up, and could not tell why. */
const longestConnectTimeout = 55

/** Gives the settings, which are strings on the wire, their types. They are validated already. */
export function readPostgresSettings(settings: Readonly<Record<string, string>>): PostgresSettings {
  const text = (name: string) => settings[name] ?? ''
  const tlsMode = text('ssl') || defaultTlsMode
  return {
    host: text('host').replace(/^\[(.*)\]$/, '$1'),
    port: Number(text('port') || '5432'),
    dbname: text('dbname'),
    user: text('user'),
    password: text('password'),
    // Whatever is not known stays on the safe side.
    tlsMode: tlsMode === 'disable' || tlsMode === 'require' ? tlsMode : 'verify-full',
    caCertificate: text('ssl_ca_certificate').trim() || null,
    connectTimeout:
      Math.min(Number(text('connect_timeout') || defaultConnectTimeout), longestConnectTimeout) * 1000,
  }
}
