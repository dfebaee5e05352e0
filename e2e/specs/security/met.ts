import { expect } from '@playwright/test'
import type { CustomerPage } from '../../customer-page.ts'
import { documentsMet } from '../popup/promises.ts'

/** Waits until page and wizard have found each other: from here on the flow is claimed and proven. */
export async function expectMet(customer: CustomerPage): Promise<void> {
  await expect.poll(() => documentsMet(customer)).toBeGreaterThan(0)
}
