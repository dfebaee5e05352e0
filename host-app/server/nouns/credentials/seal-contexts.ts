import type { TokenKind } from './grant-kind.ts'
import type { SealContext } from './seal.ts'

/* What envelopes of credentials belong to. A grant that is given up keeps the envelope that it had. */

export function credentialContext(
  accountId: number,
  sourceId: number,
  kind: 'form' | TokenKind,
  version: number,
): SealContext {
  return ['credential', accountId, sourceId, kind, version]
}

/** `role`: null for the main grant. */
export function asideContext(
  accountId: number,
  sourceId: number,
  flowId: string,
  role: string | null,
): SealContext {
  return ['grant_aside', accountId, sourceId, flowId, ...(role === null ? [] : [role])]
}
