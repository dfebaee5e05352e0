import { check } from '@bobbin/shared/check'
import { importToken } from '@bobbin/shared/import-token'
import { source } from '@bobbin/shared/source'
import { expect } from 'vitest'
import { z } from 'zod'
import { expectNoSource, expectNothing, expectStatus, pickOne, type Turn } from './api-model-calls.testing.ts'
import {
  liveSource,
  newSource,
  tell,
  type KnownAccount,
  type KnownSource,
} from './api-model-state.testing.ts'
import { selectFirst } from './contract-calls.testing.ts'
import { shop } from '../../testing/shop.testing.ts'

const unknownId = 99_999_999

/** The id of a source that the turn aims at. */
export function anySourceId(turn: Turn, isWanted: (known: KnownSource) => boolean = () => true): number {
  const idsOf = ({ sources }: KnownAccount) => [...sources.values()].filter(isWanted).map(({ id }) => id)
  return pickOne(turn, idsOf, unknownId)
}

/** The same, but mostly one with which the thing comes to something. */
export function suitedSourceId(turn: Turn, isSuited: (known: KnownSource) => boolean): number {
  const suited = turn.option % 4 === 3 ? unknownId : anySourceId(turn, isSuited)
  return suited === unknownId ? anySourceId(turn) : suited
}

const pauses = [null, '2026-01-01T00:00:00Z', '2026-02-01T02:00:00+02:00'] as const

/** What can be done with sources. Each makes one call, and notes what came of it. */
export const sourceActions = {
  async createSource({ own, step, option, flag, call }: Turn) {
    const isPush = option % 3 === 0
    const name = `${own.marker} ${step}`
    const reply = await call('POST', '/v4/sources', {
      type: isPush ? 'import_api' : shop.type,
      display_name: name,
      ...(flag && !isPush ? { properties: shop.properties } : {}),
    })
    expectStatus(reply, 200)
    const { id } = reply.as(source)
    own.sources.set(id, newSource({ id, name, isPush, isComplete: isPush || flag }))
    tell(own, 'source.created', id)
  },

  async cloneSource(turn: Turn) {
    const { own, step, option, flag, call } = turn
    const id = suitedSourceId(turn, ({ isSelected, isDeleted }) => isSelected && !isDeleted)
    const original = liveSource(own, id)
    const asked = option % 2 === 0 ? `${own.marker} ${step}` : undefined
    const reply = await call('POST', `/v4/sources/${id}/clone`, {
      ...(asked === undefined ? {} : { display_name: asked }),
      with_selection: flag,
    })
    if (!original) return expectNoSource(reply, id)
    expectStatus(reply, 200)
    const made = reply.as(source)
    expect(own.sources.has(made.id)).toBe(false)
    const { isPush, isComplete } = original
    const name = asked ?? `${original.name} (copy)`
    const isSelected = flag && original.isSelected
    own.sources.set(
      made.id,
      newSource({ id: made.id, name, isPush, isComplete, isSelected, pausedAt: 'now' }),
    )
    tell(own, 'source.created', made.id)
  },

  renameSource: (turn: Turn) => {
    const name = `${turn.own.marker} ${turn.step}`
    return update(turn, { display_name: name }, (known) => {
      known.name = name
      return true
    })
  },

  async completeSource(turn: Turn) {
    const id = anySourceId(turn)
    if (!turn.own.sources.get(id)?.isPush) {
      return update(turn, { properties: shop.properties }, (known) => {
        const isNew = !known.isComplete
        known.isComplete = true
        return isNew
      })
    }
    const reply = await turn.call('PUT', `/v4/sources/${id}`, { properties: shop.properties })
    // It has no such settings.
    if (liveSource(turn.own, id)) expectStatus(reply, 422)
    else expectNoSource(reply, id)
  },

  async pauseSource(turn: Turn) {
    if (turn.option === 11) {
      // What is no time is refused before anything is looked up: to nobody does it tell whose source it is.
      const url = `/v4/sources/${anySourceId(turn)}`
      return expectStatus(await turn.call('PUT', url, { paused_at: 'soon' }), 400)
    }
    const pause = pauses[turn.option % pauses.length] ?? null
    const pausedAt = pause === null ? null : Date.parse(pause)
    return update(turn, { paused_at: pause }, (known) => {
      const isNew = known.pausedAt !== pausedAt
      known.pausedAt = pausedAt
      return isNew
    })
  },

  async deleteSource(turn: Turn) {
    const id = anySourceId(turn)
    const known = liveSource(turn.own, id)
    const reply = await turn.call('DELETE', `/v4/sources/${id}`)
    if (!known) return expectNoSource(reply, id)
    expectStatus(reply, 200)
    known.isDeleted = true
    for (const token of known.importTokens) token.isRevoked = true
    tell(turn.own, 'source.deleted', id)
  },

  async checkSource(turn: Turn) {
    const id = anySourceId(turn)
    const known = liveSource(turn.own, id)
    const reply = await turn.call('POST', `/v4/sources/${id}/check`)
    if (!known) return expectNoSource(reply, id)
    if (known.isPush || !known.isComplete) return expectStatus(reply, 409)
    expectStatus(reply, 200)
    expect(reply.as(check).name.startsWith(`${turn.own.id}.${id}.check.`)).toBe(true)
  },

  async selectStreams(turn: Turn) {
    const id = suitedSourceId(turn, ({ isPush, isComplete }) => isComplete && !isPush)
    const known = liveSource(turn.own, id)
    const selected = turn.option % 4 !== 0
    const [{ tap_stream_id }] = selectFirst.streams as [(typeof selectFirst.streams)[0]]
    const reply = await turn.call('PUT', `/v4/sources/${id}/streams/metadata`, {
      streams: [{ tap_stream_id, metadata: [{ breadcrumb: [], metadata: { selected } }] }],
    })
    if (!known) return expectNoSource(reply, id)
    // The check that finds the streams goes on meanwhile: it may be too early for them.
    if (known.isPush) expectStatus(reply, 422)
    else expectStatus(reply, ...(known.isComplete ? [200, 409] : [409]))
    if (reply.status === 200) known.isSelected = selected
  },

  async readSource(turn: Turn) {
    const id = anySourceId(turn)
    const known = turn.own.sources.get(id)
    const reply = await turn.call('GET', `/v4/sources/${id}`)
    if (!known) return expectNoSource(reply, id)
    expectStatus(reply, 200)
    expect(seenSource(reply.as(source))).toEqual(foreseenSource(known))
  },

  async readOfSource(turn: Turn) {
    const id = anySourceId(turn)
    const known = liveSource(turn.own, id)
    const [part, statusOf] = parts[turn.option % parts.length] ?? parts[0]
    const reply = await turn.call('GET', `/v4/sources/${id}/${part}`)
    if (!known) return expectNoSource(reply, id)
    expectStatus(reply, statusOf(known))
    if (reply.status === 404) expectNothing(reply)
    if (part !== 'tokens') return
    const good = known.importTokens.filter(({ isRevoked }) => !isRevoked)
    expect(reply.as(z.array(importToken)).map((token) => token.id)).toEqual(good.map((token) => token.id))
  },

  async listSources({ own, option, call }: Turn) {
    const states = ['active', 'paused', 'deleted'] as const
    const state = states[option % states.length]
    const reply = await call('GET', `/v4/sources?state=${state}&limit=1000`)
    expectStatus(reply, 200)
    const { data, total } = reply.as(z.object({ data: z.array(source), total: z.number() }))
    const stateOf = ({ isDeleted, pausedAt }: KnownSource) =>
      isDeleted ? 'deleted' : pausedAt === null ? 'active' : 'paused'
    const wanted = [...own.sources.values()].filter((known) => stateOf(known) === state)
    expect(data.map(seenSource)).toEqual(wanted.map(foreseenSource))
    expect(total).toBe(wanted.length)
  },
}

