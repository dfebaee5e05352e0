import { parseNames } from './stored-names.ts'
import type { Tables } from '../../store/tables.ts'
import type { Selectable } from 'kysely'

/** When a grant ends that nobody but the person can renew, in milliseconds since 1970. */
export interface GrantEnd {
  readonly at: number
  /** People are told of it now. */
  readonly isNear: boolean
  /** It ends with its access token: nothing came along to renew it by. */
  readonly isOfToken: boolean
}

const day = 86_400_000

/** How long before its end people are told of a grant that cannot be renewed at all: what lives for an hour is told at once. */
export const shortNotice = day

/** The same of one that can be renewed until then; of a short life its last third. */
export const longNotice = 14 * day

/** Null where nobody says that it ends. The sweep that tells accounts asks the same of the store. */
export function endOf(
  row: Pick<
    Selectable<Tables['credential']>,
    'names' | 'expires_at' | 'idle_death' | 'absolute_death' | 'consented_at'
  >,
  now: number,
): GrantEnd | null {
  const { expires_at: tokenEnd, idle_death: idle, absolute_death: death, consented_at: consented } = row
  if (!parseNames(row.names).includes('refresh_token')) {
    const isNear = tokenEnd !== null && tokenEnd - now <= shortNotice
    // What is renewed while it lives ends only where that has come to nothing.
    const isRenewed = idle !== null && !isNear
    return tokenEnd === null || isRenewed ? null : { at: tokenEnd, isNear, isOfToken: true }
  }
  if (death === null) return null
  const left = death - now
  const isNear = left <= longNotice && (consented === null || 3 * left <= death - consented)
  return { at: death, isNear, isOfToken: false }
}

export function earlierOf(one: GrantEnd | null, other: GrantEnd | null): GrantEnd | null {
  if (one === null || other === null) return one ?? other
  return one.at <= other.at ? one : other
}
