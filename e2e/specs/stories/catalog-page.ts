import type { Locator, Page } from '@playwright/test'
import type { Stack } from '../../stack.ts'

/** What the test's side of the page can do; see `pages/catalog.js`. */
interface Stand {
  list: Record<string, unknown>[]
  fails: 'hang' | { code?: string; status?: number; message?: string } | null
  readonly calls: { what: string; inClick?: boolean }[]
  readonly events: {
    type: string
    slug?: string
    query?: string
    action?: string
    id?: string
    code?: string
  }[]
  readonly heard?: Map<unknown, string>
  readonly flows: { what: string; resolve(value: unknown): void; reject(facts: object): void }[]
  readonly catalog: object
  change(slug: string, change: (one: Record<string, unknown>) => object): void
}
declare global {
  interface Window {
    stand: Stand
    createStand(): Stand
    makeConnection(id: string, name: string, more?: object): object
    mount(place?: string, of?: Stand): HTMLElement
  }
}

/** The page, with the element's class there and nothing mounted: see `servers/catalog-page.ts`. */
export async function openCatalogPage(page: Page, stack: Stack): Promise<Locator> {
  await page.goto(`${stack.origins.opener}/catalog.html`)
  await page.evaluate(() => customElements.whenDefined('bobbin-catalog').then(() => {}))
  return page.locator('#place bobbin-catalog')
}

/** Lets the flow that is open end. */
export async function endFlow(page: Page, what: string, facts: object | null = null): Promise<void> {
  await page.evaluate(
    ([what, facts]) => {
      const flow = window.stand.flows.find((one) => one.what === what)
      if (!flow) throw new Error(`No flow ${what}.`)
      if (facts) flow.reject(facts)
      else flow.resolve({ id: '1', enabled: true })
    },
    [what, facts] as const,
  )
}
