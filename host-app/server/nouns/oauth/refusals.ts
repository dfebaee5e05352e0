import type { Refusal } from '@bobbin/shared/flow'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'

const sentences: Record<Refusal['reason'], string> = {
  denied: 'The access was not granted.',
  expired: 'It took too long to come back from the provider.',
  invalid: 'The answer of the provider does not belong to this attempt.',
  provider_error: 'The provider reported an error.',
  interrupted: 'The authorization was interrupted before it was complete.',
  unreachable: 'The provider could not be reached.',
}

/** A refusal in our own words: what the provider wrote is never shown. */
export function refusalOf(reason: Refusal['reason'], providerCode: string | null = null): Refusal {
  return { reason, provider_code: providerCode, message: sentences[reason] }
}

/** An error code of a provider, if it looks like one. Text of any other kind may hold anything. */
export function readProviderCode(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9_.:-]{1,100}$/.test(value) ? value : null
}

/** What a callback's `error` says: the person declined, or something is wrong at the provider. */
export function readRefusal({ quirks }: Pick<OAuthProvider, 'quirks'>, error: string): Refusal {
  const isDenied = error === 'access_denied' || quirks?.deniedCodes?.includes(error) === true
  return refusalOf(isDenied ? 'denied' : 'provider_error', readProviderCode(error))
}

/**
 * What a callback without a state says. Nothing ties it to a trip, so nothing is done by it; a code in it is
 * not used, and an error of another issuer not believed.
 */
export function readStatelessRefusal(
  provider: Pick<OAuthProvider, 'issuer' | 'quirks'>,
  { code, error, iss }: Readonly<Record<string, string>>,
): Refusal {
  const isForeign = iss !== undefined && provider.issuer !== null && iss !== provider.issuer
  if (code !== undefined || isForeign) return refusalOf('invalid')
  return error === undefined ? refusalOf('interrupted') : readRefusal(provider, error)
}
