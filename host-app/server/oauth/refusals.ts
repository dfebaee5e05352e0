import type { Refusal } from '@bobbin/shared/flow'

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
