import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Connect } from './connect.ts'
import { shortTimings, startHost, type HostStandIn } from './host-stand-in.ts'
import type { ProgressEvent } from './options.ts'
import { standInForPage, type PageStandIn } from './page-stand-in.ts'

/** Flows against a host that a test directs. The windows' own ways are for the browser specs. */
const result = {
  id: 7,
  type: 'platform.demo-crm',
  display_name: 'CRM',
  step: 'fully_configured',
  check: null,
  selected_streams: ['deals'],
  selected_streams_count: 1,
  ignored_default_streams: [],
}
const options = { type: 'platform.demo-crm', ephemeral_token: 'secret-token' }

let host: HostStandIn
let page: PageStandIn
let connect: Connect

beforeEach(async () => {
  vi.resetModules()
  host = await startHost()
  page = standInForPage()
  connect = await loadClient()
})

afterEach(async () => {
  connect.close()
  await until(() => !connect.isOpen())
  await host.stop()
  vi.unstubAllGlobals()
})

async function loadClient(): Promise<Connect> {
  const { createConnect } = await import('./index.ts')
  return createConnect({ host: host.origin })
}

const settled = (promise: Promise<unknown>) => promise.catch((error: unknown) => error)
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 5_000, interval: 5 })
const claimed = () => until(() => host.claims.length > 0 && host.questions.length > 0)

describe('opening', () => {
  it('shows the wizard at once, in the middle, with nothing secret in its address', () => {
    void settled(connect.addSource(options))
    void settled(connect.editSource({ id: '12', ephemeral_token: 'secret-token' }))
    const [add, edit] = page.windows
    expect(add?.url.pathname).toMatch(/^\/connect\/[A-Za-z0-9_-]{22}$/)
    expect(add?.url.search).toBe('?function=addSource&type=platform.demo-crm')
    expect(edit?.url.search).toBe('?function=editSource')
    expect(add?.features).toContain('left=-900,top=100')
    expect(add?.name).toMatch(/^connect-.{22}$/)
    expect(edit?.name).not.toBe(add?.name)
  })

  it('without a click gives an error that can open it in one', async () => {
    page.isBlocking = true
    const error = await settled(connect.addSource(options))
    expect(error).toMatchObject({ code: 'AppWindowBlocked', retryable: true, retry: expect.any(Function) })
    expect(connect.isOpen()).toBe(false)

    page.isBlocking = false
    const again = (error as { retry(): Promise<unknown> }).retry()
    expect(page.windows).toHaveLength(1)
    await claimed()
    host.tell('completed', result)
    expect(await again).toEqual(result)
  })

  it('twice about the same thing is one flow', async () => {
    const first = connect.addSource(options)
    expect(connect.addSource(options)).toBe(first)
    expect(page.windows).toHaveLength(1)
    expect(page.windows[0]?.focused).toBe(1)
    await claimed()
    host.tell('completed', result)
    await first
    expect(connect.addSource(options)).not.toBe(first)
  })
})

describe('the claim', () => {
  it('goes out as text, once, with what was asked for', async () => {
    const promise = connect.addSource({ ...options, default_streams: { a: true, b: 'x' as never } })
    await claimed()
    host.tell('completed', result)
    expect(await promise).toMatchObject({ ignored_default_streams: ['b'] })
    expect(host.claims).toHaveLength(1)
    const [claim] = host.claims
    expect(claim?.contentType).toMatch(/^text\/plain/)
    expect(claim?.body).toMatchObject({
      function: 'addSource',
      type: 'platform.demo-crm',
      ephemeral_token: 'secret-token',
      default_streams: { a: true },
      display: 'popup',
    })
  })

  it('is said again, in the same words, when its reply is lost', async () => {
    host.answerClaims('cut', { status: 503, body: { error: 'Unavailable', message: '', data: {} } })
    const promise = connect.addSource(options)
    await claimed()
    host.tell('completed', result)
    await promise
    expect(host.claims).toHaveLength(3)
    expect(host.claims[2]).toEqual(host.claims[0])
  })

  it('that is refused closes the window and says why', async () => {
    const data = { reason: 'used' }
    host.answerClaims({ status: 409, body: { error: 'UpgradeEphemeralToken', message: 'no', data } })
    expect(await settled(connect.addSource(options))).toMatchObject({
      code: 'UpgradeEphemeralToken',
      message: 'Error upgrading ephemeral token.',
      reason: 'used',
      flowId: host.claims[0]?.flowId,
      docsUrl: `${host.origin}/client/errors.html#UpgradeEphemeralToken`,
    })
    expect(page.windows[0]?.closed).toBe(true)
  })

  it.each([
    ['SourceNotFound', 'Integration with id 12 not found.', { id: 12 }, { sourceId: 12 }],
    ['UnknownSourceType', 'Unknown source type: "a.b".', { type: 'a.b' }, { type: 'a.b' }],
    ['InvalidOptions', 'The options are not valid.', { option: 'function' }, { problem: 'no such step' }],
    ['InvalidBody', 'Something went wrong on our side.', {}, { code: 'Internal' }],
  ])('refused by %s says: %s', async (error, message, data, fields) => {
    host.answerClaims({ status: 404, body: { error, message: 'no such step', data } })
    expect(await settled(connect.editSource({ id: 12 }))).toMatchObject({ message, ...fields })
  })

  it('without a token that was promised closes the window', async () => {
    const cause = new Error('down')
    const error = await settled(
      connect.addSource({ ...options, ephemeral_token: () => Promise.reject(cause) }),
    )
    expect(error).toMatchObject({ code: 'UpgradeEphemeralToken', reason: 'unavailable', cause })
    expect(page.windows[0]?.closed).toBe(true)
    expect(host.claims).toEqual([])
  })
})

