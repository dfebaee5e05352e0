export interface MysqlServer {
  readonly host: string
  readonly port: number
  /** The superuser. */
  readonly user: string
  readonly password: string
  /** PEM of the authority that signed the server's certificate; null without `ssl`. */
  readonly caCertificate: string | null
  /** With `ssl`: what the server knows a client of this name by. PEM. */
  issueCertificate(name: string): Promise<{ certificate: string; key: string }>
  /** Runs SQL, several statements if need be, as the superuser; rows, or a list of them for several. */
  query(sql: string, database?: string): Promise<Record<string, unknown>[]>
  stop(): Promise<void>
}

interface Options {
  /** Options of the server, over those that it has anyway. */
  readonly settings?: Readonly<Record<string, string>>
}

export function startMariadb(options?: Options & { ssl?: boolean }): Promise<MysqlServer>
export function startMysql(options?: Options): Promise<MysqlServer>
