import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../ground/app-error.ts'
import type { Transaction } from '../store/database.ts'
import { readBearer } from './bearer.ts'

/** Whose access token it is. */
interface TokenHolder {
  readonly accountId: number
  /** The id of the token, not the token. */
  readonly tokenId: string
  readonly tokenHash: string
}

/** Knows access tokens. */
export interface Authenticator {
  /** Whose token it is; null when there is none or it was revoked. */
  authenticate(accessToken: string): Promise<TokenHolder | null>
  /** Whether it is still good. With `tx`, no revocation comes between the answer and what is written. */
  isLive(holder: TokenHolder, tx?: Transaction): Promise<boolean>
}

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
export async function authenticate(accessTokens: Authenticator, request: FastifyRequest): Promise<Caller> {
  const token = readBearer(request.headers.authorization)
  const holder = token === null ? null : await accessTokens.authenticate(token)
  if (!holder) throw new AppError('Unauthorized')
  return { ...holder, isLive: (tx) => accessTokens.isLive(holder, tx) }
}
