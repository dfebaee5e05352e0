import { expect, it, vi } from 'vitest'
import { createEmitter } from './emitter.ts'

const payload = { isLoggedIn: true }

it('a function that is given twice counts once, and what takes it off is returned', async () => {
  const { on, emit } = createEmitter()
  const fn = vi.fn<() => void>()
  on('config:update', fn)
  const off = on('config:update', fn)
  emit('config:update', payload)
  await Promise.resolve()
  expect(fn.mock.calls).toEqual([[payload]])
  off()
  emit('config:update', payload)
  await Promise.resolve()
  expect(fn).toHaveBeenCalledOnce()
})

it('to take off what is not on does nothing', () => {
  const { on, off } = createEmitter()
  off('connection:enable', () => {})
  const take = on('connection:enable', () => {})
  take()
  take()
})

it('a function that is taken off before its turn is not called', async () => {
  const { on, off, emit } = createEmitter()
  const second = vi.fn<() => void>()
  on('config:update', () => off('config:update', second))
  on('config:update', second)
  emit('config:update', payload)
  await Promise.resolve()
  expect(second).not.toHaveBeenCalled()
})

it('a function that throws keeps no other from being told, nor whoever tells', async () => {
  const { on, emit } = createEmitter()
  const queued: (() => void)[] = []
  vi.stubGlobal('queueMicrotask', (task: () => void) => void queued.push(task))
  const second = vi.fn<() => void>()
  on('config:update', () => {
    throw new Error('the page’s own')
  })
  on('config:update', second)
  emit('config:update', payload)
  vi.unstubAllGlobals()
  const [first, next] = queued
  expect(first).toThrow('the page’s own')
  next?.()
  expect(second).toHaveBeenCalledOnce()
})

it.each(['connection:disable', 'toString', ''])('there is no event %j', (type) => {
  const { on, off } = createEmitter()
  expect(() => on(type as 'config:update', () => {})).toThrow(/There is no event/)
  expect(() => off(type as 'config:update', () => {})).toThrow(/There is no event/)
})

it('what is no function is refused at once', () => {
  expect(() => createEmitter().on('config:update', undefined as never)).toThrow(TypeError)
})
