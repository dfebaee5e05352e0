import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { Connector } from './connector.ts'
import { namesIn } from './endpoints.ts'
import type { StepsGrant } from './settings-grant.ts'
import { pathsIn } from './template.ts'
import { type StepNames, stepFaults, withKept } from './token-step-rules.ts'
import { grantedNames, type TokenStep } from './token-step.ts'

/** What is wrong with a grant by steps, in words; empty when all is well. */
export function stepsGrantFaults(
  { properties: ofMethod }: AuthMethod,
  { secret, client, steps, refreshSteps, keptNames = [] }: StepsGrant,
  { info: { properties }, hosts }: Pick<Connector, 'info' | 'hosts'>,
): string[] {
  const isSecret = (name: string) => properties.some((one) => one.name === name && one.is_credential)
  const settings = properties.map(({ name }) => name)
  const atFirst: StepNames = {
    inTexts: settings,
    inAddress: settings.filter((name) => !isSecret(name)),
  }
  const faults: string[] = []
  if (client) {
    for (const name of [client.id, client.secret]) {
      if (!settings.includes(name)) faults.push(`"${name}" is no setting`)
    }
  }
  faults.push(...listFaults('steps', steps, atFirst))
  if (refreshSteps) {
    const names = { ...atFirst, inTexts: [...settings, 'refresh_token'] }
    faults.push(...listFaults('refreshSteps', refreshSteps, names))
    if (!steps.some(({ keeps }) => keeps?.['refresh_token'] !== undefined)) {
      faults.push('refreshSteps: none of the steps keeps a refresh_token')
    }
  }

  const all = [...steps, ...(refreshSteps ?? [])]
  for (const name of keptNames) {
    const isKept = steps.some(({ keeps = {} }) => Object.hasOwn(keeps, name))
    if (!isKept || grantedNames.includes(name))
      faults.push(`keptNames: "${name}" is nothing that the steps keep`)
  }
  const used = all.flatMap(({ parameters = {}, headers = {} }) =>
    [...Object.values(parameters), ...Object.values(headers)].flatMap(pathsIn),
  )
  if (!used.includes(secret) && client?.secret !== secret) faults.push(`no step sends "${secret}"`)
  const secrets = [...new Set([secret, ...(client ? [client.secret] : []), ...used.filter(isSecret)])]
  for (const name of new Set(all.flatMap(({ endpoint }) => namesIn(endpoint)))) {
    const property = properties.find((one) => one.name === name)
    if (!property || property.is_credential) continue
    for (const one of secrets) {
      if (!property.binds?.includes(one))
        faults.push(`${name}: it says where "${one}" goes, and does not bind it`)
    }
  }
  for (const name of new Set(used)) {
    if (isSecret(name) && !ofMethod.includes(name)) faults.push(`"${name}" is no setting of the method`)
  }
  return faults

  function listFaults(name: string, list: readonly TokenStep[], first: StepNames): string[] {
    let names = first
    const found = list.flatMap((step, index) => {
      const own = [...stepFaults(step, names, hosts), ...keptFaults(step)]
      if (step.clientAuthentication !== undefined && !client)
        own.push('it says who asks, and there is no client')
      names = withKept(names, step)
      return own.map((fault) => `${name}.${index}: ${fault}`)
    })
    if (list.at(-1)?.keeps?.['access_token'] === undefined)
      found.push(`${name}: the last one keeps no access_token`)
    return found
  }

  /** A vendor's answer must not stand for what the person has entered. */
  function keptFaults({ keeps = {} }: TokenStep): string[] {
    return Object.keys(keeps)
      .filter((one) => settings.includes(one))
      .map((one) => `"${one}" is the name of a setting`)
  }
}
