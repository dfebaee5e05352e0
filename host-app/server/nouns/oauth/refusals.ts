import { errorReasons, type ReasonOf } from '@bobbin/shared/error-reasons'
import type { Refusal } from '@bobbin/shared/flow'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { blameFor, type Blame } from './blame.ts'
import { readProviderCode, vendorCodeIn } from './refusal-words.ts'

/** A refusal in our own words: what the provider wrote is never shown. */
export function refusalOf(reason: ReasonOf<'AuthorizeFailure'>, providerCode: string | null = null): Refusal {
  return { reason, provider_code: providerCode, message: errorReasons.AuthorizeFailure[reason].sentence }
}

const reasons = {
  person: 'denied',
  administrator: 'approval_needed',
  operator: 'misconfigured',
  provider: 'provider_error',
} as const satisfies Record<Blame, ReasonOf<'AuthorizeFailure'>>

/** What a callback's `error` says; some write it with blanks between its words. */
export function readRefusal(
  provider: Pick<OAuthProvider, 'quirks'>,
  { error, error_description: said }: Readonly<Record<string, string>>,
): Refusal {
  const code = readProviderCode(error)
  const blame = blameFor(provider, { code: code ?? error ?? null, said })
  return refusalOf(reasons[blame], blame === 'person' ? code : shownCode(code, said))
}

/** With the vendor's own number beside the standard's word, for whoever is asked for help. */
export function shownCode(code: string | null, said: string | undefined): string | null {
  const own = vendorCodeIn(said)
  if (own === null || code === null) return code ?? own
  return code.includes(own) ? code : `${code} (${own})`
}

/**
 * What a callback without a state says. Nothing ties it to a trip, so nothing is done by it; a code in it is
 * not used, and an error of another issuer not believed.
 */
export function readStatelessRefusal(
  provider: Pick<OAuthProvider, 'issuer' | 'quirks'>,
  answer: Readonly<Record<string, string>>,
): Refusal {
  const { code, error, iss } = answer
  const isForeign = iss !== undefined && provider.issuer !== null && iss !== provider.issuer
  if (code !== undefined || isForeign) return refusalOf('invalid')
  return error === undefined ? refusalOf('interrupted') : readRefusal(provider, answer)
}
