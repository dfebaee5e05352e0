export interface PostgresServer {
  readonly host: string
  readonly port: number
  /** The superuser. */
  readonly user: string
  readonly password: string
  /** Connects the superuser to the database `postgres`. */
  readonly url: string
  /** PEM of the authority that signed the server's certificate; null without `ssl`. */
  readonly caCertificate: string | null
  /** With `ssl`: what the server knows a client of this name by. PEM. */
  issueCertificate(name: string): Promise<{ certificate: string; key: string }>
  /** Runs SQL as the superuser (several statements, when there are no parameters) and returns the last rows. */
  query(
    sql: string,
    options?: { database?: string; parameters?: unknown[] },
  ): Promise<Record<string, unknown>[]>
  stop(): Promise<void>
}

export function startPostgres(options?: {
  ssl?: boolean
  hba?: readonly string[]
  /** One of `postgresVersions`; by default the system's own. */
  version?: number
  /** Of postgresql.conf, over those that it has anyway. */
  settings?: Readonly<Record<string, string>>
}): Promise<PostgresServer>

/** Whom servers run as that refuse to be root; null: as ourselves. */
export function findOwner(): Promise<{ name: string; uid: number; gid: number } | null>
