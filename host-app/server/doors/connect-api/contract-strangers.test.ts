import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createContractApp, type Call } from './contract-calls.testing.ts'
import { expectEnvelope, newSetting, send, where } from './documented-call.testing.ts'
import type { TestApp } from '../../testing/app.testing.ts'

let test: TestApp
beforeAll(async () => {
  test = await createContractApp()
})
afterAll(() => test.close())

describe('what is in an account', () => {
  const ofAccount = where(({ caller, params }) => caller === 'account' && params)

  it.each(ofAccount.filter(([name]) => name !== 'getSourceType'))(
    'is to another as if it were not there: %s',
    async (_, row) => {
      const [owner, stranger] = [await newSetting(test), await newSetting(test)]
      const call = await row.recipe.good(owner)
      const theirs = await send(row, call, stranger)
      const missing = Object.fromEntries(
        Object.entries(call.params ?? {}).map(([key, value]) => [key, unknownLike(value)]),
      )
      const absent = await send(row, { ...call, params: missing }, stranger)
      expect(theirs.statusCode).toBe(404)
      expect(allTold(theirs, call.params)).toEqual(allTold(absent, missing))
      // And it is as it was.
      expect((await send(row, call, owner)).statusCode).toBe(200)
    },
  )

  const unknownLike = (value: string | number) =>
    typeof value === 'number' ? 987_654_321 : value.replaceAll(/[0-9a-z]/gi, 'x')

  /** All that a reply tells, but for its own id and the ids that were asked for. */
  function allTold(reply: LightMyRequestResponse, params: Call['params'] = {}) {
    const told = { ...expectEnvelope(reply), request_id: '' }
    // The status stays out of it: an id may be 40.
    const text = Object.values(params).reduce<string>(
      (words, value) => words.replaceAll(String(value), '?'),
      JSON.stringify(told),
    )
    return [reply.statusCode, text]
  }
})
