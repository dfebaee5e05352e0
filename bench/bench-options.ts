/** What every part is told. */
export interface BenchOptions {
  /** Path of a Chromium; null where there is none. */
  readonly chromiumPath: string | null
  /** Rounds of each contender in each cell; medians are taken over them. */
  readonly rounds: number
  /** Folder for a CPU profile of the host app; null: none is made. */
  readonly profileFolder: string | null
}
