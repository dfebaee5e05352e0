import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const hostApp = fileURLToPath(new URL('../../../', import.meta.url))

/**
 * All that a connector process may read: code. Neither the data folder nor the settings of the operator,
 * wherever they are, unless they lie beside a connector module.
 */
export function readableFolders(connectorModules: readonly string[]): string[] {
  const shared = dirname(fileURLToPath(import.meta.resolve('@bobbin/shared/errors')))
  const modules = connectorModules.map((path) => resolve(path)).filter(existsSync)
  const folders = new Set([
    join(hostApp, 'server'),
    join(hostApp, 'connectors'),
    realpathSync(shared),
    ...[hostApp, ...modules, shared].flatMap((path) => lookedThrough(path)),
    ...modules.flatMap((path) => [dirname(path), dirname(realpathSync(path))]),
  ])
  return [...folders].filter(existsSync)
}

/** Where Node looks for packages, and for what kind a module is, from a path upwards. */
function lookedThrough(path: string): string[] {
  const parents: string[] = []
  for (let folder = resolve(path); folder !== dirname(folder); folder = dirname(folder)) parents.push(folder)
  return parents.flatMap((folder) => [join(folder, 'node_modules'), join(folder, 'package.json')])
}
