import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Accounts } from '../accounts/accounts.ts'
import { AppError } from '../app-error.ts'
import { readBearer } from './bearer.ts'

/** Who calls the Connect API: an account, by one of its access tokens. */
export interface Caller {
  readonly accountId: number
  /** Names the token without being it. */
  readonly tokenHash: string
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
  accounts: Pick<Accounts, 'authenticate'>,
  request: FastifyRequest,
): Promise<Caller> {
  const token = readBearer(request.headers.authorization)
  const caller = token === null ? null : await accounts.authenticate(token)
  if (!caller) throw new AppError('Unauthorized')
  return caller
}
