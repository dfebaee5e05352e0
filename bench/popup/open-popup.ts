import { setTimeout as sleep } from 'node:timers/promises'
import type { Chromium } from './chromium.ts'
import type { Front, Report } from './front.ts'
import { buttons, type Side } from './opener-page.ts'
import type { PopupReport } from './popup-reporter.ts'

/** One click and what came of it; milliseconds from the click. */
export interface Opening {
  readonly typable: number
  /** Until the popup's page had arrived. */
  readonly arrived: number
  readonly painted: number
  /** Until `window.open` had returned and the click was handled. */
  readonly returned: number
  /** Until the page knew that its token was exchanged; null for the pages that claim nothing. */
  readonly claimed: number | null
  readonly resources: PopupReport['resources']
}

/** A browser profile with empty caches and its own connections; one after the other in it is warm. */
export interface Profile {
  open(side: Side): Promise<Opening>
  close(): Promise<void>
}

const patience = 20_000

/**
 * Makes a profile. The opener is loaded anew for each click and clicked by real input; the popup is never
 * attached to, for that would change its timing.
 */
export async function createProfile(
  { devtools }: Chromium,
  front: Front,
  openerUrl: string,
): Promise<Profile> {
  const { browserContextId } = await devtools.send('Target.createBrowserContext')
  const { targetId } = await devtools.send('Target.createTarget', { url: 'about:blank', browserContextId })
  const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: true })
  const toOpener = (method: string, params: object) => devtools.send(method, params, String(sessionId))

  let pages = 0
  const popups = new Set<string>()
  const goes = new Map<string, () => void>()
  const stops = [
    devtools.on('Target.targetCreated', ({ targetInfo }) => {
      const info = targetInfo as { targetId: string; openerId?: string }
      if (info.openerId === targetId) popups.add(info.targetId)
    }),
    devtools.on('Target.targetDestroyed', ({ targetId: gone }) => {
      popups.delete(String(gone))
      goes.get(String(gone))?.()
    }),
  ]
  await devtools.send('Target.setDiscoverTargets', { discover: true })

  async function open(side: Side): Promise<Opening> {
    const page = `?${++pages}`
    const reports = collect(front, side, page)
    await toOpener('Page.navigate', { url: `${openerUrl}/${page}` })
    await reports.ready
    await sleep(300)
    await click(buttons[side])
    const [popup, clicked, claimedAt] = await reports.all
    await sleep(100)
    await closePopups()
    return {
      typable: popup.typable - clicked.at,
      arrived: popup.arrived - clicked.at,
      painted: popup.painted - clicked.at,
      returned: clicked.returned - clicked.at,
      claimed: claimedAt === null ? null : claimedAt - clicked.at,
      resources: popup.resources,
    }
  }

  async function click(place: { x: number; y: number }) {
    const event = { ...place, button: 'left', clickCount: 1 }
    await toOpener('Input.dispatchMouseEvent', { type: 'mouseMoved', ...place })
    await sleep(50)
    await toOpener('Input.dispatchMouseEvent', { type: 'mousePressed', ...event })
    await toOpener('Input.dispatchMouseEvent', { type: 'mouseReleased', ...event })
  }

  async function closePopups() {
    for (const popup of popups) {
      const gone = new Promise<void>((resolve) => goes.set(popup, resolve))
      await devtools.send('Target.closeTarget', { targetId: popup })
      await gone
      goes.delete(popup)
    }
  }

  return {
    open,
    async close() {
      for (const stop of stops) stop()
      await devtools.send('Target.disposeBrowserContext', { browserContextId })
    },
  }
}

/** Collects the reports of one click in one opener page. Fails when they do not all come. */
function collect(front: Front, side: Side, page: string) {
  const ready = Promise.withResolvers<void>()
  const popup = Promise.withResolvers<PopupReport>()
  const clicked = Promise.withResolvers<{ at: number; returned: number }>()
  const claimed = Promise.withResolvers<number | null>()
  const missing = new Set(['ready', 'popup', 'clicked'])
  if (side === 'ours') missing.add('claimed')
  else claimed.resolve(null)

  const fail = (error: Error) => {
    for (const { reject } of [ready, popup, clicked, claimed]) reject(error)
  }
  const timer = setTimeout(
    () => fail(new Error(`${side}: no report of ${[...missing].join(', ')} came.`)),
    patience,
  )
  front.onReport = (report: Report) => {
    if (report.from === 'popup') {
      missing.delete('popup')
      popup.resolve(report)
      return
    }
    // A page that was left may still have something to say about its own popup.
    if (report.page !== page) return
    missing.delete(report.what)
    if (report.what === 'ready') ready.resolve()
    else if (report.what === 'clicked') clicked.resolve(report)
    else if (report.what === 'claimed') claimed.resolve(report.at)
    else fail(new Error(`The page's promise was rejected: ${report.message}`))
  }
  const all = Promise.all([popup.promise, clicked.promise, claimed.promise]).finally(() => {
    clearTimeout(timer)
    front.onReport = () => {}
  })
  // A failure before anyone waits for them must not end the process.
  ready.promise.catch(() => {})
  all.catch(() => {})
  return { ready: ready.promise, all }
}
