import type { Api, CallResult } from './api-client.ts'
import type { WizardAction } from './wizard-reducer.ts'
import type { Intent } from './wizard-state.ts'

/** Asks the server for what was intended. What comes back is the change of state that it makes. */
export async function perform(
  api: Api,
  intent: Exclude<Intent, { name: 'authorize' }>,
): Promise<CallResult<WizardAction>> {
  if (intent.name === 'startCheck') {
    const result = await api.call('startCheck', {})
    return result.ok ? { ok: true, value: { type: 'checkStarted', check: result.value } } : result
  }
  const result = await callFor(api, intent)
  return result.ok ? { ok: true, value: { type: 'flow', flow: result.value, isReply: true } } : result
}

function callFor(api: Api, intent: Exclude<Intent, { name: 'authorize' | 'startCheck' }>) {
  switch (intent.name) {
    case 'saveForm':
      return api.call('saveForm', intent.body)
    case 'saveSelection':
      return api.call('saveSelection', intent.body)
    case 'goToStep':
      return api.call('goToStep', { step: intent.step })
    case 'finishCheck':
    case 'replaceAccount':
    case 'keepAccount':
    case 'addAccount':
      return api.call(intent.name, {})
  }
}
