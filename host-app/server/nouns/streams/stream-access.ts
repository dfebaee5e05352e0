import type { StreamAccess } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'

/** A column that this server wrote. */
export function readAccess(text: string | null): StreamAccess | null {
  return text === null ? null : (JSON.parse(text) as StreamAccess)
}

/** Why a stream cannot be read, for callers of the API; the wizard has words of its own. */
export function accessSentence(access: StreamAccess): string {
  if (access.reason === 'needs_scope')
    return `It can be read once the scope ${isolated(access.scope)} is granted.`
  if (access.reason === 'not_permitted') return 'These credentials are not permitted to read it.'
  return access.plan === undefined
    ? 'The plan at the vendor does not include it.'
    : `It can be read with the plan ${isolated(access.plan)} at the vendor.`
}

/** A stream's own metadata with the reason why it cannot be read. */
export function withAccess(metadata: Record<string, unknown>, text: string | null): Record<string, unknown> {
  const access = readAccess(text)
  return access ? { ...metadata, access } : metadata
}
