import { describe, expect, it, vi } from 'vitest'
import { untilAborted } from './until-aborted.ts'

const never = new Promise<never>(() => {})

describe('what is awaited until an abort', () => {
  it('settles as the promise does', async () => {
    const { signal } = new AbortController()
    const failure = new Error('down')
    expect(await untilAborted(Promise.resolve(7), signal)).toBe(7)
    await expect(untilAborted(Promise.reject(failure), signal)).rejects.toBe(failure)
  })

  it("rejects with the signal's reason, before or after", async () => {
    const reason = new Error('stopped')
    await expect(untilAborted(never, AbortSignal.abort(reason))).rejects.toBe(reason)
    await expect(untilAborted(Promise.resolve(7), AbortSignal.abort(reason))).rejects.toBe(reason)
    const controller = new AbortController()
    const waiting = untilAborted(never, controller.signal)
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })

  it('leaves no listener behind, and no rejection that nobody hears', async () => {
    const unheard = vi.fn<() => void>()
    process.on('unhandledRejection', unheard)
    const { signal } = new AbortController()
    const remove = vi.spyOn(signal, 'removeEventListener')
    await untilAborted(Promise.resolve(7), signal)
    expect(remove).toHaveBeenCalledTimes(1)

    const late = Promise.withResolvers<never>()
    await untilAborted(late.promise, AbortSignal.abort(new Error('stopped'))).catch(() => {})
    late.reject(new Error('too late'))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', unheard)
    expect(unheard).not.toHaveBeenCalled()
  })
})
