import type { SettingFaults } from '@bobbin/shared/setting-faults'
import type { Transaction } from '../../store/database.ts'
import { InvalidSettings, isRuled, sourceIncomplete, type Sources } from '../sources/sources.ts'
import type { FlowPresets } from './flow-presets.ts'
import { changeFlow, type Flow } from './flow-row.ts'
import type { FlowSteps } from './flow-steps.ts'

/**
 * Saves what was chosen of the authorized account, and moves on. Throws InvalidProperties, and Conflict `incomplete`
 * where nothing is authorized.
 */
export type SaveChoices = (
  tx: Transaction,
  flow: Flow,
  body: { properties: Readonly<Record<string, string>> },
) => Promise<Flow>

export function createSaveChoices({
  steps,
  presets,
  sources,
  now,
}: {
  steps: Pick<FlowSteps, 'advance' | 'chosenOf' | 'infoOf'>
  presets: Pick<FlowPresets, 'of'>
  sources: Pick<Sources, 'isAuthorized' | 'update'>
  now: () => number
}): SaveChoices {
  return async function saveChoices(tx, flow, { properties: given }) {
    const { account_id: accountId, source_id: sourceId } = flow
    if (sourceId === null || !(await sources.isAuthorized(accountId, sourceId, tx))) {
      throw sourceIncomplete('oauth')
    }
    const chosen = await steps.chosenOf(flow, tx)
    const ofApp = presets.of(flow)
    const faults: SettingFaults = {
      ...Object.fromEntries(
        Object.keys(given)
          .filter((name) => !chosen.some((one) => one.name === name))
          .map((name) => [
            name,
            { rule: isRuled(ofApp[name]) ? 'set_by_app' : 'not_known', parameters: {} } as const,
          ]),
      ),
      ...Object.fromEntries(
        chosen
          .filter(({ name, is_required: isRequired }) => isRequired && !given[name])
          .map(({ name }) => [name, { rule: 'missing', parameters: {} } as const]),
      ),
    }
    if (Object.keys(faults).length > 0) {
      throw new InvalidSettings(await steps.infoOf(flow, tx), faults, { card: null })
    }
    // What is left out is taken back.
    const properties = Object.fromEntries(chosen.map(({ name }) => [name, given[name] || null]))
    const { extent } = await sources.update(tx, accountId, sourceId, { properties }, 'merge')
    return steps.advance(
      tx,
      await changeFlow(tx, flow, {
        walked: JSON.stringify([...flow.walked, 'oauth']),
        reopened: null,
        active_at: now(),
        // What was found with another choice is about another account.
        ...(extent === 'property' && { check_name: null }),
      }),
    )
  }
}
