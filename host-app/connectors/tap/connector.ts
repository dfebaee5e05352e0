import type { Connector } from '../connector.ts'
import { discoverByTap } from './discover.ts'
import { configOf, settingsOf } from './tap-config.ts'
import type { TapFile } from './tap-file.ts'
import { tapInfo } from './tap-info.ts'

/** A connector of a Singer tap: any program that takes `--config FILE --discover` and prints a catalog. */
export function tapConnector(file: TapFile): Connector {
  return {
    info: tapInfo(file),
    startsProgram: file.command[0] ?? '',
    discover: (context) => discoverByTap(file, context),
    config: ({ settings }) => configOf(file.settings, settings),
    settingsOf: (config) => settingsOf(file.settings, config),
  }
}
