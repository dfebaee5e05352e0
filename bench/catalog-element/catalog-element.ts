import { setTimeout as delay } from 'node:timers/promises'
import type { BenchOptions } from '../bench-options.ts'
import { startChromium, type Chromium } from '../popup/chromium.ts'
import type { Row } from '../row.ts'
import { inWorkFolder } from '../servers/work-folder.ts'
import { median, pairedRatio, percentile } from '../statistics.ts'
import { startCatalogPages } from './catalog-pages.ts'

const count = 2_000
/** A word that many have, then one that few have, taken back letter by letter. */
const typed = 'sales maps 165'
const frame = 1_000 / 60
/** Milliseconds from seeing the list to the first key, and from a paint to the next key: somebody who types fast. */
const lookTime = 1_000
const typingPause = 60
const patience = 60_000

/**
 * 2,000 connectors: the first paint of `<bobbin-catalog>` beside a plain list of the same, and keys in its search beside
 * keys in a field of a page that has nothing else: on a machine that is slow to paint, those are more than a frame.
 */
export function measureCatalogElement({ chromiumPath, rounds }: BenchOptions): Promise<Row[]> {
  if (chromiumPath === null) throw new Error('There is no Chromium; set BOBBIN_CHROMIUM to the path of one.')
  return inWorkFolder(async (folder) => {
    const pages = await startCatalogPages(count)
    const chromium = await startChromium(chromiumPath, folder)
    try {
      const times = { element: new Array<number>(), list: new Array<number>(), field: new Array<number>() }
      const keys = { element: new Array<number>(), list: new Array<number>(), field: new Array<number>() }
      const lists = { element: new Array<number>(), list: new Array<number>(), field: new Array<number>() }
      for (let round = 0; round <= rounds; round += 1) {
        const sides = ['element', 'list', 'field'] as const
        for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
          const seen = await open(chromium, `${pages.url}/${side}.html`, fields[side])
          // The first round warms up.
          if (round === 0) continue
          times[side].push(seen.painted)
          keys[side].push(...seen.keys)
          lists[side].push(...seen.lists)
        }
      }
      const of = `${count.toLocaleString('en')} connectors`
      const rows: Row[] = [
        {
          what: `catalog element, first paint of ${of}`,
          unit: 'ms',
          ours: median(times.element),
          anchor: { name: 'plain list', value: median(times.list) },
          limit: { of: 'ratio', atMost: 1.2 },
          detail: { rounds, paired: pairedRatio(times.element, times.list) },
        },
        {
          what: `catalog element, p95 from key to paint in ${of}`,
          unit: 'ms',
          ours: percentile(keys.element, 0.95),
          anchor: { name: 'a frame', value: frame },
          limit: { of: 'ratio', atMost: 1.3 },
          detail: {
            keys: keys.element.length,
            median: median(keys.element),
            worst: Math.max(...keys.element),
          },
        },
        {
          what: 'the same, beside a page that is a field and nothing else',
          unit: 'ms',
          ours: percentile(keys.element, 0.95),
          anchor: { name: 'a field', value: percentile(keys.field, 0.95) },
          limit: null,
          detail: { median: median(keys.field), worst: Math.max(...keys.field) },
        },
        {
          what: 'p95 from key to the paint of what it found',
          unit: 'ms',
          ours: percentile(lists.element, 0.95),
          anchor: { name: 'the second frame of a field', value: percentile(lists.field, 0.95) },
          limit: null,
          detail: { median: median(lists.element), worst: Math.max(...lists.element) },
        },
      ]
      return rows
    } finally {
      await chromium.stop()
      await pages.stop()
    }
  })
}

/** Where each page is typed into. */
const fields = {
  element: "document.querySelector('bobbin-catalog').shadowRoot.querySelector('input')",
  list: null,
  field: "document.querySelector('input')",
}

/** Opens a page in a profile of its own; types into its field, if it has one. */
async function open(
  { devtools }: Chromium,
  url: string,
  field: string | null,
): Promise<{ painted: number; keys: number[]; lists: number[] }> {
  const { browserContextId } = await devtools.send('Target.createBrowserContext')
  const { targetId } = await devtools.send('Target.createTarget', { url: 'about:blank', browserContextId })
  const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: true })
  const send = (method: string, params = {}) => devtools.send(method, params, String(sessionId))
  const ask = async (expression: string) => {
    const { result } = await send('Runtime.evaluate', { expression, returnByValue: true })
    return (result as { value?: unknown }).value
  }
  async function until<Value>(expression: string): Promise<Value> {
    for (let waited = 0; waited < patience; waited += 20) {
      const value = await ask(expression)
      if (value !== undefined) return value as Value
      await delay(20)
    }
    throw new Error(`${url} never had ${expression}.`)
  }
  try {
    await send('Page.enable')
    await send('Page.navigate', { url })
    const painted = await until<number>('window.paintedAt')
    if (field === null) return { painted, keys: [], lists: [] }
    await ask(`${field}.focus()`)
    await delay(lookTime)
    const presses = [
      ...typed.split('').map((text) => ({ type: 'keyDown', text, key: text })),
      ...typed.split('').map(() => ({ type: 'keyDown', key: 'Backspace', windowsVirtualKeyCode: 8 })),
    ]
    for (const [index, press] of presses.entries()) {
      await send('Input.dispatchKeyEvent', press)
      await send('Input.dispatchKeyEvent', { ...press, type: 'keyUp', text: undefined })
      await until(`window.lists.length > ${index} ? true : undefined`)
      await delay(typingPause)
    }
    return {
      painted,
      keys: (await ask('window.keys')) as number[],
      lists: (await ask('window.lists')) as number[],
    }
  } finally {
    await devtools.send('Target.closeTarget', { targetId })
    await devtools.send('Target.disposeBrowserContext', { browserContextId })
  }
}
