import fc from 'fast-check'
import { ofSoak, soakSeed } from '../../../../scripts/soak-size.mjs'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startReceiver, type Received, type TestReceiver } from '../../testing/receiver.testing.ts'
import { expectAgreement } from './api-model-agreement.testing.ts'
import { accountActions } from './api-model-account.testing.ts'
import { aims, callerOf, RevokedCaller, type Turn } from './api-model-calls.testing.ts'
import { sourceActions } from './api-model-sources.testing.ts'
import { newAccount, type KnownAccount } from './api-model-state.testing.ts'
import { tokenActions } from './api-model-tokens.testing.ts'
import { webhookActions } from './api-model-webhooks.testing.ts'
import { createTestApp, type TestApp } from '../../testing/app.testing.ts'

/*
 * Random sequences of calls by several accounts, against a model of what each of them has. Whatever they do:
 * nothing is our own bug, none sees anything of another, repetitions are answered the same, revoked tokens open
 * nothing, and all that is listed, told and delivered agrees with what was done.
 */

const actions: Readonly<Record<string, (turn: Turn) => Promise<void>>> = {
  ...sourceActions,
  ...webhookActions,
  ...tokenActions,
  ...accountActions,
}
const names = Object.keys(actions)
/** What there is little of otherwise, or comes to nothing most of the time. */
const favoured = [
  'createSource',
  'cloneSource',
  'selectStreams',
  'createImportToken',
  'revokeImportToken',
  'claimFlow',
]

/** The first things are met more often, so that more than one thing happens to them. */
const which = fc.oneof(fc.nat(1), fc.nat(31))
const throwOfDice = fc.record({
  name: fc.constantFrom(...names, ...favoured),
  who: fc.nat(5),
  by: fc.nat(5),
  aim: fc.constantFrom(...aims),
  pick: which,
  other: which,
  option: fc.nat(11),
  flag: fc.boolean(),
  isRepeated: fc.boolean(),
})
type Throw = typeof throwOfDice extends fc.Arbitrary<infer Value> ? Value : never

/** What every account does first: nothing can be done with what is not there. */
const still = {
  who: 0,
  by: 0,
  aim: 'own',
  pick: 0,
  other: 0,
  option: 0,
  flag: true,
  isRepeated: false,
} as const
const beginning: readonly Throw[] = [
  { ...still, name: 'createSource', option: 1 },
  { ...still, name: 'createWebhook' },
  { ...still, name: 'createSource', option: 3 },
  { ...still, name: 'createImportToken' },
  { ...still, name: 'createEphemeralToken', flag: false },
]

const birds = ['kestrel', 'osprey', 'merlin'] as const

let test: TestApp
let receiver: TestReceiver
beforeAll(async () => {
  receiver = await startReceiver()
  // Half of the addresses take nothing: what is sent to them is still to come.
  receiver.answer = ({ path }) => (/[13579]$/.test(path) ? 503 : 204)
  test = await createTestApp({
    BOBBIN_RATE_LIMIT_TOKEN: '100000',
    BOBBIN_RATE_LIMIT_ACCOUNT: '100000',
    BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
  })
  // Ids of different things are different numbers of eight digits: whose one is, is seen wherever it stands.
  for (const [index, table] of ['account', 'source', 'import_token'].entries()) {
    const row = sql`insert into sqlite_sequence (name, seq) values (${table}, ${(index + 1) * 10_000_000})`
    await test.services.database.write((tx) => row.execute(tx.db))
  }
})
afterAll(async () => {
  await test.close()
  await receiver.close()
})

let runs = 0

it('whatever accounts do, each has what it made and nothing of the others', async () => {
  const sequence = fc.array(throwOfDice, { maxLength: 80, size: 'max' })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 3 }), sequence, async (count, dice) => {
      runs += 1
      const everyone = await Promise.all(birds.slice(0, count).map((bird) => signUp(`${bird}x${runs}x`)))
      const first = everyone.flatMap((_, who) => beginning.map((thrown) => ({ ...thrown, who })))
      for (const [step, thrown] of [...first, ...dice].entries()) await perform(thrown, step, everyone)
      for (const own of everyone) await expectAgreement(test, everyone, own)
      for (const own of everyone) expectReceived(own)
    }),
    { numRuns: ofSoak(8, 200), seed: soakSeed, unbiased: true },
  )
}, 900_000)

async function signUp(marker: string): Promise<KnownAccount> {
  const { id, token } = await test.signUp(`${marker}@a.test`)
  const [first] = await test.services.accessTokens.list(id)
  return newAccount(id, marker, { id: first?.id ?? '', token })
}

async function perform(thrown: Throw, step: number, everyone: readonly KnownAccount[]): Promise<void> {
  const { name, aim, pick, other, option, flag, isRepeated } = thrown
  const own = everyone[thrown.who % everyone.length]
  const token = own?.accessTokens[thrown.by % own.accessTokens.length]
  const action = actions[name]
  if (!own || !token || !action) throw new Error('There is nobody to do this.')
  // Accounts use the same keys, which must not make them meet.
  const key = isRepeated ? `key-${(own.keysUsed += 1)}` : null
  const call = callerOf(test, everyone, own, token, key)
  const dice = { step, aim, pick, other, option, flag }
  try {
    await action({ test, everyone, own, by: token.id, receiverUrl: receiver.url, call, ...dice })
  } catch (error) {
    if (!(error instanceof RevokedCaller)) throw error
  }
}

/** What has arrived so far at addresses of the account is about it, and signed by a secret that it was shown. */
function expectReceived({ id, marker, shown }: KnownAccount): void {
  const secrets = shown.filter((secret) => secret.startsWith('whsec_'))
  for (const message of receiver.received.filter(({ path }) => path.includes(`of=${marker}&`))) {
    expect(message.event.account_id).toBe(id)
    expect(secrets.some((secret) => isSignedBy(message, secret))).toBe(true)
  }
}

function isSignedBy(message: Received, secret: string): boolean {
  try {
    message.verify(secret)
    return true
  } catch {
    return false
  }
}
