import { connect, WindowMessenger, type Message, type Messenger, type RemoteProxy } from 'penpal'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { exactMessenger } from './exact-messenger.ts'

/** Both ends as page and wizard have them, and penpal's own messenger as a stranger's, between two windows of two origins. */
const pageOrigin = 'https://app.example.com'
const wizardOrigin = 'https://connect.example.com'
const channel = 'bobbin:doc:page'

/** As much of a window as messages need: it delivers to itself, later, and to the right origin only. */
class FakeWindow extends EventTarget {
  readonly origin: string
  readonly received: { data: { type: string; participantId?: string }; targetOrigin: string }[] = []
  peer: FakeWindow | null = null
  setTimeout = setTimeout

  constructor(origin: string) {
    super()
    this.origin = origin
  }

  postMessage(
    data: { type: string },
    target: string | { targetOrigin: string; transfer?: MessagePort[] },
    transfer?: MessagePort[],
  ): void {
    const targetOrigin = typeof target === 'string' ? target : target.targetOrigin
    this.received.push({ data, targetOrigin })
    if (targetOrigin !== '*' && targetOrigin !== this.origin) return
    const ports = (typeof target === 'string' ? transfer : target.transfer) ?? []
    this.deliver({ data: structuredClone(data), source: this.peer, origin: this.peer?.origin, ports })
  }

  deliver(message: object): void {
    setTimeout(() => this.dispatchEvent(Object.assign(new Event('message'), message)))
  }
}

type Methods = Record<string, (argument: unknown) => unknown>
type Remote = RemoteProxy<{ event(event: unknown): unknown; claim(request: unknown): unknown }>

interface End {
  readonly met: Promise<Remote>
  close(): void
}

let page: FakeWindow
let wizard: FakeWindow
let ends: (() => void)[]

beforeEach(() => {
  page = new FakeWindow(pageOrigin)
  wizard = new FakeWindow(wizardOrigin)
  page.peer = wizard
  wizard.peer = page
  ends = []
})

afterEach(() => {
  for (const end of ends) end()
  vi.unstubAllGlobals()
})

function open(
  own: FakeWindow,
  methods: Methods,
  makeMessenger: (remote: Window, origin: string) => Messenger,
): End {
  vi.stubGlobal('addEventListener', own.addEventListener.bind(own))
  vi.stubGlobal('window', own)
  const messenger = makeMessenger(own.peer as unknown as Window, own.peer?.origin ?? '')
  const { promise, destroy } = connect({
    messenger,
    methods: Object.assign(Object.create(null), methods),
    channel,
  })
  ends.push(destroy)
  return { met: promise as unknown as Promise<Remote>, close: destroy }
}

const ok = { event: () => ({ ok: true }) }
const openPage = (methods: Methods = ok) => open(page, methods, exactMessenger)
const openWizard = (methods: Methods = {}) => open(wizard, methods, exactMessenger)
const openStranger = () =>
  open(wizard, {}, (remoteWindow, origin) => new WindowMessenger({ remoteWindow, allowedOrigins: [origin] }))

/** Lets every message that is on its way arrive. */
const arrive = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('two ends', () => {
  it.each([
    ['page', openPage, openWizard],
    ['wizard', openWizard, openPage],
  ])('meet when the %s is there first', async (_, first, second) => {
    const one = first(ok)
    await arrive()
    const other = second(ok)
    expect(await (await other.met).event({ seq: 1 })).toEqual({ ok: true })
    expect(await (await one.met).event({ seq: 1 })).toEqual({ ok: true })
  })

  it('call each other with values', async () => {
    const events: unknown[] = []
    const end = openPage({
      event(event) {
        events.push(event)
        return { ok: true }
      },
    })
    const other = openWizard({ claim: (request) => ({ ok: true, claim: request }) })
    const remote = await other.met
    await Promise.all([remote.event({ seq: 1 }), remote.event({ seq: 2 })])
    expect(events).toEqual([{ seq: 1 }, { seq: 2 }])
    expect(await (await end.met).claim({ type: 'a' })).toEqual({ ok: true, claim: { type: 'a' } })
  })

  it('meet again when one of them connects anew on the same channel', async () => {
    openPage()
    await openWizard().met
    const again = await openWizard().met
    expect(await again.event({})).toEqual({ ok: true })
  })

  it('address one origin and never everybody', async () => {
    openPage()
    const remote = await openWizard().met
    await remote.event({})
    for (const { origin, received } of [page, wizard]) {
      expect(received.length).toBeGreaterThan(0)
      expect(new Set(received.map(({ targetOrigin }) => targetOrigin))).toEqual(new Set([origin]))
    }
  })
})

describe('an end', () => {
  it.each(['constructor', 'toString', '__proto__', 'nothing'])('offers no method %s', async (name) => {
    openPage()
    const remote = (await openStranger().met) as unknown as Record<
      string,
      (() => Promise<unknown>) & Record<string, () => Promise<unknown>>
    >
    await expect(remote[name]?.()).rejects.toMatchObject({ code: 'METHOD_NOT_FOUND' })
    await expect(remote['event']?.[name]?.()).rejects.toMatchObject({ code: 'METHOD_NOT_FOUND' })
  })

  it('lets no stack text out', async () => {
    openPage({
      event() {
        throw new Error('of the page')
      },
    })
    const error: unknown = await (await openStranger().met).event({}).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ message: 'of the page' })
    expect((error as Error).stack).toBeUndefined()
  })

  const syn = { namespace: 'penpal', channel, type: 'SYN', participantId: 'stranger' }
  it.each([
    ['another window', { data: syn, source: 'another', origin: wizardOrigin }],
    ['another origin', { data: syn, origin: 'https://evil.example.com' }],
    ['another channel', { data: { ...syn, channel: 'bobbin:old:page' }, origin: wizardOrigin }],
    ['another library', { data: { ...syn, namespace: 'other' }, origin: wizardOrigin }],
    ['nobody', { data: null, origin: wizardOrigin }],
  ])('does not answer %s', async (_, message) => {
    openPage()
    const before = wizard.received.length
    page.deliver({ source: wizard, ports: [], ...message })
    await arrive()
    expect(wizard.received).toHaveLength(before)
  })

  it('hears nothing once it is closed, and what it answers late troubles nobody', async () => {
    const unhandled = vi.fn<(reason: unknown) => void>()
    process.on('unhandledRejection', unhandled)
    const answer = Promise.withResolvers<object>()
    const event = vi.fn<() => Promise<object>>(() => answer.promise)
    const end = openPage({ event })
    const remote = await openWizard().met
    void remote.event({}).catch(() => undefined)
    await vi.waitUntil(() => event.mock.calls.length === 1)
    end.close()
    answer.resolve({ ok: true })
    await arrive()
    await expect(async () => remote.event({})).rejects.toMatchObject({ code: 'CONNECTION_DESTROYED' })
    expect(event).toHaveBeenCalledTimes(1)
    expect(unhandled).not.toHaveBeenCalled()
    process.off('unhandledRejection', unhandled)
  })

  it('that has met nobody rejects what it is asked to send', () => {
    const messenger = exactMessenger(wizard as unknown as Window, wizardOrigin)
    const call: Message = {
      namespace: 'penpal',
      channel,
      type: 'CALL',
      id: '1',
      methodPath: ['claim'],
      args: [],
    }
    expect(() => messenger.sendMessage(call)).toThrow('not connected')
  })
})
