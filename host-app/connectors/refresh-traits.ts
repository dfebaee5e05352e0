/**
 * How a provider's refresh tokens live. Times are in milliseconds. What the vendor's own documents do not say is left out:
 * a guess would renew too late, or send people to a consent that nobody needs.
 */
export interface RefreshTraits {
  /** A renewal answers with another refresh token, and the one that it was asked with is spent. */
  readonly rotates?: boolean
  /** For so long a spent one is taken once more, for the answer that got lost. */
  readonly reuseGrace?: number
  /** A grant that is not renewed for so long is dead. */
  readonly idleDeath?: number
  /** A grant is dead so long after the consent, however often it was renewed. */
  readonly absoluteDeath?: number
  /** So many grants of one person's to one client are good at the same time: one more ends the oldest. */
  readonly tokensPerUser?: number
  /** Where the token reply itself says how long its refresh token lives; where it does, that rules over what stands above. */
  readonly inReply?: RefreshLifeInReply
}

export interface RefreshLifeInReply {
  /** Beside the tokens, or in the whole reply: such as `refresh_token_expires_in`. */
  readonly path: string
  /** What it counts; seconds by default. */
  readonly unit?: 'seconds' | 'milliseconds'
  /** Which of the two deaths it tells: the one that a renewal puts off, or the one that nothing does. */
  readonly means: 'idleDeath' | 'absoluteDeath'
}

interface OfProvider {
  readonly refreshTraits?: RefreshTraits
  readonly otherGrants?: readonly { readonly role: string; readonly refreshTraits?: RefreshTraits }[]
}

/** Those of one of its grants: of the main one (null), or of another, whose own rule over the provider's. */
export function traitsOf(
  { refreshTraits = {}, otherGrants = [] }: OfProvider,
  role: string | null,
): RefreshTraits {
  return otherGrants.find((other) => other.role === role)?.refreshTraits ?? refreshTraits
}

/** What is wrong with what a provider says of its refresh tokens, in words. */
export function refreshTraitFaults({ refreshTraits, otherGrants = [] }: OfProvider): string[] {
  const others = otherGrants.flatMap(({ role, refreshTraits: theirs }) =>
    faultsOf(theirs).map((fault) => `otherGrants: "${role}": ${fault}`),
  )
  return [...faultsOf(refreshTraits), ...others]
}

const times = ['reuseGrace', 'idleDeath', 'absoluteDeath'] as const

function faultsOf(traits: RefreshTraits = {}): string[] {
  const { rotates, reuseGrace, idleDeath, absoluteDeath, tokensPerUser, inReply } = traits
  const faults: string[] = []
  const expect = (isTrue: boolean, fault: string) => {
    if (!isTrue) faults.push(`refreshTraits: ${fault}`)
  }
  for (const name of times) {
    const time = traits[name]
    expect(time === undefined || (Number.isInteger(time) && time > 0), `${name} is no time in milliseconds`)
  }
  expect(
    tokensPerUser === undefined || (Number.isInteger(tokensPerUser) && tokensPerUser > 0),
    'tokensPerUser is no count',
  )
  expect(reuseGrace === undefined || rotates === true, 'reuseGrace is of tokens that are spent: `rotates`')
  expect(
    idleDeath === undefined || absoluteDeath === undefined || idleDeath <= absoluteDeath,
    'idleDeath is later than absoluteDeath',
  )
  expect(
    reuseGrace === undefined || reuseGrace <= Math.min(idleDeath ?? Infinity, absoluteDeath ?? Infinity),
    'reuseGrace is longer than a grant lives',
  )
  expect(inReply === undefined || inReply.path.trim() !== '', 'inReply.path is empty')
  return faults
}
