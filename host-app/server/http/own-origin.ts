import type { FastifyRequest } from 'fastify'
import { AppError } from '../ground/app-error.ts'

/** A cookie alone does not make a request ours: another site's form would bring it too. */
export function requireOwnOrigin(url: string, request: FastifyRequest): void {
  if (!isOwnOrigin(url, request)) throw new AppError('AccessDenied', { data: { reason: 'origin' } })
}

export function isOwnOrigin(url: string, { headers }: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site } = headers
  return origin === undefined ? site === 'same-origin' : origin === url
}
