import { describe, expect, it } from 'vitest'
import type { TokenStreams } from '@bobbin/shared/session'
import { table } from '../../testing/made-up-connector.testing.ts'
import { findStreams, view } from './find-streams.testing.ts'

const world = findStreams()
const { discover, tick, columns, selected } = world

const shown = async (token: TokenStreams, defaults: Parameters<typeof columns>[0] = null) => {
  const found = await world.test.streams.columns(1, world.sourceId, defaults, token)
  return Object.fromEntries(found.stream_name.map((name, index) => [name, found.required[index]]))
}
const save = (
  token: TokenStreams,
  request: Parameters<typeof world.test.streams.applySelection>[3] = { changes: [], as_shown: true },
) =>
  world.test.database.write((tx) =>
    world.test.streams.applySelection(tx, 1, world.sourceId, request, null, token),
  )
const turn = (name: string, isOn: boolean) => ({ tap_stream_id: `shop-${name}`, selected: isOn })
const tables = (...names: string[]) => names.map((name) => table(name))

describe('what a flow shows', () => {
  it('is what is allowed, what is required, and nothing that is hidden', async () => {
    await discover(...tables('a', 'b', 'c', 'd'))
    expect(await shown({ hidden: ['shop-b', 'c'] })).toEqual({ a: false, d: false })
    expect(await shown({ required: ['shop-a'], allowed: ['b', 'c'], hidden: ['c'] })).toEqual({
      a: true,
      b: false,
    })
    expect(await shown({ required: ['a'], hidden: ['shop-a'] })).toMatchObject({ a: true, b: false })
    expect(await shown({ allowed: ['nope'] })).toEqual({})
  })

  it('is counted, searched, and pre-ticked alone', async () => {
    await discover(...tables('a', 'b', 'c', 'd'))
    await tick('b', 'c')
    const token = { required: ['a'], hidden: ['b'] }
    const defaults = { b: true, d: true }
    const all = await world.test.streams.columns(1, world.sourceId, defaults, token)
    expect(all).toMatchObject({
      tally: { all: { count: 3, selectable: 3, selected: 3 } },
      required_count: 1,
      preselected: [false, false, true],
    })
    const search = {
      q: '',
      only_selected: true,
      matching: [{ q: '', selected: false }],
      offset: 0,
      with_tally: true,
    }
    const found = await world.test.streams.find(
      1,
      world.sourceId,
      { ...search, ticked: [], unticked: [] },
      defaults,
      token,
    )
    expect([found.stream_name, found.tally?.found]).toEqual([['a'], { count: 1, selectable: 1, selected: 1 }])
    await expect(world.test.streams.fields(1, world.sourceId, 'shop-b', null, token)).rejects.toMatchObject({
      code: 'NotFound',
    })
    expect(await world.test.streams.ignoredDefaults(1, world.sourceId, defaults, token)).toEqual(['b'])
  })

  it('has news of nothing else', async () => {
    await discover(...tables('a', 'b'))
    await tick('a')
    await world.discoverAgain(...tables('a', 'b', 'c', 'd'))
    const news = async (token: TokenStreams) =>
      (await world.test.streams.columns(1, world.sourceId, null, token)).added
    expect([await news({ hidden: ['c'] }), await news({ allowed: ['a'] }), (await columns()).added]).toEqual([
      1, 0, 2,
    ])
  })
})

describe('what a flow saves', () => {
  it('has all that is required, and nothing that is not shown', async () => {
    await discover(...tables('a', 'b', 'c', 'd'))
    await tick('c', 'd')
    await save(
      { required: ['a'], allowed: ['b', 'c'] },
      { changes: [], matching: [{ q: '', selected: false }] },
    )
    expect(await selected()).toEqual(['shop-a'])
    await save({ hidden: ['a'] }, { changes: [], matching: [{ q: '', selected: true }] })
    expect(await selected()).toEqual(['shop-b', 'shop-c', 'shop-d'])
  })

  it.each<[string, TokenStreams, ReturnType<typeof turn>]>([
    ['unselects what is required', { required: ['shop-a'] }, turn('a', false)],
    ['selects what is hidden', { hidden: ['a'] }, turn('a', true)],
    ['selects what is not allowed', { allowed: ['b'] }, turn('a', true)],
  ])('is refused where it %s', async (_, token, change) => {
    await discover(...tables('a', 'b'))
    await tick('a')
    await expect(save(token, { changes: [change] })).rejects.toMatchObject({
      code: 'InvalidProperties',
      data: { fields: { 'shop-a': expect.stringContaining('The app that asks') } },
    })
    expect(await selected()).toEqual(['shop-a'])
  })

  it('is refused while something required cannot be had, with the reason', async () => {
    await discover(table('a'), { ...table('b'), access: { reason: 'needs_scope', scope: 'payouts' } }, view)
    await expect(save({ required: ['b', 'view'] }, { changes: [turn('a', true)] })).rejects.toMatchObject({
      data: {
        fields: {
          'shop-b': expect.stringMatching(/needs this stream\. .*payouts/),
          'shop-view': expect.stringContaining('Choose the key of this view'),
        },
      },
    })
    const keys = { tap_stream_id: 'shop-view', view_key_properties: ['id'] }
    await save({ required: ['view'] }, { changes: [keys] })
    expect(await selected()).toEqual(['shop-view'])
  })

  it('is not put off where something is required', async () => {
    await discover(table('a'))
    const skip = (token: TokenStreams) =>
      world.test.database.write((tx) => world.test.streams.requireSkippable(1, world.sourceId, token, tx))
    await expect(skip({ required: ['a'] })).rejects.toMatchObject({ data: { reason: 'stream_required' } })
    await expect(skip({ required: ['nope'], hidden: ['a'] })).resolves.toBeUndefined()
  })
})

describe('a selection without a choice', () => {
  it.each<[string, TokenStreams, boolean]>([
    ['all that is allowed is required', { required: ['a', 'b'], allowed: ['shop-b'] }, true],
    ['all that is not hidden is required', { required: ['a'], hidden: ['b', 'view'] }, true],
    ['the rest cannot be read', { required: ['a', 'b'], hidden: ['view'] }, true],
    ['something else can be chosen', { required: ['a'], hidden: ['view'] }, false],
    ['nothing is required', { allowed: ['a'] }, false],
    ['something required asks for a key', { required: ['view'], allowed: ['view'] }, false],
    ['something required cannot be read', { required: ['locked', 'a'], allowed: ['a'] }, false],
  ])('%s: %j', async (_, token, isMade) => {
    await discover(...tables('a', 'b'), view, { ...table('locked'), access: { reason: 'not_permitted' } })
    await tick('b')
    const made = await world.test.database.write((tx) =>
      world.test.streams.selectRequired(tx, 1, world.sourceId, null, token),
    )
    expect(made).toBe(isMade)
    const names = token.required?.map((name) => `shop-${name}`)
    expect(await selected()).toEqual(isMade ? names : ['shop-b'])
  })
})