describe('the outcome', () => {
  it('is acknowledged, and comes once', async () => {
    const promise = connect.addSource(options)
    await claimed()
    host.tell('completed', result)
    host.tell('failed', { code: 'FlowExpired', message: '', data: {} })
    expect(await promise).toEqual(result)
    await until(() => host.questions.some(({ after, wait }) => after >= 2 && wait === 0))
    expect(connect.isOpen()).toBe(false)
  })

  it.each([
    [
      { reason: 'cancelled', error: null },
      { code: 'AppClosedPrematurely', reason: 'cancelled' },
    ],
    [
      { reason: 'cancelled', error: { code: 'AuthorizeFailure', message: '', data: { reason: 'denied' } } },
      { code: 'AuthorizeFailure', reason: 'denied' },
    ],
  ])('cancelled: %j', async (data, error) => {
    const promise = connect.addSource(options)
    await claimed()
    host.tell('step', { step: 'oauth', source_id: 7 })
    host.tell('cancelled', data)
    expect(await settled(promise)).toMatchObject({ ...error, sourceId: 7, step: 'oauth' })
    expect(await settled(promise)).not.toHaveProperty('resume')
  })

  it('failed is the class of its code', async () => {
    const promise = connect.addSource(options)
    await claimed()
    host.tell('failed', { code: 'OriginNotAllowed', message: '', data: { origin: 'https://a.example' } })
    expect(await settled(promise)).toMatchObject({ code: 'OriginNotAllowed', origin: 'https://a.example' })
  })

  it('is told in steps on the way', async () => {
    const events: ProgressEvent[] = []
    const promise = connect.addSource({ ...options, onEvent: (event) => void events.push(event) })
    await claimed()
    host.tell('here', { doc: 'd' })
    host.tell('step', { step: 'form', source_id: null })
    host.tell('away', { provider: 'CRM' })
    host.tell('back', { error: null })
    host.tell('completed', result)
    await promise
    expect(events.map(({ type }) => type)).toEqual(['opened', 'claimed', 'step', 'away', 'back'])
    expect(events[2]).toMatchObject({ step: 'form', flowId: host.claims[0]?.flowId, seq: 3 })
  })

  it('comes although the page’s handler throws', async () => {
    const uncaught = vi.fn<(error: Error) => void>()
    process.on('uncaughtException', uncaught)
    const promise = connect.addSource({
      ...options,
      onEvent() {
        throw new Error('of the page')
      },
    })
    await claimed()
    host.tell('completed', result)
    expect(await promise).toEqual(result)
    process.off('uncaughtException', uncaught)
    expect(uncaught).toHaveBeenCalled()
  })
})

describe('stopping', () => {
  it('by close() cancels, closes the window and says so', async () => {
    const promise = connect.addSource(options)
    await claimed()
    connect.close()
    expect(await settled(promise)).toMatchObject({ code: 'AppClosedPrematurely', reason: 'closed' })
    expect(host.cancels).toEqual([{ reason: 'closed' }])
    expect(page.windows[0]?.closed).toBe(true)
  })

  it('too late gets the outcome that stands', async () => {
    const promise = connect.addSource(options)
    await claimed()
    host.relay = 'mute'
    host.endBeforeCancel('completed', result)
    connect.close()
    expect(await promise).toEqual(result)
  })

  it('by a signal rejects with its reason at once', async () => {
    const controller = new AbortController()
    const promise = connect.addSource({ ...options, signal: controller.signal })
    await claimed()
    const reason = new Error('changed my mind')
    controller.abort(reason)
    expect(await settled(promise)).toBe(reason)
    await until(() => host.cancels.length > 0)
    expect(host.cancels).toEqual([{ reason: 'aborted' }])
    expect(page.windows[0]?.closed).toBe(true)
  })
})

