import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../ground/app-error.ts'

/** The version of a thing, made from all of it that a caller can change. */
export function etagOf(...parts: readonly (string | number | boolean | null)[]): string {
  return `"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)}"`
}

/**
 * Refuses a change of something that is no longer what the caller has read. A call without `If-Match`
 * does not ask.
 * @throws {AppError} PreconditionFailed
 */
export function requireMatch({ headers }: Pick<FastifyRequest, 'headers'>, current: string): void {
  const given = headers['if-match']
  if (given === undefined || given.trim() === '*') return
  const tags = given.split(',').map((tag) => tag.trim())
  if (!tags.includes(current)) throw new AppError('PreconditionFailed')
}

export function sendEtag(reply: FastifyReply, etag: string): void {
  reply.header('ETag', etag)
}

/** Whether the caller has what the reply's ETag stands for (RFC 9110, 13.1.2: weak tags count, too). */
export function isKnown({ headers }: Pick<FastifyRequest, 'headers'>, reply: FastifyReply): boolean {
  const given = headers['if-none-match']
  if (given === undefined) return false
  if (given.trim() === '*') return true
  return given.split(',').some((tag) => tag.trim().replace(/^W\//, '') === reply.getHeader('ETag'))
}
