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
  const body = 'body' in intent ? intent.body : 'step' in intent ? { step: intent.step } : {}
  // Each name with its own body, which a union of both does not say.
  const result = await api.call(intent.name, body as never)
  return result.ok ? { ok: true, value: { type: 'flow', flow: result.value, isReply: true } } : result
}
