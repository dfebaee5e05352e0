import type { FastifyRequest } from 'fastify'
import { flowId } from '@bobbin/shared/flow'
import { AppError } from '../../ground/app-error.ts'

/** A flow id that cannot be one names no flow. @throws {AppError} NotFound */
export function parseFlowId(id: unknown): string {
  const parsed = flowId.safeParse(id)
  if (!parsed.success) throw new AppError('NotFound')
  return parsed.data
}

/** Of a route with `:id`. @throws {AppError} NotFound */
export const flowIdOf = (request: FastifyRequest) => parseFlowId((request.params as { id?: unknown }).id)
