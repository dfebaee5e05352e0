import { errorReasons, type ReasonOf } from '@bobbin/shared/error-reasons'
import { errorTable, statusOf, type ErrorCode } from '@bobbin/shared/errors'
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
  // @ts-expect-error - a code without reasons
  expect(new AppError('NotFound', { data: { reason: 'gone' } }).status).toBe(404)
})

it('every reason in the table is of a code, says when it is so, and has a status where HTTP carries it', () => {
  for (const [code, reasons] of Object.entries(errorReasons)) {
    expect(errorTable).toHaveProperty(code)
    for (const [reason, { sentence }] of Object.entries(reasons)) {
      expect([code, reason, sentence]).toEqual([code, reason, expect.stringMatching(/^[A-Z`].+\.$/)])
      expect(statusOf(code as ErrorCode, reason)).toBeGreaterThanOrEqual(400)
    }
  }
  const one: ReasonOf<'FlowSuperseded'> = 'claimed_twice'
  expect(errorReasons.FlowSuperseded).toHaveProperty(one)
})
