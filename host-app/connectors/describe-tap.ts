import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { connectorFaults } from './connector-rules.ts'
import { tapConnector } from './tap/connector.ts'
import { readSettings } from './tap/read-settings.ts'
import { tapFile, TapFileError, type TapFile, type TapSetting } from './tap/tap-file.ts'

export { TapFileError }
export type { TapFile }

interface GivenTap {
  readonly name: string
  readonly title: string
  readonly category: string
  /** The program by its absolute path, and its arguments. */
  readonly command: readonly string[]
  /** What a file says of its settings: JSON Schema, what the tap prints about itself, or Meltano's list. */
  readonly settings: unknown
  /** Of the settings, those that the tap writes anew into its config, by its own names for them or by ours. */
  readonly renews: readonly string[]
}

/** Makes the description of a tap, and what its connector says of itself. @throws {TapFileError} */
export function describeTap(given: GivenTap): { tap: TapFile; info: ConnectorInfo } {
  const { name, title, category, command } = given
  const found = readSettings(given.settings)
  const described = tapFile.safeParse({
    name,
    title,
    category,
    description: (found.description ?? `Read by the Singer tap tap-${name}.`).slice(0, 500),
    command,
    settings: withRenewed(found.settings, given.renews),
  })
  if (!described.success) {
    const [issue] = described.error.issues
    throw new TapFileError(`${issue?.path.join('.')}: ${issue?.message}`)
  }
  const connector = tapConnector(described.data)
  const faults = connectorFaults(connector)
  if (faults.length > 0) throw new TapFileError(faults.join('; '))
  return { tap: described.data, info: connector.info }
}

function withRenewed(settings: readonly TapSetting[], renews: readonly string[]): TapSetting[] {
  const isCalled = ({ name, in_config: path }: TapSetting, called: string) =>
    path.join('.') === called || name === called
  const unknown = renews.find((called) => !settings.some((one) => isCalled(one, called)))
  if (unknown !== undefined) throw new TapFileError(`there is no setting ${unknown} that the tap could renew`)
  return settings.map((one) =>
    renews.some((called) => isCalled(one, called)) ? { ...one, renewed_by_tap: true } : one,
  )
}
