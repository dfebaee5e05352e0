import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RefreshLifeInReply, RefreshTraits } from '../../../connectors/refresh-traits.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

/* Each field of `refreshTraits`, which without it would make no difference. A field without a case does not compile. */

const minute = 60_000
const day = 86_400_000

let world: World
let provider: ScriptedProvider
beforeEach(async () => {
  world = await openWorld()
  provider = await startScriptedProvider()
})
afterEach(async () => {
  provider.close()
  await world.close()
})

interface Case {
  readonly traits: RefreshTraits
  readonly without: RefreshTraits
  readonly isHeeded: () => Promise<boolean>
}

const life = async () => (await world.grant())?.life
const pass = (time: number) => void (world.clock.offset += time)
const near = (at: number | null | undefined, expected: number) => Math.abs((at ?? 0) - expected) < 5_000
const now = () => Date.now() + world.clock.offset

/** Whether a renewal whose answer was lost is asked for again by itself. */
async function isRepeated(): Promise<boolean> {
  const { answer } = provider
  provider.answer = () => 'cut'
  await world.oauth.accessToken(accountId, world.sourceId, { otherThan: 'at-1' }).catch(() => null)
  provider.answer = answer
  pass(minute)
  await world.renewAllDue()
  return provider.asked.length === 3
}

const cases: Record<keyof RefreshTraits, Case> = {
  rotates: {
    traits: { rotates: true, reuseGrace: 30 * minute },
    without: { reuseGrace: 30 * minute },
    isHeeded: isRepeated,
  },
  reuseGrace: {
    traits: { rotates: true, reuseGrace: 30 * minute },
    without: { rotates: true },
    isHeeded: isRepeated,
  },
  idleDeath: {
    traits: { idleDeath: 30 * day },
    without: {},
    async isHeeded() {
      pass(29 * day)
      await world.renewAllDue()
      return provider.asked.length === 2
    },
  },
  absoluteDeath: {
    traits: { absoluteDeath: 365 * day },
    without: {},
    async isHeeded() {
      const dies = now() + 365 * day
      pass(day)
      await world.oauth.accessToken(accountId, world.sourceId, { otherThan: 'at-1' })
      return near((await life())?.absoluteDeath, dies)
    },
  },
  tokensPerUser: {
    traits: { tokensPerUser: 1 },
    without: {},
    async isHeeded() {
      world.logged.length = 0
      await world.connectAnother('old name')
      return world.logged.join().includes('this one may have ended the oldest')
    },
  },
  inReply: {
    traits: { inReply: { path: 'refresh_token_expires_in', means: 'idleDeath' } },
    without: {},
    isHeeded: async () => near((await life())?.idleDeath, now() + 90 * day),
  },
}

async function isHeeded(traits: RefreshTraits, one: Case): Promise<boolean> {
  provider.asked.length = 0
  provider.answer = ({ parameters }) => ({
    body: {
      access_token: parameters['code'] === undefined ? 'at-2' : 'at-1',
      refresh_token: 'rt-1',
      expires_in: 3600,
      refresh_token_expires_in: (90 * day) / 1_000,
    },
  })
  await connect(traits)
  return await one.isHeeded()
}

async function connect(refreshTraits: RefreshTraits) {
  world.useProvider(plainProvider(provider.origin, { refreshTraits }), {
    identify: () => Promise.resolve('old name'),
  })
  const { stateHash } = await world.start()
  await world.finish(stateHash, slug, { code: 'c' })
}

it.each(Object.entries(cases))('%s is heeded', async (_name, one) => {
  expect(await isHeeded(one.without, one)).toBe(false)
  expect(await isHeeded(one.traits, one)).toBe(true)
})

it.each<[string, RefreshLifeInReply, object, number | null]>([
  ['seconds, beside the tokens', { path: 'ttl', means: 'idleDeath' }, { ttl: 600 }, 10 * minute],
  ['milliseconds', { path: 'ttl', unit: 'milliseconds', means: 'idleDeath' }, { ttl: '600000' }, 10 * minute],
  ['elsewhere', { path: 'refresh.ttl', means: 'idleDeath' }, { refresh: { ttl: 600 } }, 10 * minute],
  ['nothing', { path: 'ttl', means: 'idleDeath' }, {}, 30 * day],
  ['nonsense', { path: 'ttl', means: 'idleDeath' }, { ttl: -1 }, 30 * day],
])('a reply that says %s', async (_what, inReply, said, expected) => {
  provider.answer = () => ({ body: { access_token: 'at-1', refresh_token: 'rt-1', ...said } })
  await connect({ idleDeath: 30 * day, inReply })
  expect(near((await life())?.idleDeath, now() + (expected ?? 0))).toBe(true)
})

it('a reply that says when the grant ends in any case is believed anew with each renewal', async () => {
  const inReply: RefreshLifeInReply = { path: 'ttl', means: 'absoluteDeath' }
  const ends = now() + 100 * day
  provider.answer = () => ({
    body: { access_token: `at-${now()}`, refresh_token: 'rt-1', ttl: Math.round((ends - now()) / 1_000) },
  })
  await connect({ inReply })
  pass(40 * day)
  const { access_token: token = null } = (await world.grant())?.values ?? {}
  await world.oauth.accessToken(accountId, world.sourceId, { otherThan: token })
  expect(await world.grant()).toMatchObject({ version: 2 })
  expect(near((await life())?.absoluteDeath, ends)).toBe(true)
  expect((await life())?.idleDeath).toBeNull()
})

it('a grant without a refresh token has no life but that of its token', async () => {
  provider.answer = () => ({ body: { access_token: 'at-1', refresh_token_expires_in: 600 } })
  await connect({
    idleDeath: day,
    absoluteDeath: day,
    inReply: { path: 'refresh_token_expires_in', means: 'idleDeath' },
  })
  expect(await life()).toMatchObject({ idleDeath: null, absoluteDeath: null })
})

it('a grant beside the main one may live otherwise', async () => {
  const other = { role: 'user', path: ['person'], fatal: false, refreshTraits: { idleDeath: 10 * day } }
  provider.answer = () => ({
    body: {
      ...{ access_token: 'at-1', refresh_token: 'rt-1' },
      person: { access_token: 'at-u', refresh_token: 'rt-u' },
    },
  })
  world.useProvider(
    plainProvider(provider.origin, { refreshTraits: { idleDeath: 60 * day }, otherGrants: [other] }),
  )
  const { stateHash } = await world.start()
  await world.finish(stateHash, slug, { code: 'c' })
  pass(9 * day)
  provider.asked.length = 0
  await world.renewAllDue()
  expect(provider.asked.map(({ parameters }) => parameters['refresh_token'])).toEqual(['rt-u'])
})
