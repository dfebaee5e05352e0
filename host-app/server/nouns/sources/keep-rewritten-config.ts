import { isDeepStrictEqual } from 'node:util'
import type { Connector } from '../../../connectors/connector.ts'
import type { Database } from '../../store/database.ts'
import { keepTapChanges } from './keep-tap-changes.ts'
import type { SourceParts } from './source-parts.ts'
import { getSourceRow, type SourceRow } from './source-row.ts'
import { findTapChanges } from './tap-changes.ts'
import { readTapConfig, type TapConfig } from './tap-config.ts'

interface KeptConfig {
  /** As it is stored now, if it was kept; otherwise as it was given. */
  readonly config: TapConfig
  /** The settings that are the tap's to change, and were. Never log the values. */
  readonly changed: Readonly<Record<string, string>>
  readonly isKept: boolean
  /** Other settings that it changed, by name. */
  readonly refused: readonly string[]
}

/**
 * Keeps what a program of ours has changed in the config that it was given, while it still runs. Only what the type declares
 * as the tap's to change: whatever else differs stays as it was. Nothing is kept where another config is stored by now, since
 * that may hold something newer; nor where a secret would go with settings that it was not entered for.
 */
export function keepRewrittenConfig(
  {
    database,
    credentials,
    now,
  }: Pick<SourceParts, 'credentials' | 'now'> & { database: Pick<Database, 'write'> },
  connector: Connector,
  { account_id: accountId, id }: Pick<SourceRow, 'account_id' | 'id'>,
  given: TapConfig,
  left: Readonly<Record<string, unknown>>,
): Promise<KeptConfig> {
  return database.write(async (tx) => {
    const row = await getSourceRow(tx.db, accountId, id)
    const current = await readTapConfig({ credentials }, connector, row, tx)
    const changes = findTapChanges(connector, given, left, now())
    const { settings: changed } = changes
    const refused = Object.keys(changes.faults)
    const isCurrent = isDeepStrictEqual(current.version, given.version)
    const isKept = isCurrent && changes.neededAgain.length === 0 && Object.keys(changed).length > 0
    if (!isKept) return { config: given, changed, isKept, refused }
    await keepTapChanges({ credentials, now }, tx, connector, row, current, { ...changes, tokens: {} })
    const config = await readTapConfig(
      { credentials },
      connector,
      await getSourceRow(tx.db, accountId, id),
      tx,
    )
    return { config, changed, isKept, refused }
  })
}
