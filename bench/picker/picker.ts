import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { BenchOptions } from '../bench-options.ts'
import { walkToStreams } from '../flows/walk-flow.ts'
import { startChromium, type Chromium } from '../popup/chromium.ts'
import type { Row } from '../row.ts'
import { startHostApp } from '../servers/host-app.ts'
import { inWorkFolder } from '../servers/work-folder.ts'
import { median, pairedRatio } from '../statistics.ts'

const counted = fileURLToPath(import.meta.resolve('../connectors/counted-streams.ts'))
const origin = 'https://customer.example'
const few = 1_000
const many = 100_000
/** 10 Mbit/s, in bytes. */
const throughput = 1_250_000
const patience = 60_000

/** From the navigation to the first stream that can be ticked, at 10 Mbit/s: 100,000 streams beside 1,000. */
export function measurePicker({ chromiumPath, rounds, profileFolder }: BenchOptions): Promise<Row[]> {
  if (chromiumPath === null) throw new Error('There is no Chromium; set BOBBIN_CHROMIUM to the path of one.')
  return inWorkFolder(async (folder) => {
    const hostApp = await startHostApp({ folder, origin, profileFolder, connectors: counted })
    const url = `http://localhost:${hostApp.port}`
    const chromium = await startChromium(chromiumPath, folder)
    try {
      const [token = '', other = ''] = await hostApp.createTokens(2)
      const walk = (one: string, count: number) =>
        walkToStreams({
          host: `http://127.0.0.1:${hostApp.port}`,
          url,
          origin,
          type: 'platform.bench-counted',
          token: one,
          properties: { host: String(count), password: 'secret' },
        })
      const [ofFew, ofMany] = [await walk(token, few), await walk(other, many)]
      const times = { few: new Array<number>(), many: new Array<number>() }
      for (let round = 0; round <= rounds; round += 1) {
        const pairs = [
          ['few', ofFew],
          ['many', ofMany],
        ] as const
        for (const [side, flow] of round % 2 === 0 ? pairs : pairs.toReversed()) {
          const time = await open(chromium, url, flow)
          // The first round warms up.
          if (round > 0) times[side].push(time)
        }
      }
      return [
        {
          what: `picker of ${many.toLocaleString('en')} streams usable, 10 Mbit/s`,
          unit: 'ms',
          ours: median(times.many),
          anchor: { name: `of ${few.toLocaleString('en')}`, value: median(times.few) },
          limit: { of: 'ratio', atMost: 1.2 },
          detail: { rounds, paired: pairedRatio(times.many, times.few) },
        },
      ]
    } finally {
      await chromium.stop()
      await hostApp.stop()
    }
  })
}

/** Notes when the first stream can be ticked, on the page's own clock. */
const watch = `new MutationObserver((_, observer) => {
  if (!document.querySelector('.rows li input:not([disabled])')) return
  observer.disconnect()
  const note = () => setTimeout(() => (window.usableAt ??= performance.now()))
  requestAnimationFrame(note)
  // A page that is not painted, for whatever reason, has no frames.
  setTimeout(note, 1_000)
}).observe(document, { subtree: true, childList: true })`

/** Milliseconds, in a profile of its own. */
async function open(
  { devtools }: Chromium,
  url: string,
  { flowId, cookie }: { flowId: string; cookie: string },
): Promise<number> {
  const { browserContextId } = await devtools.send('Target.createBrowserContext')
  const { targetId } = await devtools.send('Target.createTarget', { url: 'about:blank', browserContextId })
  const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: true })
  const send = (method: string, params = {}) => devtools.send(method, params, String(sessionId))
  const [name = '', value = ''] = cookie.split('=')
  try {
    await send('Network.enable')
    await send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: throughput,
      uploadThroughput: throughput,
    })
    await send('Network.setCookie', { name, value, url, path: '/', httpOnly: true, sameSite: 'Lax' })
    await send('Page.enable')
    await send('Page.addScriptToEvaluateOnNewDocument', { source: watch })
    await send('Page.navigate', { url: `${url}/connect/${flowId}` })
    for (let waited = 0; waited < patience; waited += 50) {
      const { result } = await send('Runtime.evaluate', { expression: 'window.usableAt' })
      const { value: usableAt } = result as { value?: number }
      if (usableAt !== undefined) return usableAt
      await delay(50)
    }
    const { result } = await send('Runtime.evaluate', { expression: 'document.body.innerText' })
    const { value: shown } = result as { value?: string }
    throw new Error(`No stream could be ticked; the page shows: ${shown?.slice(0, 500)}`)
  } finally {
    await devtools.send('Target.closeTarget', { targetId })
    await devtools.send('Target.disposeBrowserContext', { browserContextId })
  }
}
