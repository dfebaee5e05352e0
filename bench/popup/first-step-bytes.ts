import { brotliSize } from '../bytes/brotli-size.ts'

/** Bytes after brotli 11. */
export interface FirstStepBytes {
  /** The page itself: its form can be typed in before anything else has come. */
  readonly page: number
  /** With what comes before the first key: the scripts that do not wait until all is idle, and what they import. */
  readonly early: number
  /** With all that the form needs to work. */
  readonly all: number
}

/** Weighs the first step of the wizard, by what its page names. */
export async function weighFirstStep(hostAppPort: number, type: string): Promise<FirstStepBytes> {
  const origin = `http://127.0.0.1:${hostAppPort}`
  const page = new URL(`/connect/${'A'.repeat(22)}?function=addSource&type=${type}`, origin)
  const html = await textOf(page)
  const sizes = new Map([[page.href, brotliSize(Buffer.from(html))]])

  /** The sum of all so far, with these and what they import. */
  async function add(names: readonly string[]): Promise<number> {
    const waiting = names.map((name) => new URL(name, page))
    for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
      if (sizes.has(url.href) || url.origin !== origin) continue
      const text = await textOf(url)
      sizes.set(url.href, brotliSize(Buffer.from(text)))
      if (!url.pathname.endsWith('.js')) continue
      for (const [, name] of text.matchAll(/\b(?:from|import)\s*["'](\.{0,2}\/[^"']+)["']/g)) {
        waiting.push(new URL(name!, url))
      }
    }
    return [...sizes.values()].reduce((sum, size) => sum + size, 0)
  }

  return {
    page: await add([]),
    early: await add(namedBy(html, ['src', 'href', 'data-script'])),
    all: await add(namedBy(html, ['data-modules', 'data-style'])),
  }
}

/** What these attributes of the page's tags name. */
function namedBy(html: string, attributes: readonly string[]): string[] {
  const tags = html.match(/<(?:script|link)\b[^>]*>/g) ?? []
  const value = (tag: string, attribute: string) =>
    new RegExp(` ${attribute}="([^"]+)"`).exec(tag)?.[1]?.split(' ')
  return tags
    .filter((tag) => !/\brel="icon"/.test(tag))
    .flatMap((tag) => attributes.flatMap((attribute) => value(tag, attribute) ?? []))
}

async function textOf(url: URL): Promise<string> {
  const answer = await fetch(url, { headers: { 'Accept-Encoding': 'identity' } })
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`)
  return answer.text()
}
