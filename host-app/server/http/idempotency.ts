import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../ground/app-error.ts'
import type { Transaction } from '../store/database.ts'

/** Remembers what repeated calls were answered. */
export interface ReplyMemory {
  /** The reply that the key's first call was given; null when this is the first. @throws {AppError} Conflict */
  find(tx: Transaction, key: RequestKey): Promise<{ reply: unknown } | null>
  keep(tx: Transaction, key: RequestKey, reply: unknown): Promise<void>
}

interface RequestKey {
  /** 0: the partner. */
  readonly accountId: number
  readonly key: string
  readonly requestHash: string
}

const format = /^[\x21-\x7e]{1,255}$/

/**
 * The key of a request; null when it has none.
 * @throws {AppError} BadRequest when it is no key.
 */
export function readIdempotencyKey(request: FastifyRequest): RequestKey | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key !== 'string' || !format.test(key)) {
    throw new AppError('BadRequest', {
      message: 'An Idempotency-Key is 1 to 255 visible ASCII characters.',
      data: { reason: 'idempotency_key' },
    })
  }
  const what = JSON.stringify([request.method, request.url, request.body ?? null])
  const requestHash = createHash('sha256').update(what).digest('hex')
  return { accountId: request.caller?.accountId ?? 0, key, requestHash }
}