describe('a window that has gone', () => {
  it('rejects with an error that resumes the flow, and gets a late result', async () => {
    const promise = connect.addSource(options)
    await claimed()
    host.tell('here', { doc: 'd' })
    host.tell('step', { step: 'form', source_id: 7 })
    host.tell('gone', { reason: 'crashed', certainty: 'confirmed' })
    const error = await settled(promise)
    expect(error).toMatchObject({
      code: 'AppClosedPrematurely',
      reason: 'crashed',
      sourceId: 7,
      step: 'form',
    })

    host.tell('completed', result)
    const again = (error as { resume(): Promise<unknown> }).resume()
    const [first, second] = page.windows
    expect(second?.url.href).toBe(first?.url.href)
    expect(second?.name).not.toBe(first?.name)
    expect(await again).toEqual(result)
    expect(host.claims).toHaveLength(1)
  })

  it('after a refusal at the provider is that refusal', async () => {
    const promise = connect.addSource(options)
    await claimed()
    host.tell('here', { doc: 'd' })
    host.tell('back', {
      error: { code: 'AuthorizeFailure', message: '', data: { providerCode: 'access_denied' } },
    })
    host.tell('gone', { reason: 'closed', certainty: 'confirmed' })
    expect(await settled(promise)).toMatchObject({
      code: 'AuthorizeFailure',
      providerCode: 'access_denied',
      resume: expect.any(Function),
    })
  })

  it('before it said a word is a load that failed', async () => {
    const error = await settled(connect.addSource(options))
    expect(error).toMatchObject({ code: 'AppLoadTimeout', resume: expect.any(Function) })
    expect(page.windows[0]?.closed).toBe(true)
  })

  it('as it only seems, while it is cut off, changes nothing', async () => {
    const events: string[] = []
    const promise = connect.addSource({ ...options, onEvent: ({ type }) => void events.push(type) })
    await claimed()
    host.tell('here', { doc: 'd' })
    Object.assign(page.windows[0] ?? {}, { closed: true })
    await until(() => events.includes('severed'))
    host.tell('away', { provider: 'CRM' })
    await until(() => events.includes('uncertain'))
    host.tell('completed', result)
    expect(await promise).toEqual(result)
  })
})

describe('after a reload of the page', () => {
  it('resume() gets the result, and finds the window', async () => {
    void settled(connect.addSource(options))
    await claimed()
    host.tell('here', { doc: 'd' })
    host.tell('step', { step: 'form', source_id: 7 })
    await until(() => Object.values(sessionStorage).some((text) => String(text).includes('"latest":2')))
    page.reload()
    connect = await loadClient()
    const promise = connect.resume()
    await until(() => connect.isOpen())
    connect.focus()
    expect(page.windows).toHaveLength(1)
    expect(page.windows[0]?.focused).toBe(1)
    host.tell('completed', result)
    expect(await promise).toEqual(result)
    expect(await connect.resume()).toBeNull()
  })

  it('resume() has nothing to give when the host knows no such flow', async () => {
    void settled(connect.addSource(options))
    await claimed()
    page.reload()
    connect = await loadClient()
    host.relay = 'unknown'
    expect(await connect.resume()).toBeNull()
  })

  it('nothing secret but the flow’s own key was stored', async () => {
    void settled(connect.addSource(options))
    await claimed()
    expect(JSON.stringify(sessionStorage)).not.toContain('secret-token')
  })

  it('resume() without a flow is null', async () => {
    expect(await connect.resume()).toBeNull()
    expect(await connect.resume({ flowId: 'x'.repeat(22) })).toBeNull()
  })
})

describe('the relay', () => {
  it('goes on after the last event when it is cut', async () => {
    const told = vi.fn<(event: ProgressEvent) => void>()
    const promise = connect.addSource({ ...options, onEvent: told })
    await claimed()
    host.tell('away', { provider: 'CRM' })
    await until(() => told.mock.calls.length === 3)
    host.cutStreams()
    await until(() => host.questions.some(({ after, wait }) => after === 2 && wait === null))
    host.tell('completed', result)
    expect(await promise).toEqual(result)
  })

  it('becomes a long poll where streams do not get through', async () => {
    host.relay = 'mute'
    const promise = connect.addSource(options)
    host.tell('here', { doc: 'd' })
    await until(() => host.questions.some(({ wait }) => wait === 25))
    host.tell('completed', result)
    expect(await promise).toEqual(result)
  })

  it('streams for three flows and polls for the fourth', async () => {
    const promises = ['a', 'b', 'c', 'd'].map((type) => settled(connect.addSource({ ...options, type })))
    await until(() => host.questions.length >= 4)
    expect(host.questions.filter(({ wait }) => wait === null).length).toBe(3)
    host.tell('completed', result)
    for (const value of await Promise.all(promises)) expect(value).toEqual(result)
  })

  it('out of reach for too long, with no other link, is an error that resumes', async () => {
    const told = vi.fn<(event: ProgressEvent) => void>()
    const promise = connect.addSource({ ...options, onEvent: told })
    await claimed()
    host.tell('step', { step: 'form', source_id: null })
    host.tell('here', { doc: 'd' })
    await until(() => told.mock.calls.length === 3)
    const before = Date.now()
    host.relay = 'down'
    host.cutStreams()
    expect(await settled(promise)).toMatchObject({ code: 'RelayUnreachable', resume: expect.any(Function) })
    expect(Date.now() - before).toBeGreaterThanOrEqual(shortTimings.relayDown)
  })
})
