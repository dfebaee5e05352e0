import { brotliSize } from '../bytes/brotli-size.ts'

/**
 * Bytes, brotli 11, of all that the first step needs until it is fully alive: the page, and every script
 * and style that it names, with what those import statically. What a later step loads does not count.
 */
export async function firstStepBytes(hostAppPort: number, type: string): Promise<number> {
  const origin = `http://127.0.0.1:${hostAppPort}`
  const page = new URL(`/connect/${'A'.repeat(22)}?function=addSource&type=${type}`, origin)
  const html = await textOf(page)
  const seen = new Map([[page.href, brotliSize(Buffer.from(html))]])
  const waiting = namesIn(html, /<(?:script|link)\b[^>]*\b(?:src|href)="([^"#]+)"/g).map(
    (name) => new URL(name, page),
  )
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (seen.has(url.href) || url.origin !== origin) continue
    const text = await textOf(url)
    seen.set(url.href, brotliSize(Buffer.from(text)))
    if (!url.pathname.endsWith('.js')) continue
    const base = url
    waiting.push(
      ...namesIn(text, /\b(?:from|import)\s*["'](\.{0,2}\/[^"']+)["']/g).map((name) => new URL(name, base)),
    )
  }
  return [...seen.values()].reduce((sum, size) => sum + size, 0)
}

async function textOf(url: URL): Promise<string> {
  const answer = await fetch(url, { headers: { 'Accept-Encoding': 'identity' } })
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`)
  return answer.text()
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name!)
}
