import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AccessTokens, TokenHolder } from '../nouns/tokens/access-tokens.ts'
import { AppError } from '../ground/app-error.ts'
import type { Transaction } from '../store/database.ts'
import { readBearer } from './bearer.ts'

/** Who calls the Connect API: an account, by one of its access tokens. */
export interface Caller extends TokenHolder {
  /** False once the token was revoked. */
  isLive(tx?: Transaction): Promise<boolean>
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access token; null where a route does not ask for one. */
    caller: Caller | null
  }
}

export function knowCallers(app: FastifyInstance): void {
  app.decorateRequest('caller', null)
}

/** @throws {AppError} Unauthorized */
export async function authenticate(
  accessTokens: Pick<AccessTokens, 'authenticate' | 'isLive'>,
  request: FastifyRequest,
): Promise<Caller> {
  const token = readBearer(request.headers.authorization)
  const holder = token === null ? null : await accessTokens.authenticate(token)
  if (!holder) throw new AppError('Unauthorized')
  return { ...holder, isLive: (tx) => accessTokens.isLive(holder, tx) }
}
