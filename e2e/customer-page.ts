import { randomUUID } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import type { FlowFunction } from '@bobbin/shared/flow-function'
import type { SourceResult } from '@bobbin/shared/window-protocol'
import type { Account } from './connect-api.ts'
import type { Screen } from './screen.ts'
import type { CustomerSetup, Report } from './servers/customer-site.ts'
import type { Stack } from './stack.ts'

/** A window with the customer page in it, of whatever browser. */
export interface CustomerWindow extends Screen {
  goto(url: string): Promise<unknown>
}

/** The customer page in a test: what a person clicks there, and what the page's own code got. */
export interface CustomerPage<Window extends CustomerWindow = Page> {
  readonly page: Window
  /** Loads the page, set up like this; the account's back end makes its tokens. */
  load(setup?: CustomerSetup, options?: { origin?: string }): Promise<void>
  /** Calls a function by a real click. */
  click(name: CustomerButton, options?: Record<string, unknown>): Promise<Call>
  /** The same, for a click that opens the wizard's window. */
  open(name: CustomerButton, options?: Record<string, unknown>): Promise<{ wizard: Window; call: Call }>
  /** The calls of this page document, in order. */
  call(number: number): Call
  /** What the page told its back end, all documents of it together. */
  reports(): Report[]
}

type CustomerButton =
  FlowFunction | 'resume' | 'resume the error' | 'retry the error' | 'focus' | 'close' | 'abort'

/** One call of a function of the client. Nothing here runs a script in the page. */
export interface Call {
  /** The value that the promise resolved with; fails if it rejects, or settles too late. */
  result(options?: { timeout?: number }): Promise<SourceResult>
  /** The error that it rejected with, as data; fails if it resolves. */
  error(options?: { timeout?: number }): Promise<PageError>
  isPending(): boolean
  /** How often it settled: 1 in the end, always. */
  settlements(): number
}

/** An error of the client as the customer page saw it. */
export interface PageError {
  readonly name: string
  readonly code?: string
  readonly message: string
  readonly reason?: string
  readonly certainty?: string
  readonly sourceId?: number
  readonly step?: string
  readonly flowId?: string
  readonly providerCode?: string
  readonly origin?: string
  readonly retryable?: boolean
  readonly docsUrl?: string
  readonly cause?: unknown
  readonly data?: Record<string, unknown>
  /** Whether it is an `instanceof` the exported class of its name. */
  readonly isInstance: boolean | null
  readonly canResume: boolean
  readonly canRetry: boolean
  /** Whether it rejected before anything else could happen in the page. */
  readonly isInSameTask: boolean
}

/**
 * How long a promise of the client may take to settle once all is done, in milliseconds. A page that cannot reach
 * the host asks again after at most 12 s, and asks once more before it believes in that.
 */
const settleLimit = 40_000

/** `awaitPopup` begins to wait for the window that will be opened next. */
export function createCustomerPage<Window extends CustomerWindow>(
  page: Window,
  awaitPopup: () => Promise<Window>,
  { stack, account }: { stack: Stack; account: Account },
): CustomerPage<Window> {
  const id = randomUUID()
  const accountName = `account-${account.id}`
  stack.customerSite.addAccount(accountName, account.accessToken)

  /** Reports of the present document only: calls count from 1 in each. */
  function reports(): Report[] {
    return stack.customerSite.reports.filter((report) => report.page === id)
  }

  function ofThisDocument(): Report[] {
    const present = reports().findLast(({ kind }) => kind === 'loaded')?.document
    return reports().filter(({ document, kind }) => document === present && kind !== 'loaded')
  }

  function call(number: number): Call {
    const settled = () =>
      ofThisDocument().filter(
        (report) => report.call === number && (report.kind === 'resolved' || report.kind === 'rejected'),
      )
    const wait = async (kind: 'resolved' | 'rejected', timeout: number) => {
      await expect
        .poll(() => settled().map((report) => `${report.kind} ${JSON.stringify(report.value)}`), { timeout })
        .toEqual([expect.stringContaining(kind)])
      return settled()[0]?.value
    }
    return {
      result: async ({ timeout = settleLimit } = {}) => (await wait('resolved', timeout)) as SourceResult,
      error: async ({ timeout = settleLimit } = {}) => (await wait('rejected', timeout)) as PageError,
      isPending: () => settled().length === 0,
      settlements: () => settled().length,
    }
  }

  const customer: CustomerPage<Window> = {
    page,
    call,
    reports,
    async load(setup = {}, { origin = stack.origins.opener } = {}) {
      const all: CustomerSetup = { account: accountName, ...setup, page: id }
      const loads = reports().filter(({ kind }) => kind === 'loaded').length
      await page.goto(`${origin}/?setup=${encodeURIComponent(JSON.stringify(all))}`)
      await expect.poll(() => reports().filter(({ kind }) => kind === 'loaded').length).toBe(loads + 1)
    },
    async click(name, options) {
      if (options) await page.getByLabel('Options').fill(JSON.stringify(options))
      // Each report is a request of its own: what became of a call may be heard before the call.
      const next = Math.max(0, ...ofThisDocument().map((report) => report.call)) + 1
      await page.getByRole('button', { name, exact: true }).click()
      return call(next)
    },
    async open(name, options) {
      const [wizard, opened] = await Promise.all([awaitPopup(), customer.click(name, options)])
      return { wizard, call: opened }
    },
  }
  return customer
}
