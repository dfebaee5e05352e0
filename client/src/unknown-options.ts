import type { FlowFunction } from '@bobbin/shared/flow-function'
import { tellDeveloper } from './tell-developer.ts'

/** Says on the console which options mean nothing to a function: misspelt ones would be missed in silence. */
export function warnOfUnknown(fn: FlowFunction | 'resume', given: object): void {
  const ofFlow = fn === 'addSource' ? 'type' : `id${fn.startsWith('display') ? ' discovery_job_name' : ''}`
  const own = fn === 'resume' ? 'flowId' : `${ofFlow} ephemeral_token default_streams display`
  const known = `${own} signal onEvent`
  const unknown = Object.keys(given).filter((name) => !known.split(' ').includes(name))
  if (unknown[0]) tellDeveloper(`${fn} does not take ${unknown}. It takes ${known}.`)
}
