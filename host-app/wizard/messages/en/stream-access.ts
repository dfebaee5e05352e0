import type { StreamAccess } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'

/** Why a stream is there and cannot be had; a scope and a plan are called what the vendor calls them. */
export function accessSentence(access: StreamAccess): string {
  switch (access.reason) {
    case 'not_permitted':
      return 'You are not permitted to read this. Whoever manages the account can change that.'
    case 'needs_scope':
      return `Needs the permission ${isolated(access.scope)}.`
    case 'needs_plan':
      return access.plan === undefined
        ? 'Your plan does not include this.'
        : `Needs the plan ${isolated(access.plan)}.`
  }
}