/** What there is to read of a source, and how it is answered. */
const parts: [[string, (known: KnownSource) => number], ...[string, (known: KnownSource) => number][]] = [
  ['streams', () => 200],
  ['catalog', () => 200],
  ['checks', () => 200],
  ['tokens', () => 200],
  ['config', ({ isComplete }) => (isComplete ? 200 : 409)],
  ['last-connection-check', ({ isComplete, isPush }) => (isComplete && !isPush ? 200 : 404)],
]

/** `note` remembers the change, and says whether it is one. */
async function update(turn: Turn, change: object, note: (known: KnownSource) => boolean): Promise<void> {
  const id = anySourceId(turn)
  const known = liveSource(turn.own, id)
  const reply = await turn.call('PUT', `/v4/sources/${id}`, change)
  if (!known) return expectNoSource(reply, id)
  expectStatus(reply, 200)
  if (note(known)) tell(turn.own, 'source.updated', id)
  expect(seenSource(reply.as(source))).toEqual(foreseenSource(known))
}

/** What of a source can be foreseen at any time. */
export function foreseenSource({ id, name, pausedAt, isDeleted, isPush }: KnownSource) {
  return { id, name, pausedAt, isDeleted, isPush }
}

/** The same of one that was answered; its report card has to agree with itself. */
export function seenSource(seen: z.output<typeof source>) {
  const { steps, current_step, current_step_type } = seen.report_card
  expect(steps[current_step - 1]?.type).toBe(current_step_type)
  const pausedAt = seen.paused_at === null ? null : Date.parse(seen.paused_at)
  return {
    id: seen.id,
    name: seen.display_name,
    pausedAt: seen.paused_at === seen.created_at ? 'now' : pausedAt,
    isDeleted: seen.deleted_at !== null,
    isPush: seen.type === 'import_api',
  }
}
