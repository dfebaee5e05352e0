export interface PgBouncer {
  readonly port: number
  stop(): Promise<void>
}

export function startPgBouncer(options: {
  /** By name (`*`: any), where each is: `host=… port=…`. */
  databases: Readonly<Record<string, string>>
  /** By name, what the pooler knows them by: a password, or a hash of it. */
  users: Readonly<Record<string, string>>
  /** Of pgbouncer.ini. */
  settings?: Readonly<Record<string, string | number>>
  /** By what it is known to clients that encrypt. PEM. */
  tls?: { readonly certificate: string; readonly key: string }
}): Promise<PgBouncer>
