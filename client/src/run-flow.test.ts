import { describe, expect, it, vi } from 'vitest'
import type { FlowEventData } from '@bobbin/shared/window-protocol'
import { options, result, settled, until, useFlowStandIns } from './flow-stand-ins.testing.ts'
import type { ProgressEvent } from './options.ts'

/** Flows against a host that the test directs. The windows' own ways are for the browser specs. */
const at = useFlowStandIns()

describe('opening', () => {
  it('shows the wizard at once, in the middle, with nothing secret in its address', () => {
    void settled(at.connect.addSource(options))
    void settled(at.connect.editSource({ id: '12', ephemeral_token: 'secret-token' }))
    const [add, edit] = at.page.windows
    expect(add?.url.pathname).toMatch(/^\/connect\/[A-Za-z0-9_-]{22}$/)
    expect(add?.url.search).toBe('?function=addSource&type=platform.demo-crm')
    expect(edit?.url.search).toBe('?function=editSource')
    expect(add?.features).toContain('left=-900,top=100')
    expect(add?.name).toMatch(/^connect-.{22}$/)
    expect(edit?.name).not.toBe(add?.name)
  })

  it('without a click gives an error that can open it in one', async () => {
    at.page.isBlocking = true
    const error = await settled(at.connect.addSource(options))
    expect(error).toMatchObject({ code: 'AppWindowBlocked', retryable: true, retry: expect.any(Function) })
    expect(at.connect.isOpen()).toBe(false)

    at.page.isBlocking = false
    const again = (error as { retry(): Promise<unknown> }).retry()
    expect(at.page.windows).toHaveLength(1)
    await at.claimed()
    at.host.tell('completed', result)
    expect(await again).toEqual(result)
  })

  it('twice about the same thing is one flow', async () => {
    const first = at.connect.addSource(options)
    expect(at.connect.addSource(options)).toBe(first)
    expect(at.page.windows).toHaveLength(1)
    expect(at.page.windows[0]?.focused).toBe(1)
    await at.claimed()
    at.host.tell('completed', result)
    await first
    expect(at.connect.addSource(options)).not.toBe(first)
  })
})

describe('the claim', () => {
  it('leaves before the page does anything else, so that the window is painted soon', async () => {
    const done: string[] = []
    const { fetch } = globalThis
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      done.push(url.split('/').at(-1)!)
      return fetch(url, init)
    })
    const storage = new Proxy(sessionStorage, {
      get(target, name) {
        if (name === 'setItem') done.push('stored')
        return Reflect.get(target, name)
      },
    })
    vi.stubGlobal('sessionStorage', storage)
    void settled(at.connect.addSource(options))
    await at.claimed()
    expect([done[0], done.at(-1)]).toEqual(['claim', 'relay'])
    expect(done).toContain('stored')
  })
})

describe('the outcome', () => {
  it('is acknowledged, and comes once', async () => {
    const promise = at.connect.addSource(options)
    await at.claimed()
    at.host.tell('completed', result)
    at.host.tell('failed', { code: 'FlowExpired', message: '', data: {} })
    expect(await promise).toEqual(result)
    await until(() => at.host.questions.some(({ after, wait }) => after >= 2 && wait === 0))
    expect(at.connect.isOpen()).toBe(false)
  })

  it.each<[FlowEventData['cancelled'], object]>([
    [
      { reason: 'cancelled', error: null, discarded: false },
      { code: 'AppClosedPrematurely', reason: 'cancelled' },
    ],
    [
      {
        reason: 'cancelled',
        error: { code: 'AuthorizeFailure', message: '', data: { reason: 'denied' } },
        discarded: false,
      },
      { code: 'AuthorizeFailure', reason: 'denied' },
    ],
  ])('cancelled: %j', async (data, error) => {
    const promise = at.connect.addSource(options)
    await at.claimed()
    at.host.tell('step', { step: 'oauth', source_id: 7 })
    at.host.tell('cancelled', data)
    expect(await settled(promise)).toMatchObject({ ...error, sourceId: 7, step: 'oauth' })
    expect(await settled(promise)).not.toHaveProperty('resume')
  })

  it('discarded: there is no source to go on with', async () => {
    const promise = at.connect.addSource(options)
    await at.claimed()
    at.host.tell('step', { step: 'oauth', source_id: 7 })
    at.host.tell('cancelled', { reason: 'cancelled', error: null, discarded: true })
    const error = await settled(promise)
    expect(error).toMatchObject({ code: 'AppClosedPrematurely', reason: 'cancelled', sourceId: undefined })
    expect(error).not.toHaveProperty('resume')
  })

  it('failed is the class of its code', async () => {
    const promise = at.connect.addSource(options)
    await at.claimed()
    at.host.tell('failed', { code: 'OriginNotAllowed', message: '', data: { origin: 'https://a.example' } })
    expect(await settled(promise)).toMatchObject({ code: 'OriginNotAllowed', origin: 'https://a.example' })
  })

  it('is told in steps on the way', async () => {
    const events: ProgressEvent[] = []
    const promise = at.connect.addSource({ ...options, onEvent: (event) => void events.push(event) })
    await at.claimed()
    at.host.tell('here', { doc: 'd' })
    at.host.tell('step', { step: 'form', source_id: null })
    at.host.tell('away', { provider: 'CRM' })
    at.host.tell('back', { error: null })
    at.host.tell('completed', result)
    await promise
    expect(events.map(({ type }) => type)).toEqual(['opened', 'claimed', 'step', 'away', 'back'])
    expect(events[2]).toMatchObject({ step: 'form', flowId: at.host.claims[0]?.flowId, seq: 3 })
  })

  it('comes although the page’s handler throws', async () => {
    const uncaught = vi.fn<(error: Error) => void>()
    process.on('uncaughtException', uncaught)
    const promise = at.connect.addSource({
      ...options,
      onEvent() {
        throw new Error('of the page')
      },
    })
    await at.claimed()
    at.host.tell('completed', result)
    expect(await promise).toEqual(result)
    process.off('uncaughtException', uncaught)
    expect(uncaught).toHaveBeenCalled()
  })
})

describe('stopping', () => {
  it('by close() cancels, closes the window and says so', async () => {
    const promise = at.connect.addSource(options)
    await at.claimed()
    at.connect.close()
    expect(await settled(promise)).toMatchObject({ code: 'AppClosedPrematurely', reason: 'closed' })
    expect(at.host.cancels).toEqual([{ reason: 'closed' }])
    expect(at.page.windows[0]?.closed).toBe(true)
  })

  it('too late gets the outcome that stands', async () => {
    const promise = at.connect.addSource(options)
    await at.claimed()
    at.host.relay = 'mute'
    at.host.endBeforeCancel('completed', result)
    at.connect.close()
    expect(await promise).toEqual(result)
  })

  it('by a signal rejects with its reason at once', async () => {
    const controller = new AbortController()
    const promise = at.connect.addSource({ ...options, signal: controller.signal })
    await at.claimed()
    const reason = new Error('changed my mind')
    controller.abort(reason)
    expect(await settled(promise)).toBe(reason)
    await until(() => at.host.cancels.length > 0)
    expect(at.host.cancels).toEqual([{ reason: 'aborted' }])
    expect(at.page.windows[0]?.closed).toBe(true)
  })
})
