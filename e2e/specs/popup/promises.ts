import { expect } from '@playwright/test'
import type { SourceResult } from '@bobbin/shared/window-protocol'
import type { Call, CustomerPage, PageError } from '../../customer-page.ts'

/** What a call must come to in the end, whatever happens to windows in between. */

/** A customer page in whatever browser; what it told counts from its last load. */
type Reporting = Pick<CustomerPage, 'reports'>

/** It resolves, once, and the page never heard of a window that closed. */
export async function expectResult(customer: Reporting, call: Call): Promise<SourceResult> {
  const result = await call.result()
  expect(call.settlements()).toBe(1)
  expect(reportsOf(customer, 'rejected')).toEqual([])
  return result
}

/** It rejects, once, with this error. */
export async function expectError(call: Call, expected: Partial<PageError>): Promise<PageError> {
  const error = await call.error()
  expect(error).toMatchObject({ isInstance: true, ...expected })
  expect(call.settlements()).toBe(1)
  return error
}

/** The types of the progress events that the page was told, in order. */
export function progressOf(customer: Reporting): string[] {
  return reportsOf(customer, 'event').map(({ value }) => (value as { type: string }).type)
}

/** How many documents of the wizard have answered the page, as it was last loaded, over the direct link. */
export function documentsMet(customer: Reporting): number {
  const messages = reportsOf(customer, 'message').map(({ value }) => (value as { data: unknown }).data)
  const ready = messages.filter(
    (data): data is { kind: 'ready'; docId: string } => (data as { kind?: unknown }).kind === 'ready',
  )
  return new Set(ready.map(({ docId }) => docId)).size
}

/** When the page was last told so, in Unix ms by its own clock. */
export function timeOf(customer: Reporting, kind: 'rejected' | 'resolved'): number {
  return reportsOf(customer, kind).at(-1)?.at ?? NaN
}

function reportsOf(customer: Reporting, kind: ReturnType<CustomerPage['reports']>[number]['kind']) {
  const reports = customer.reports()
  const present = reports.findLast((report) => report.kind === 'loaded')?.document
  return reports.filter((report) => report.kind === kind && report.document === present)
}
