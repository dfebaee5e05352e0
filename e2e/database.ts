/** How the tests' PostgreSQL database is reached: the settings that a person types into the wizard's form. */
export interface DatabaseSettings {
  readonly host: string
  readonly port: string
  readonly dbname: string
  readonly user: string
  readonly password: string
  /** PEM of the authority that its server's certificate comes from; the certificate is for `localhost`. */
  readonly caCertificate: string
}

const variable = 'E2E_DATABASE'

/** Hands the settings from the global set-up to the workers. */
export function shareDatabase(settings: DatabaseSettings): void {
  process.env[variable] = JSON.stringify(settings)
}

export function readDatabase(): DatabaseSettings {
  const text = process.env[variable]
  if (!text) throw new Error(`${variable} is not set: did the global set-up run?`)
  return JSON.parse(text)
}
