import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Config } from './config.ts'

/** Where `bobbin connectors add-tap` puts the descriptions of taps, and every server finds them. */
export const tapsFolder = ({ dataDir }: Pick<Config, 'dataDir'>): string => resolve(dataDir, 'taps')

/** The settings, with the taps of the data folder behind the connectors that the operator names. */
export async function withTaps(config: Config): Promise<Config> {
  const folder = tapsFolder(config)
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  const files = names.filter((name) => name.endsWith('.json')).toSorted()
  return {
    ...config,
    connectorModules: [...config.connectorModules, ...files.map((name) => join(folder, name))],
  }
}
