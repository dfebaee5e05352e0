import { timings } from '@bobbin/shared/timings'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPresence, type Presence } from './presence.ts'

const flow = 'flow'
let gone: string[]
let presence: Presence

beforeEach(() => {
  vi.useFakeTimers()
  gone = []
  presence = createPresence({ timings, onGone: (_, reason) => gone.push(reason) })
})
afterEach(() => {
  presence.stop()
  vi.useRealTimers()
})

const pass = (ms: number) => vi.advanceTimersByTime(ms)
const enter = (doc = 'a') => presence.enter(flow, doc, () => {})

it('believes a wizard gone when its stream ended and nothing follows', () => {
  enter()()
  pass(timings.presenceGrace - 1)
  expect(gone).toEqual([])
  pass(1)
  expect(gone).toEqual(['closed'])
  expect(presence.isThere(flow)).toBe(false)
})

it('takes a reload for a reload, however slow its page is', () => {
  enter()()
  pass(timings.presenceGrace - 1)
  presence.expect(flow)
  pass(timings.load - 1)
  const leave = enter('b')
  pass(timings.presenceGrace * 10)
  expect(gone).toEqual([])
  leave()
  pass(timings.presenceGrace)
  expect(gone).toEqual(['closed'])
})

it('waits for a page that was asked for, and misses it when it never comes', () => {
  presence.expect(flow)
  expect(presence.isThere(flow)).toBe(true)
  pass(timings.load)
  expect(gone).toEqual(['closed'])
})

it('keeps an open document when another page of the flow was asked for in vain', () => {
  enter()
  presence.expect(flow)
  pass(timings.load)
  expect(gone).toEqual([])
})

it('waits long for a phone that switched apps', () => {
  const leave = enter()
  presence.hint(flow, 'a', 'hidden')
  leave()
  pass(timings.hiddenGrace - 1)
  expect(gone).toEqual([])
  pass(1)
  expect(gone).toEqual(['abandoned'])
})

it('does not wait long when the page said that it leaves, before or after its stream ended', () => {
  const leave = enter()
  presence.hint(flow, 'a', 'hidden')
  leave()
  presence.hint(flow, 'a', 'leaving')
  pass(timings.presenceGrace)
  expect(gone).toEqual(['closed'])
})

it('takes a page for closed that says it is hidden after it said that it leaves', () => {
  const leave = enter()
  presence.hint(flow, 'a', 'leaving')
  presence.hint(flow, 'a', 'hidden')
  leave()
  pass(timings.presenceGrace)
  expect(gone).toEqual(['closed'])
})

it('does not flap when a proxy cuts streams', () => {
  for (let time = 0; time < 20; time += 1) {
    enter()()
    pass(1_000)
  }
  expect(gone).toEqual([])
})

it('lets an old document say nothing about the new one', () => {
  const leaveOld = enter('old')
  const leaveNew = enter('new')
  presence.hint(flow, 'old', 'hidden')
  leaveOld()
  leaveNew()
  pass(timings.presenceGrace)
  expect(gone).toEqual(['closed'])
})

it('holds three streams of a flow and ends the oldest', () => {
  const ended: string[] = []
  for (const doc of ['a', 'b', 'c', 'd']) presence.enter(flow, doc, () => ended.push(doc))
  expect(ended).toEqual(['a'])
})

it('believes in open flows for a while after a restart', () => {
  presence.believe(flow)
  pass(timings.restartGrace - 1)
  expect(gone).toEqual([])
  pass(1)
  expect(gone).toEqual(['closed'])
})

it('says nothing of a flow that ended', () => {
  enter()()
  presence.forget(flow)
  pass(timings.hiddenGrace)
  expect(gone).toEqual([])
})
