import type { SpawnOptions } from 'node:child_process'

/** A process that ends with the one that started it, however that ends. */
export interface TiedProcess {
  hasEnded(): boolean
  /** The last of what it printed. */
  log(): string
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>
}

interface TiedOptions extends Omit<SpawnOptions, 'cwd' | 'stdio' | 'detached'> {
  /** Where it runs; removed when it has ended. */
  readonly folder: string
  readonly signal?: 'TERM' | 'INT'
}

export function spawnTied(command: string, args: readonly string[], options: TiedOptions): TiedProcess
