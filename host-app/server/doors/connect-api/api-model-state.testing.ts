/*
 * What the accounts of a run have, as far as it can be known from what they asked for. Nothing here looks into
 * the store: it is what a caller with a good memory would say.
 */

export interface KnownImportToken {
  readonly id: number
  readonly token: string
  isRevoked: boolean
}

export interface KnownSource {
  readonly id: number
  /** Data is pushed into it: nothing to fill in, nothing to check. */
  readonly isPush: boolean
  name: string
  isComplete: boolean
  isSelected: boolean
  /** `now`: a clone, paused as it was made. */
  pausedAt: number | 'now' | null
  isDeleted: boolean
  readonly importTokens: KnownImportToken[]
}

export interface KnownWebhook {
  readonly id: string
  /** All that ever signed for it. */
  readonly secrets: string[]
  url: string
  description: string | null
  types: readonly string[] | null
  isEnabled: boolean
  /** The events of `toldTypes` that were queued for it, in order. */
  readonly queued: string[]
  replayed: number
}

export interface KnownAccessToken {
  readonly id: string
  readonly name: string | null
  readonly token: string
  isRevoked: boolean
}

export interface KnownEphemeralToken {
  readonly token: string
  readonly madeBy: string
  /** The one source that it is good for. */
  readonly sourceId: number | null
  state: 'good' | 'spent' | 'gone'
}

export interface KnownAccount {
  readonly id: number
  /** Stands in every name that the account gives, and nowhere else. */
  readonly marker: string
  /** What its app is called, and its logo as it was given. */
  readonly app: { name: string | null; logo: string | null }
  readonly sources: Map<number, KnownSource>
  readonly webhooks: Map<string, KnownWebhook>
  readonly accessTokens: KnownAccessToken[]
  readonly ephemeralTokens: KnownEphemeralToken[]
  /** The events of `toldTypes`, in order. */
  readonly told: string[]
  /** Secrets that were shown, once and never again. */
  readonly shown: string[]
  /** How many calls had an `Idempotency-Key`. */
  keysUsed: number
}

/** Events that calls alone bring about: what a check tells comes when it comes. */
export const toldTypes = ['source.created', 'source.updated', 'source.deleted', 'webhook.test']

export function newAccount(id: number, marker: string, first: { id: string; token: string }): KnownAccount {
  return {
    id,
    marker,
    app: { name: null, logo: null },
    sources: new Map(),
    webhooks: new Map(),
    accessTokens: [{ ...first, name: null, isRevoked: false }],
    ephemeralTokens: [],
    told: [],
    shown: [first.token],
    keysUsed: 0,
  }
}

export function newSource(
  made: Pick<KnownSource, 'id' | 'name' | 'isPush' | 'isComplete'> & Partial<KnownSource>,
): KnownSource {
  return { isSelected: false, pausedAt: null, isDeleted: false, importTokens: [], ...made }
}

/** What the account is told, and with it those of its webhooks that want to know. */
export function tell(own: KnownAccount, type: string, sourceId: number): void {
  const event = toldEvent(type, sourceId)
  own.told.push(event)
  for (const { isEnabled, types, queued } of own.webhooks.values()) {
    if (isEnabled && (types === null || types.includes(type))) queued.push(event)
  }
}

/** A test is in the feed, and on its way to the one webhook. */
export function tellOfTest(own: KnownAccount, { queued }: KnownWebhook): void {
  const event = toldEvent('webhook.test', null)
  own.told.push(event)
  queued.push(event)
}

export function toldEvent(type: string, sourceId: unknown): string {
  return `${type} ${String(sourceId)}`
}

/** The source, if the account has it and has not deleted it. */
export function liveSource(own: KnownAccount, id: number): KnownSource | undefined {
  const found = own.sources.get(id)
  return found?.isDeleted ? undefined : found
}
