import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'

const pages = join(import.meta.dirname, 'pages')

/** Answers for the evil host: one page and its script; see `pages/evil.js` for what it does. */
export function answerAsEvil(request: IncomingMessage, response: ServerResponse): void {
  const isScript = request.url === '/evil.js'
  const type = isScript ? 'text/javascript' : 'text/html'
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` })
  response.end(readFileSync(join(pages, isScript ? 'evil.js' : 'evil.html')))
}
