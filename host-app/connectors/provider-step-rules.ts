import type { Connector } from './connector.ts'
import { namesIn } from './endpoints.ts'
import type { OAuthProvider } from './oauth-provider.ts'
import { pathsIn } from './template.ts'
import { type StepNames, stepFaults, withKept } from './token-step-rules.ts'
import type { TokenRenewal, TokenStep } from './token-step.ts'

/** What is wrong with a provider's own steps to a token, in words; empty when all is well. */
export function providerStepFaults({
  oauth,
  hosts,
}: {
  readonly oauth: OAuthProvider
  readonly hosts?: Connector['hosts']
}): string[] {
  const { tokenSteps = [], renewal, lifetimeProbe, keptLookups = [] } = oauth
  const { keptFields = {}, keptCallbackFields = [], endpointSettings = [] } = oauth
  const atFirst = [...endpointSettings, ...keptCallbackFields, ...Object.keys(keptFields)]
  const ofTheGrant = [...atFirst, ...keptLookups]
  let names = namesOf(atFirst)
  const faults = tokenSteps.flatMap((step, index) => {
    const found = stepFaults(step, names, hosts)
    names = withKept(names, step)
    return found.map((fault) => `tokenSteps.${index}: ${fault}`)
  })
  faults.push(...proofFaults(oauth))
  if (renewal) {
    const found = [...stepFaults(renewal, namesOf(ofTheGrant), hosts), ...renewalFaults(renewal, oauth)]
    faults.push(...found.map((fault) => `renewal: ${fault}`))
  }
  if (lifetimeProbe) {
    // With a code nothing has been looked up yet.
    const found = [...stepFaults(lifetimeProbe, namesOf(atFirst), hosts), ...probeFaults(lifetimeProbe)]
    faults.push(...found.map((fault) => `lifetimeProbe: ${fault}`))
  }
  return faults
}

function namesOf(kept: readonly string[]): StepNames {
  return {
    inTexts: [...kept, 'access_token', 'client_id', 'client_secret'],
    inAddress: [...kept, 'client_id'],
  }
}

/**
 * Whoever comes back can write what the callback says. Where our client alone asks by it, another's installation would be his:
 * the vendor has to say first that it belongs to the person, by a token that is the person's.
 */
function proofFaults(oauth: OAuthProvider): string[] {
  const { tokenSteps = [], renewal, keptCallbackFields = [], callbackSignature } = oauth
  if (callbackSignature) return []
  const proven = new Set<string>()
  const unproven = (step: TokenStep) => {
    const used = usedBy(step)
    const said = keptCallbackFields.filter(
      (name) => used.includes(name) || typeof step.endpoint === 'function',
    )
    if (used.includes('access_token')) for (const name of said) proven.add(name)
    return step.keeps?.['access_token'] === undefined ? [] : said.filter((name) => !proven.has(name))
  }
  const faults = tokenSteps.map(unproven)
  const ofRenewal = renewal ? unproven(renewal) : []
  return [...new Set([...faults.flat(), ...ofRenewal])].map(
    (name) => `tokenSteps: no step has proven that "${name}" is the person's before it is asked by`,
  )
}

function usedBy({ endpoint, parameters = {}, headers = {} }: TokenStep): string[] {
  const texts = [...Object.values(parameters), ...Object.values(headers)]
  return [...namesIn(endpoint), ...texts.flatMap(pathsIn)]
}

function renewalFaults(renewal: TokenRenewal, { refreshMargin = 0, ...oauth }: OAuthProvider): string[] {
  const { keeps = {}, minimumAge, whileAlive } = renewal
  const faults: string[] = []
  if (keeps['access_token'] === undefined) faults.push('it keeps no access_token')
  if (minimumAge !== undefined && !(minimumAge > 0)) faults.push('minimumAge is a time in milliseconds')
  if (whileAlive && refreshMargin < day) {
    faults.push('what is renewed while it lives has a refreshMargin of a day at least')
  }
  const isAlone = (oauth.otherGrants ?? []).length === 0
  if (isAlone && (oauth.refreshEndpoint !== undefined || oauth.refreshParameters !== undefined)) {
    faults.push('there is no refresh token to say anything of')
  }
  return faults
}

const day = 86_400_000

function probeFaults(probe: TokenStep): string[] {
  const faults: string[] = []
  if (!usedBy(probe).includes('access_token')) faults.push('it does not say which token it is about')
  if (Object.keys(probe.keeps ?? {}).join() !== 'expires_in')
    faults.push('it keeps `expires_in`, and nothing else')
  return faults
}
