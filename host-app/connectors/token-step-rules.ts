import { type Endpoint, isMade, isReachable, namesIn } from './endpoints.ts'
import { pathsIn } from './template.ts'
import { grantedNames, type TokenStep } from './token-step.ts'
import type { HostPattern } from './vendor-hosts.ts'

/** What may stand in the texts of a step, and what in its address, where everybody on the way can read it. */
export interface StepNames {
  readonly inTexts: readonly string[]
  readonly inAddress: readonly string[]
}

/** What is wrong with a step, in words; empty when all is well. */
export function stepFaults(
  step: TokenStep,
  names: StepNames,
  hosts: readonly HostPattern[] | undefined,
): string[] {
  const { endpoint, method = 'POST', format, parameters = {}, headers = {}, keeps = {}, lifetimeUnit } = step
  const faults = addressFaults(endpoint, names, hosts)
  for (const name of [...Object.values(parameters), ...Object.values(headers)].flatMap(pathsIn)) {
    if (!names.inTexts.includes(name)) faults.push(`nothing is known by "${name}" then`)
  }
  for (const name of Object.keys(headers)) {
    if (!/^[A-Za-z0-9-]+$/.test(name)) faults.push(`"${name}" is no name of a header`)
  }
  if (method === 'GET' && format !== undefined) faults.push('GET has no body to write')
  const way = step.clientAuthentication
  const isSpoken = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')
  if (isSpoken && (way === 'basic' || way === 'app_jwt')) {
    faults.push(`its header and ${way} are both Authorization`)
  }
  for (const [name, path] of Object.entries(keeps)) {
    if (!/^[A-Za-z][\w-]*$/.test(name)) faults.push(`"${name}" is no name to keep anything by`)
    if (path === '') faults.push(`"${name}" lies nowhere in the answer`)
    if (untold.includes(name)) faults.push(`"${name}" is a name of ours`)
  }
  if (lifetimeUnit !== undefined && keeps['expires_in'] === undefined) {
    faults.push('lifetimeUnit says what `expires_in` counts, which is not kept')
  }
  for (const status of step.endedStatuses ?? []) {
    if (![400, 401, 403, 404, 410, 422].includes(status))
      faults.push(`${status} does not say that it is gone`)
  }
  return faults
}

/** Nobody may answer with these. */
const untold = ['client_id', 'client_secret', 'token_type', 'id_token', 'settings_digest', 'settings_refused']

function addressFaults(
  endpoint: Endpoint,
  { inAddress }: StepNames,
  hosts: readonly HostPattern[] | undefined,
): string[] {
  if (!isMade(endpoint)) {
    return isReachable(endpoint, hosts) ? [] : ['its endpoint is no address of `hosts`']
  }
  if (!hosts) return ['its endpoint is made of values, so `hosts` has to say where it may be']
  return namesIn(endpoint)
    .filter((name) => !inAddress.includes(name))
    .map((name) => `its endpoint is made of "${name}", which is not known then, or a secret`)
}

/** What is known after a step, too. */
export function withKept({ inTexts, inAddress }: StepNames, { keeps = {} }: TokenStep): StepNames {
  const kept = Object.keys(keeps).filter((name) => name !== 'expires_in')
  return {
    inTexts: [...inTexts, ...kept],
    inAddress: [...inAddress, ...kept.filter((name) => !grantedNames.includes(name))],
  }
}
