import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import { formOfRepair, type Sources } from '../sources/sources.ts'
import type { EphemeralTokens } from '../tokens/tokens.ts'
import type { FlowPresets } from './flow-presets.ts'
import type { Flow } from './flow-row.ts'

/** A flow that adds a source may go on with one that is connected with the account already. */
export interface Repairs {
  /**
   * Whether its token allows that: a repair is what `authorizeSource` does, which a token may leave out; and the source
   * has to be able to have what the token sets.
   */
  allows(flow: Flow, sourceId: number, tx?: Transaction): Promise<boolean>
  /** Gives the source what the token sets. @throws {AppError} InvalidProperties, InvalidCronExpression */
  bringPresets(tx: Transaction, flow: Flow, sourceId: number): Promise<void>
}

export function createRepairs({
  presets,
  sources,
  registry,
  ephemeralTokens,
  now,
}: {
  presets: Pick<FlowPresets, 'of'>
  sources: Pick<Sources, 'viewForWizard' | 'update'>
  registry: Pick<Registry, 'find'>
  ephemeralTokens: Pick<EphemeralTokens, 'allows'>
  now: () => number
}): Repairs {
  /** Null where the token sets nothing. */
  async function formOf(flow: Flow, sourceId: number, tx?: Transaction) {
    const connector = registry.find(flow.type)
    if (flow.presets === null || !connector) return null
    const stored = await sources.viewForWizard(flow.account_id, sourceId, tx)
    return formOfRepair(connector, presets.of(flow), stored, now())
  }

  return {
    async allows(flow, sourceId, tx) {
      const { account_id: accountId, token_hash: hash } = flow
      if (!(await ephemeralTokens.allows({ accountId, hash }, 'authorizeSource', tx))) return false
      try {
        await formOf(flow, sourceId, tx)
        return true
      } catch (error) {
        if (error instanceof AppError && isOfSettings(error)) return false
        throw error
      }
    },

    async bringPresets(tx, flow, sourceId) {
      const form = await formOf(flow, sourceId, tx)
      if (form) await sources.update(tx, flow.account_id, sourceId, form, 'replace')
    },
  }
}

const isOfSettings = ({ code }: AppError) => code === 'InvalidProperties' || code === 'InvalidCronExpression'
