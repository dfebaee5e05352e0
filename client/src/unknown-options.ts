import type { FlowFunction } from '@bobbin/shared/flow-function'
import { warnUnlessKnown } from './known-options.ts'

/** Says on the console which options mean nothing to a function of flows. */
export function warnOfUnknown(fn: FlowFunction | 'resume', given: object): void {
  const ofFlow = fn === 'addSource' ? 'type' : `id${fn.startsWith('display') ? ' discovery_job_name' : ''}`
  const own = fn === 'resume' ? 'flowId' : `${ofFlow} ephemeral_token default_streams display`
  warnUnlessKnown(fn, given, `${own} signal onEvent`)
}
