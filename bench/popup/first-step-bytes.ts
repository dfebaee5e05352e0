import { brotliSize } from '../bytes/brotli-size.ts'

/** Bytes after brotli 11. */
export interface FirstStepBytes {
  /** The page itself: its form can be typed in before anything else has come. */
  readonly page: number
  /** The page and all that it loads for the form to work: scripts, what they import statically, preloads, styles. */
  readonly all: number
}

/** Weighs the first step of the wizard. What is only prefetched is for a later one and does not count. */
export async function weighFirstStep(hostAppPort: number, type: string): Promise<FirstStepBytes> {
  const origin = `http://127.0.0.1:${hostAppPort}`
  const page = new URL(`/connect/${'A'.repeat(22)}?function=addSource&type=${type}`, origin)
  const html = await textOf(page)
  const sizes = new Map([[page.href, brotliSize(Buffer.from(html))]])
  const waiting = namedBy(html).map((name) => new URL(name, page))
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (sizes.has(url.href) || url.origin !== origin) continue
    const text = await textOf(url)
    sizes.set(url.href, brotliSize(Buffer.from(text)))
    if (!url.pathname.endsWith('.js')) continue
    for (const [, name] of text.matchAll(/\b(?:from|import)\s*["'](\.{0,2}\/[^"']+)["']/g)) {
      waiting.push(new URL(name!, url))
    }
  }
  return { page: sizes.get(page.href)!, all: [...sizes.values()].reduce((sum, size) => sum + size, 0) }
}

/** What the page's tags name to be loaded now. */
function namedBy(html: string): string[] {
  const tags = html.match(/<(?:script|link)\b[^>]*>/g) ?? []
  return tags
    .filter((tag) => !/\brel="(?:prefetch|icon)"/.test(tag))
    .flatMap((tag) => /\b(?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? [])
}

async function textOf(url: URL): Promise<string> {
  const answer = await fetch(url, { headers: { 'Accept-Encoding': 'identity' } })
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`)
  return answer.text()
}
