import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'

const pages = join(import.meta.dirname, 'pages')
const types: Readonly<Record<string, string>> = {
  '/catalog.html': 'text/html',
  '/catalog.css': 'text/css',
  '/catalog.js': 'text/javascript',
  '/live-catalog.html': 'text/html',
  '/live-catalog.js': 'text/javascript',
}
const mark =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="10" fill="#3a4bd8"/></svg>'

/**
 * The customer's pages with the catalog's element on them (`pages/catalog.js` directs what it shows; `pages/live-catalog.js`
 * has it ask the host), under the strictest
 * policy that a page can have. False where the path is none of its own.
 */
export function answerCatalogPage(path: string, hostOrigin: string, response: ServerResponse): boolean {
  if (path === '/mark.svg') {
    response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(mark)
    return true
  }
  const type = types[path]
  if (!type) return false
  const policy =
    `default-src 'none'; script-src 'self' ${hostOrigin}; style-src 'self'; img-src 'self' data:; ` +
    `connect-src 'self' ${hostOrigin}; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'`
  response
    .writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy })
    .end(readFileSync(join(pages, path), 'utf8').replace('{{HOST}}', hostOrigin))
  return true
}
