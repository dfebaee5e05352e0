import { type Identify, type IdentifyParts, createIdentify } from './identify.ts'
import { type LookUp, createLookUp } from './look-up.ts'

/** What a connector is asked of a new grant. */
export interface OfGrant {
  readonly lookUp: LookUp
  readonly identify: Identify
}

export function createOfGrant(parts: IdentifyParts): OfGrant {
  return { lookUp: createLookUp(parts), identify: createIdentify(parts) }
}
