import { expect } from '@playwright/test'
import type { CustomerPage } from '../../customer-page.ts'
import { hosts } from '../../hosts.ts'
import type { FrontProxy } from '../../servers/front-proxy.ts'
import { progressOf } from './promises.ts'

/** The header by which a page has the browser cut it off from the page that opened it, for good. */
export const openerPolicy = 'Cross-Origin-Opener-Policy'

/** The provider as it is, and as many are: cutting the window off from the customer page. */
export const providers = [
  { provider: 'a provider', isSevering: false },
  { provider: 'a provider that cuts the window off', isSevering: true },
] as const

/** Every page of the provider cuts its window off. */
export function makeSevering(proxy: FrontProxy): void {
  proxy.rule({ host: hosts.provider }, { headers: { [openerPolicy]: 'same-origin' } })
}

/** Waits until the page has seen that it no longer reaches its window. */
export async function expectSevered(customer: Pick<CustomerPage, 'reports'>): Promise<void> {
  await expect.poll(() => progressOf(customer)).toContain('severed')
}
