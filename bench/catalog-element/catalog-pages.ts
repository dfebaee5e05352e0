import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const dist = new URL('../../client/dist/', import.meta.url)
const mark =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="10" fill="#3a4bd8"/></svg>'

/**
 * On the page's clock: when what is shown has been painted, and how long each key took to its paint, and to the next one
 * after that, which has what the letter found.
 */
const watch = `
  window.keys = []
  window.lists = []
  const afterPaint = (done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = done
    port2.postMessage(null)
  })
  const look = () => (isThere() ? afterPaint(() => (window.paintedAt = performance.now())) : requestAnimationFrame(look))
  look()
  addEventListener('keydown', ({ timeStamp }) => afterPaint(() => {
    keys.push(performance.now() - timeStamp)
    afterPaint(() => lists.push(performance.now() - timeStamp))
  }), true)`

/** What anybody would write who wants it done. */
const list = `
  const isThere = () => document.querySelector('li')
  const connectors = await (await fetch('/connectors.json')).json()
  const make = (tag, text) => Object.assign(document.createElement(tag), { textContent: text })
  const items = connectors.map(({ name, short_description, mark_url }) => {
    const item = make('li')
    const image = Object.assign(document.createElement('img'), { src: mark_url, alt: '', width: 32, height: 32, loading: 'lazy' })
    item.append(image, make('strong', name), make('p', short_description), make('button', 'Connect'))
    return item
  })
  const all = document.createElement('ul')
  all.append(...items)
  document.body.append(all)`

const element = `
  import '/client/catalog-element.js'
  const isThere = () => catalog.shadowRoot?.querySelector('li')
  const catalog = document.createElement('bobbin-catalog')
  catalog.catalog = {
    listConnectors: async () => (await fetch('/connectors.json')).json(),
    on() {},
    off() {},
  }
  document.body.append(catalog)`

/** A search field and nothing that it searches. */
const field = `
  const isThere = () => document.querySelector('input')
  document.body.append(document.createElement('input'))`

const firsts = 'Sales Acme North Blue Cloud Data Open Smart Market Ledger Salt Mango Ocean Delta Pixel'.split(
  ' ',
)
const seconds = 'CRM Desk Base Books Mail Store Forms Drive Ads Pay Calls Maps Tasks Chat'.split(' ')
/** Names that share beginnings, so that each key leaves others standing: the worst of what is typed. */
const nameOf = (index: number) =>
  `${firsts[index % firsts.length]} ${seconds[index % seconds.length]} ${index}`

/** Serves the pages and what they show, on a port of this machine. */
export async function startCatalogPages(count: number) {
  const connectors = Array.from({ length: count }, (_, index) => ({
    type: `platform.one-${index}`,
    slug: `one-${index}`,
    name: nameOf(index),
    category: ['CRM', 'Database', 'Files', 'Support'][index % 4],
    keywords: [`word-${index}`, 'example'],
    short_description: 'Contacts, deals and whatever else there is to be read every hour.',
    description: 'Contacts, deals and whatever else there is to be read every hour, with what was changed.',
    about: 'It reads only.',
    mark_url: '/mark.svg',
    supports_multiple_connections: true,
    stage: 'released',
    connections: [],
  }))
  const json = JSON.stringify(connectors)
  const page = (script: string) =>
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Catalog</title><body>' +
    `<script type="module">${script}${watch}</script>`
  const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/element.html': ['text/html', page(element)],
    '/list.html': ['text/html', page(list)],
    '/field.html': ['text/html', page(field)],
    '/connectors.json': ['application/json', json],
    '/mark.svg': ['image/svg+xml', mark],
  }
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://bench').pathname
    const [, name] = /^\/client\/([\w-]+\.js)$/.exec(path) ?? []
    const file = name ? (['text/javascript', readFileSync(new URL(name, dist))] as const) : files[path]
    if (!file) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': `${file[0]}; charset=utf-8` }).end(file[1])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
