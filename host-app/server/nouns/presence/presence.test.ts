import { timings } from '@bobbin/shared/timings'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPresence, type Presence } from './presence.ts'

const flow = 'flow'
let gone: string[]
let presence: Presence

beforeEach(() => {
  vi.useFakeTimers()
  gone = []
  presence = createPresence(timings)
  presence.onGone((_, reason) => gone.push(reason))
})
afterEach(() => {
  presence.stop()
  vi.useRealTimers()
})

const pass = (ms: number) => vi.advanceTimersByTime(ms)
const enter = (doc = 'a', suspends = false) => presence.enter(flow, { doc, suspends }, () => {})

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
  const leave = enter('a', true)
  presence.hint(flow, 'a', 'hidden')
  leave()
  pass(timings.hiddenGrace - 1)
  expect(gone).toEqual([])
  pass(1)
  expect(gone).toEqual(['abandoned'])
})

it('takes a window out of sight that no device stops for closed: it lives on with its stream', () => {
  const leave = enter()
  presence.hint(flow, 'a', 'hidden')
  leave()
  pass(timings.presenceGrace)
  expect(gone).toEqual(['closed'])
})

it('heeds nobody who says after the stream has ended that it is out of sight', () => {
  const leave = enter('a', true)
  leave()
  presence.hint(flow, 'a', 'hidden')
  pass(timings.presenceGrace)
  expect(gone).toEqual(['closed'])
})

it('tells at the claim that a document had come and gone before', () => {
  enter()()
  pass(timings.presenceGrace)
  expect(gone).toEqual(['closed']) // of a flow that nobody knows yet
  presence.claimed(flow)
  expect(gone).toEqual(['closed', 'closed'])
  presence.claimed(flow)
  expect(gone).toHaveLength(2)
})

it('says nothing at the claim when a document is there, or was never seen', () => {
  presence.claimed(flow)
  enter()()
  pass(timings.presenceGrace)
  enter('b')
  presence.claimed(flow)
  expect(gone).toEqual(['closed'])
})

it('remembers a thousand flows that were left before their claim, and no more', () => {
  for (let number = 0; number <= 1_000; number += 1) {
    presence.enter(`flow ${number}`, { doc: 'a', suspends: false }, () => {})()
  }
  pass(timings.presenceGrace)
  gone = []
  presence.claimed('flow 0')
  expect(gone).toEqual([])
  presence.claimed('flow 1')
  expect(gone).toEqual(['closed'])
})

it('does not wait long when the page said that it leaves, before or after its stream ended', () => {
  const leave = enter('a', true)
  presence.hint(flow, 'a', 'hidden')
  leave()
  presence.hint(flow, 'a', 'leaving')
  pass(timings.presenceGrace)
  expect(gone).toEqual(['closed'])
})

it('takes a page for closed that says it is hidden after it said that it leaves', () => {
  const leave = enter('a', true)
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
  for (const doc of ['a', 'b', 'c', 'd']) {
    presence.enter(flow, { doc, suspends: false }, () => ended.push(doc))
  }
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
