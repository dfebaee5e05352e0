import { connect, WindowMessenger, type RemoteProxy } from 'penpal'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openPenpalEnd, type PenpalEnd } from './penpal-end.ts'

/** Our end against penpal itself, between two stand-ins for windows of two origins. */
const pageOrigin = 'https://app.example.com'
const wizardOrigin = 'https://connect.example.com'
const channel = 'bobbin:doc:page'

/** As much of a window as messages need: it delivers to itself, later, and to the right origin only. */
class FakeWindow extends EventTarget {
  readonly origin: string
  readonly received: { data: { type: string }; targetOrigin: string }[] = []
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

type PageMethods = { event(event: unknown): unknown }

let page: FakeWindow
let wizard: FakeWindow
let ends: (() => void)[]

beforeEach(() => {
  page = new FakeWindow(pageOrigin)
  wizard = new FakeWindow(wizardOrigin)
  page.peer = wizard
  wizard.peer = page
  ends = []
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page)) // ours
  vi.stubGlobal('window', wizard) // penpal's
})

afterEach(() => {
  for (const end of ends) end()
  vi.unstubAllGlobals()
})

function openPage(onCall: (argument: unknown) => unknown = () => ({ ok: true })): PenpalEnd {
  const remote = wizard as unknown as Window
  const end = openPenpalEnd({ remote, origin: wizardOrigin, channel, method: 'event', onCall })
  ends.push(end.close)
  return end
}

function openWizard(methods = {}): Promise<RemoteProxy<PageMethods>> {
  const messenger = new WindowMessenger({
    remoteWindow: page as unknown as Window,
    allowedOrigins: [pageOrigin],
  })
  const connection = connect<PageMethods>({ messenger, methods, channel })
  ends.push(connection.destroy)
  return connection.promise
}

describe('the page’s end and penpal', () => {
  it.each(['page', 'wizard'])('meet when the %s is there first', async (first) => {
    let end: PenpalEnd
    let met: Promise<RemoteProxy<PageMethods>>
    if (first === 'page') {
      end = openPage()
      await new Promise((resolve) => setTimeout(resolve, 20))
      met = openWizard()
    } else {
      met = openWizard()
      await new Promise((resolve) => setTimeout(resolve, 20))
      end = openPage()
    }
    const remote = await met
    expect(await remote.event({ seq: 1 })).toEqual({ ok: true })
    expect(end.isUp()).toBe(true)
  })

  it('call each other with values', async () => {
    const events: unknown[] = []
    const end = openPage((event) => {
      events.push(event)
      return { ok: true }
    })
    const remote = await openWizard({
      claim: (request: { type: string }) => ({ ok: true, claim: request.type }),
    })
    await Promise.all([remote.event({ seq: 1 }), remote.event({ seq: 2 })])
    expect(events).toEqual([{ seq: 1 }, { seq: 2 }])
    expect(await end.call('claim', { type: 'a' })).toEqual({ ok: true, claim: 'a' })
    expect(await end.call('claim', { type: 'b' })).toEqual({ ok: true, claim: 'b' })
  })

  it('meet again when the wizard connects anew on the same channel', async () => {
    openPage()
    await openWizard()
    const again = await openWizard()
    expect(await again.event({})).toEqual({ ok: true })
  })

  it.each(['constructor', 'toString', '__proto__', 'nothing'])('offer no method %s', async (name) => {
    openPage()
    const remote = (await openWizard()) as unknown as Record<
      string,
      (() => Promise<unknown>) & Record<string, () => Promise<unknown>>
    >
    await expect(remote[name]?.()).rejects.toMatchObject({ code: 'METHOD_NOT_FOUND' })
    await expect(remote['event']?.[name]?.()).rejects.toMatchObject({ code: 'METHOD_NOT_FOUND' })
  })
})

describe('the page’s end', () => {
  it('addresses one origin and never everybody', async () => {
    openPage()
    await openWizard()
    expect(wizard.received.length).toBeGreaterThan(0)
    expect(new Set(wizard.received.map(({ targetOrigin }) => targetOrigin))).toEqual(new Set([wizardOrigin]))
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
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(wizard.received).toHaveLength(before)
  })

  it('hears nothing once it is closed', async () => {
    const onCall = vi.fn<(argument: unknown) => unknown>()
    const end = openPage(onCall)
    const remote = await openWizard()
    end.close()
    void remote.event({}).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(onCall).not.toHaveBeenCalled()
  })
})
