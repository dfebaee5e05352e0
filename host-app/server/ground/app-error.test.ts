import { expect, it } from 'vitest'
import { AppError } from './app-error.ts'

it("takes its status from the table: the reason's, or else the code's", () => {
  const statuses = [
    new AppError('InvalidName', { data: { reason: 'taken' } }),
    new AppError('InvalidName', { data: { reason: 'rule' } }),
    new AppError('InvalidBody'),
    new AppError('InvalidBody', { data: { reason: 'too_large' } }),
    new AppError('UpgradeEphemeralToken', { data: { reason: 'used' } }),
    new AppError('Internal'),
  ].map(({ status }) => status)
  expect(statuses).toEqual([409, 422, 400, 413, 409, 500])
})

it('has no reason that is not of its code', () => {
  // @ts-expect-error - a word that no code has
  expect(new AppError('Conflict', { data: { reason: 'because' } }).status).toBe(409)
  // @ts-expect-error - a word of another code
  expect(new AppError('AccessDenied', { data: { reason: 'last_token' } }).status).toBe(403)
  const code = 'Conflict' as 'Conflict' | 'AccessDenied'
  // @ts-expect-error - a word of one of two codes that it may be
  expect(new AppError(code, { data: { reason: 'last_token' } }).status).toBe(409)
  // @ts-expect-error - a code without reasons
  expect(new AppError('NotFound', { data: { reason: 'gone' } }).status).toBe(404)
})
