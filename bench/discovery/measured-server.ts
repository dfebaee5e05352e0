/** How large a database is. */
export interface DatabaseSize {
  readonly tables: number
  readonly columns: number
}

/** A database server that runs for a measurement. */
export interface MeasuredServer {
  /** As people know it. */
  readonly name: string
  readonly type: string
  /** Creates a database of as many tables, of as many columns each, and returns its name. */
  createDatabase(size: DatabaseSize): Promise<string>
  /** What a source needs to read it. */
  settings(database: string): Record<string, string>
  /** Reads what a discovery needs of every column by one query, as the driver gives it, and drops it. Returns the number of rows. */
  readBare(database: string): Promise<number>
  stop(): Promise<void>
}
