import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { FlowState } from '@bobbin/shared/flow'
import type { PartnerPage } from '@bobbin/shared/partner-page'

/** Notices that the server shows in place of a flow; they need no script. */
export type PageNotice =
  | 'elsewhere'
  | 'expired'
  | 'invalid_link'
  | 'callback_invalid'
  | 'too_many'
  | 'not_found'
  | 'partner_request'
  | 'partner_answer'

/** A page of the wizard, as the server asks for it. */
export type WizardPage =
  | ({ readonly kind: 'flow' } & Boot)
  | ({ readonly kind: 'partner' } & PartnerPage)
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
  readonly connector: ConnectorInfo | null
  /** Null until the flow is claimed. */
  readonly state: FlowState | null
}

export const bootElementId = 'boot'

/** JSON that may stand inside a script element: nothing in it can end the element or open a comment. */
export function bootJson({ flowId, connector, state }: Boot): string {
  return JSON.stringify({ flowId, connector: state ? null : connector, state }).replace(
    /[<>\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Reads what `bootJson` wrote into the page. */
export function readBoot(page: Document): Boot {
  return JSON.parse(page.getElementById(bootElementId)?.textContent ?? 'null')
}

/** The style sheet of the later screens: fetched early, used once the first step stands. */
export const laterStyleId = 'later-style'
