import type { RefreshTraits } from './refresh-traits.ts'

/** A grant beside the main one in the reply to a code. */
export interface OtherGrant {
  /** Such as `user`. */
  readonly role: string
  /** Where it lies in the reply, such as `['authed_user']`. */
  readonly path: readonly string[]
  /** Whether the source ends with it, or goes on without. Without a fatal one, nothing is granted at all. */
  readonly fatal: boolean
  /** How its refresh tokens live, if otherwise than the provider's: all of it, not what differs. */
  readonly refreshTraits?: RefreshTraits
}

/** What is wrong with them, in words. Roles are parts of names in taps' configs. */
export function otherGrantFaults({
  otherGrants = [],
  quirks,
}: {
  readonly otherGrants?: readonly OtherGrant[]
  readonly quirks?: { readonly tokenPath?: readonly string[] }
}): string[] {
  const faults: string[] = []
  const places = [(quirks?.tokenPath ?? []).join('.')]
  const roles = new Set<string>()
  for (const { role, path } of otherGrants) {
    const place = path.join('.')
    if (!/^[a-z][a-z0-9_]{0,30}$/.test(role)) faults.push(`"${role}" is no name for a role`)
    if (roles.has(role)) faults.push(`"${role}" is there twice`)
    if (places.includes(place)) faults.push(`"${role}" lies where another grant does`)
    places.push(place)
    roles.add(role)
  }
  return faults
}
