import type { FlowConnector } from './connector-info.ts'
import type { FlowState } from './flow.ts'
import type { PartnerPage } from './partner-page.ts'

/** Notices that the server shows in place of a flow; they need no script. */
export type PageNotice =
  | 'elsewhere'
  | 'expired'
  | 'invalid_link'
  | 'callback_invalid'
  | 'too_many'
  | 'not_found'
  | 'unavailable'
  | 'failed'
  | 'partner_request'
  | 'partner_answer'

/** A page of the wizard, as the server asks for it. */
export type WizardPage =
  | ({ readonly kind: 'opened' } & OpenedPage)
  | ({ readonly kind: 'flow' } & Boot)
  | ({ readonly kind: 'partner' } & PartnerPage)
  /** The host's own address. */
  | { readonly kind: 'home' }
  | {
      readonly kind: 'notice'
      readonly notice: PageNotice
      /** Where the person can go on, as a path of our own. */
      readonly backTo?: string
    }

/** What the page hands to its script: the flow, and all that is known of it so far. */
export interface Boot {
  readonly flowId: string
  /** Known from the URL before any claim, so that the form is there at once. */
  readonly connector: FlowConnector | null
  /** Null until the flow is claimed. */
  readonly state: FlowState | null
}

/** The first page of a window that xkit.js opens: it tells its opener that it is there, and is led on. */
export interface OpenedPage {
  /** The one page that is told; null: none. */
  readonly opener: string | null
  /** Whether its one-time token logged it in, or it brought none yet. */
  readonly isWelcome: boolean
}
