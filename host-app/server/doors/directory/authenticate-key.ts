import type { Caller as CallerKind } from '@bobbin/shared/api/endpoint'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import { readBearer } from '../../http/bearer.ts'
import { authenticate, type Authenticator, type Caller } from '../../http/caller.ts'
import { isPartner, type Partner } from '../../nouns/accounts/accounts.ts'
import { type OriginRules, requirePage } from '../../nouns/flows/flows.ts'
import type { CustomerTokens } from '../../nouns/tokens/tokens.ts'

/** A partner's secret may have any character that a header may have. */
const organisationKey = /^Bearer +([^\s:]{1,512}):(.{1,512})$/i

/**
 * Whose key it is: the organisation's (the partner's id and secret with a colon between them), an account's
 * access token, or a customer token of one of its pages, where the row is for such readers. Null for the organisation.
 */
export function authenticateKey({
  accessTokens,
  customerTokens,
  partner,
  origins,
}: {
  accessTokens: Authenticator
  customerTokens: Pick<CustomerTokens, 'find'>
  partner: Partner | null
  origins: OriginRules
}) {
  return async (request: FastifyRequest, kind: CallerKind): Promise<Caller | null> => {
    const { authorization, origin } = request.headers
    // No token of ours has a colon.
    const [, id, secret] = organisationKey.exec(authorization ?? '') ?? []
    if (id !== undefined && secret !== undefined) {
      if (isPartner(partner, id, secret)) return null
      throw new AppError('Unauthorized')
    }
    const token = readBearer(authorization) ?? ''
    const found = kind === 'reader' ? await customerTokens.find(token) : null
    if (!found) return authenticate(accessTokens, request)
    requirePage(found, origin, origins)
    return {
      accountId: found.accountId,
      tokenId: found.hash,
      tokenHash: found.hash,
      isLive: async (tx) => (await customerTokens.find(token, tx?.db)) !== null,
    }
  }
}
