import type { Ready } from '@bobbin/shared/window-protocol'
import type { CustomerPage } from '../../customer-page.ts'

/** What pages of this origin have sent to the customer page. */
export function messagesFrom(customer: CustomerPage, origin: string): unknown[] {
  return customer
    .reports()
    .filter(({ kind }) => kind === 'message')
    .map(({ value }) => value as { origin: string; data: unknown })
    .flatMap((message) => (message.origin === origin ? [message.data] : []))
}

/** How documents of the wizard have answered the customer page. */
export function readies(customer: CustomerPage, wizardOrigin: string): Ready[] {
  return messagesFrom(customer, wizardOrigin).filter(
    (data): data is Ready => (data as { kind?: unknown }).kind === 'ready',
  )
}
