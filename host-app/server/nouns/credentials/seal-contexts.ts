import type { SealContext } from './seal.ts'

/* What envelopes of credentials belong to. A grant that is given up keeps the envelope that it had. */

export function credentialContext(
  accountId: number,
  sourceId: number,
  kind: 'form' | 'oauth',
  version: number,
): SealContext {
  return ['credential', accountId, sourceId, kind, version]
}

export function asideContext(accountId: number, sourceId: number, flowId: string): SealContext {
  return ['grant_aside', accountId, sourceId, flowId]
}
