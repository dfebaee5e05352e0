import { ConnectorError } from '../connector.ts'
import { valueAt } from '../template.ts'

/** How a list leads from one page to the next. Its path, as it is, is the first one. */
export type RestPaging =
  | {
      /** Where the answer has a text that stands for the next page, such as `meta.next_cursor`; nothing is there on the last. */
      readonly at: string
      /** What takes it in the address. */
      readonly parameter: string
    }
  | {
      /** Where the answer has the address of the next page, such as `links.next`: that of the list, with another query. */
      readonly url: string
    }
  | {
      /** What the next page is to this one in the header `Link`: `next`. Its address is that of the list, with another query. */
      readonly link: string
    }
  | {
      /** The parameter that takes the number of a page. */
      readonly page: string
      /** The first one's; 1 by default. */
      readonly first?: number
      /** Items of a page that is not the last, as the path asks for. */
      readonly full: number
    }
  | {
      /** The parameter that takes how many items came before. */
      readonly offset: string
      /** Items of a page that is not the last, as the path asks for. */
      readonly full: number
    }

/** A page, as it came. */
export interface ReadPage {
  /** Of the page; relative links in it start there. */
  readonly address: URL
  readonly answer: unknown
  readonly headers: Headers
  /** How many items are on it. */
  readonly items: number
}

/**
 * The address of the page that a cursor of `cursorAfter` stands for; null: the first one. Cursors come back from outside:
 * whatever one is, it changes the query of this list alone.
 *
 * @throws {ConnectorError} where it is no number and has to be one
 */
export function pageAt(paging: RestPaging | undefined, list: URL, cursor: string | null): URL {
  const address = new URL(list)
  if (!paging || cursor === null) return address
  if ('url' in paging || 'link' in paging) address.search = cursor
  else if ('at' in paging) address.searchParams.set(paging.parameter, cursor)
  else {
    const parameter = 'page' in paging ? paging.page : paging.offset
    address.searchParams.set(parameter, String(numberOf(cursor)))
  }
  return address
}

/**
 * What stands for the next page; null where there is none. `cursor`: what stood for this one. `secrets`: what no cursor may
 * hold, since it is shown to whoever asks.
 *
 * @throws {ConnectorError} where the answer leads away from the list
 */
export function cursorAfter(
  paging: RestPaging | undefined,
  cursor: string | null,
  page: ReadPage,
  secrets: readonly string[],
): string | null {
  if (!paging) return null
  if ('at' in paging) return textOf(valueAt(page.answer, paging.at))
  if ('url' in paging) return queryOf(textOf(valueAt(page.answer, paging.url)), page.address, secrets)
  if ('link' in paging) return queryOf(linkIn(page.headers, paging.link), page.address, secrets)
  if (page.items < paging.full) return null
  if ('offset' in paging) return String((cursor === null ? 0 : numberOf(cursor)) + page.items)
  return String((cursor === null ? (paging.first ?? 1) : numberOf(cursor)) + 1)
}

/** Some say by `null`, by an empty text or by `false` that there are no more. */
function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : null
}

function numberOf(cursor: string): number {
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor)
  throw new ConnectorError('VendorUnavailable', { detail: 'The cursor stands for no page.' })
}

/** Of the next page's address all that may change. Some vendors write into it what the request was signed in with. */
function queryOf(link: string | null, address: URL, secrets: readonly string[]): string | null {
  if (link === null) return null
  const next = URL.parse(link, address)
  if (next?.origin !== address.origin || next.pathname !== address.pathname) {
    throw new ConnectorError('VendorUnavailable', { detail: 'The next page is of another list.' })
  }
  for (const [name, value] of [...next.searchParams]) {
    if (secrets.some((secret) => secret !== '' && value.includes(secret)))
      next.searchParams.delete(name, value)
  }
  return next.search
}

/** `<https://a.test/?page=2>; rel="next", <…>; rel="last"` (RFC 8288). */
function linkIn(headers: Headers, relation: string): string | null {
  for (const [, target = '', parameters = ''] of (headers.get('link') ?? '').matchAll(
    /<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)/g,
  )) {
    const [, quoted, bare] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))/i.exec(parameters) ?? []
    if ((quoted ?? bare ?? '').toLowerCase().split(/\s+/).includes(relation)) return target
  }
  return null
}
