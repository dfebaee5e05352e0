import { source } from '@bobbin/shared/source'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestAccount, type TestApp } from './test-app.ts'
import { shop } from './test-shop.ts'

/*
 * Random sequences of calls by two accounts, against a model of what each of them has. Whatever they do:
 * nothing is our own bug, neither sees anything of the other, repetitions are answered the same, lists and
 * report cards agree with what was done.
 */

interface Known {
  readonly id: number
  name: string
  isPaused: boolean
  isDeleted: boolean
  isComplete: boolean
}

/** Who calls, and which of the sources so far it is about: by number, whoever owns it. */
const who = fc.constantFrom(0 as const, 1 as const)
const which = fc.nat(7)
const action = fc.oneof(
  fc.record({
    kind: fc.constant('create' as const),
    who,
    isComplete: fc.boolean(),
    isRepeated: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('rename' as const), who, which }),
  fc.record({ kind: fc.constant('complete' as const), who, which }),
  fc.record({ kind: fc.constant('pause' as const), who, which, isPaused: fc.boolean() }),
  fc.record({ kind: fc.constant('delete' as const), who, which }),
  fc.record({ kind: fc.constant('check' as const), who, which }),
  fc.record({ kind: fc.constant('select' as const), who, which }),
  fc.record({ kind: fc.constant('token' as const), who }),
  fc.record({ kind: fc.constant('look' as const), who, which }),
)
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_RATE_LIMIT_TOKEN: '100000', BOBBIN_RATE_LIMIT_ACCOUNT: '100000' })
})
afterAll(() => test.close())

let runs = 0

it('whatever two accounts do, each has what it made and nothing of the other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), async (actions) => {
      runs += 1
      const accounts = [await test.signUp(`a${runs}@a.test`), await test.signUp(`b${runs}@b.test`)] as const
      const models: readonly [Map<number, Known>, Map<number, Known>] = [new Map(), new Map()]
      for (const [step, one] of actions.entries()) await perform(one, step, accounts, models)
      for (const index of [0, 1] as const) await expectAgreement(accounts[index], models[index])
    }),
    { numRuns: 80, interruptAfterTimeLimit: 25_000, markInterruptAsFailure: false },
  )
}, 120_000)

async function perform(
  one: Action,
  step: number,
  accounts: readonly [TestAccount, TestAccount],
  models: readonly [Map<number, Known>, Map<number, Known>],
): Promise<void> {
  const account = accounts[one.who]
  const own = models[one.who]
  if (one.kind === 'token') {
    expect((await account.call('POST', '/v3/sessions/ephemeral')).status).toBe(200)
    return
  }
  if (one.kind === 'create') {
    const name = `Source ${step}`
    const payload = {
      type: shop.type,
      display_name: name,
      ...(one.isComplete ? { properties: shop.properties } : {}),
    }
    const send = () =>
      test.app.inject({
        method: 'POST',
        url: '/v4/sources',
        payload,
        headers: { authorization: `Bearer ${account.token}`, 'idempotency-key': `step-${step}` },
      })
    const first = await send()
    expect(first.statusCode).toBe(200)
    if (one.isRepeated) expect((await send()).json()).toEqual(first.json())
    const { id } = source.parse(first.json())
    own.set(id, { id, name, isPaused: false, isDeleted: false, isComplete: one.isComplete })
    return
  }

  const all = [...models[0].keys(), ...models[1].keys()]
  const id = all[one.which % Math.max(1, all.length)] ?? 999_999
  const known = own.get(id)
  const url = `/v4/sources/${id}`
  const reply = await call(one, account, url, step)
  expect([one.kind, reply.status]).toEqual([one.kind, expectedStatus(one, known, reply.status)])
  if (!known || reply.status !== 200) return
  if (one.kind === 'rename') known.name = `Renamed ${step}`
  if (one.kind === 'complete') known.isComplete = true
  if (one.kind === 'pause') known.isPaused = one.isPaused
  if (one.kind === 'delete') known.isDeleted = true
}

function call(
  one: Exclude<Action, { kind: 'create' | 'token' }>,
  account: TestAccount,
  url: string,
  step: number,
) {
  switch (one.kind) {
    case 'rename':
      return account.call('PUT', url, { display_name: `Renamed ${step}` })
    case 'complete':
      return account.call('PUT', url, { properties: shop.properties })
    case 'pause':
      return account.call('PUT', url, { paused_at: one.isPaused ? '2026-01-01T00:00:00Z' : null })
    case 'delete':
      return account.call('DELETE', url)
    case 'check':
      return account.call('POST', `${url}/check`)
    case 'select':
      return account.call('PUT', `${url}/streams/metadata`, {
        streams: [{ tap_stream_id: 'shop-t1', metadata: [{ breadcrumb: [], metadata: { selected: true } }] }],
      })
    case 'look':
      return account.call('GET', url)
  }
}

/** What must be answered; a check goes on meanwhile, so a selection may come too early for its streams. */
function expectedStatus(one: Action, known: Known | undefined, status: number): number {
  if (!known || (known.isDeleted && one.kind !== 'look')) return 404
  if (one.kind === 'check') return known.isComplete ? 200 : 409
  if (one.kind === 'select') return [200, 409, 422].includes(status) ? status : 200
  return 200
}

async function expectAgreement(account: TestAccount, model: ReadonlyMap<number, Known>): Promise<void> {
  const listed = (await account.call('GET', '/v4/sources')).as(z.array(source))
  const seen = listed.map(({ id, display_name, paused_at, deleted_at }) => ({
    id,
    name: display_name,
    isPaused: paused_at !== null,
    isDeleted: deleted_at !== null,
  }))
  const wanted = [...model.values()].map(({ id, name, isPaused, isDeleted }) => ({
    id,
    name,
    isPaused,
    isDeleted,
  }))
  expect(seen.toSorted((one, other) => one.id - other.id)).toEqual(wanted)
  for (const { report_card, stitch_client_id } of listed) {
    expect(stitch_client_id).toBe(account.id)
    const { steps, current_step, current_step_type } = report_card
    const types = [...steps.map(({ type }) => type), 'fully_configured']
    expect(types[current_step - 1]).toBe(current_step_type)
  }
  const { data } = (await account.call('GET', '/v4/events')).as(
    z.object({ data: z.array(z.looseObject({ seq: z.number(), data: z.looseObject({}) })) }),
  )
  expect(data.map(({ seq }) => seq)).toEqual(data.map((_, index) => index + 1))
  for (const { data: about } of data) {
    if ('source_id' in about) expect(model.has(Number(about['source_id']))).toBe(true)
  }
}
