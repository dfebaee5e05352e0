/** How a connection is encrypted; libpq's words. */
export type TlsMode = 'disable' | 'require' | 'verify-ca' | 'verify-full'

export interface TlsSettings {
  readonly host: string
  readonly tlsMode: TlsMode
  /** PEM; null: the certificate authorities that Node trusts. Counts where the server is verified. */
  readonly caCertificate: string | null
  /** PEM, of the certificate by which we show who we are; null where the server does not want to know. */
  readonly clientCertificate: string | null
  readonly clientKey: string | null
  readonly clientKeyPassphrase: string | null
}

/** What a connector calls the settings that may be at fault. */
export interface TlsFields {
  readonly mode: string
  readonly caCertificate: string
  readonly clientCertificate: string
  readonly clientKey: string
  readonly clientKeyPassphrase: string
}

export const tlsInWords: Readonly<Record<TlsMode, string>> = {
  disable: ', without encryption',
  require: ', encrypted',
  'verify-ca': ', encrypted and verified by its authority',
  'verify-full': ', encrypted and verified',
}
