import { expect, expectTypeOf, it } from 'vitest'
import { errorReasons, reasonsOf, type ErrorData, type ReasonOf, type ReasonOfEach } from './error-reasons.ts'
import { errorTable, type ErrorCode } from './errors.ts'
import type { Refusal } from './flow.ts'
import type { TokenRefusalReason } from './page-errors.ts'
import type { CloseReason } from './window-protocol.ts'

it('has the words of the types that stand elsewhere', () => {
  expectTypeOf<ReasonOf<'UpgradeEphemeralToken'>>().toEqualTypeOf<TokenRefusalReason>()
  expectTypeOf<ReasonOf<'AuthorizeFailure'>>().toEqualTypeOf<Refusal['reason']>()
  expectTypeOf<ReasonOf<'AppClosedPrematurely'>>().toEqualTypeOf<CloseReason>()
})

it('a reason belongs to every code that it may go out with', () => {
  expectTypeOf<ReasonOfEach<'InvalidName'>>().toEqualTypeOf<'taken' | 'rule'>()
  expectTypeOf<ReasonOfEach<'AccessDenied' | 'UpgradeEphemeralToken'>>().toEqualTypeOf<
    'origin' | 'out_of_scope'
  >()
  expectTypeOf<ReasonOfEach<'InvalidName' | 'NotFound'>>().toEqualTypeOf<never>()
  expectTypeOf<{ reason: 'taken' }>().toExtend<ErrorData<'InvalidName'>>()
  expectTypeOf<{ reason: 'taken' }>().not.toExtend<ErrorData<'InvalidName' | 'Conflict'>>()
})

it('says of every reason when it is so, and its status where HTTP carries it', () => {
  for (const code of Object.keys(errorReasons) as ErrorCode[]) {
    expect(errorTable).toHaveProperty(code)
    for (const [reason, { sentence, status = errorTable[code].status, met }] of Object.entries(
      reasonsOf(code),
    )) {
      expect([code, reason, sentence]).toEqual([code, reason, expect.stringMatching(/^[A-Z`].+\.$/)])
      if (met !== 'page') expect([code, reason, status]).toEqual([code, reason, expect.any(Number)])
    }
  }
})
