/** Where and as whom to sign in by SSH. */
export interface SshSettings {
  /** A name or an IP address, the latter without brackets. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string | null
  /** In PEM or OpenSSH's form. */
  readonly privateKey: string | null
  /** Of the private key. */
  readonly passphrase: string | null
  /** By what the server is known: fingerprints or public keys, see `host-keys.ts`; null: by nothing yet. */
  readonly hostKey: string | null
  /** Milliseconds for dialling, the exchange of keys and the sign-in. */
  readonly connectTimeout: number
  /** Milliseconds without an answer while one is waited for, once signed in. */
  readonly longestSilence: number
  /** What these are called in the connector whose they are: errors name them. */
  readonly fields: SshFields
}

export type SshFields = Readonly<
  Record<'host' | 'port' | 'user' | 'password' | 'privateKey' | 'passphrase' | 'hostKey', string>
>
