/**
 * The wizard's own API, under `/connect/:id/` and the flow's cookie. Method and path only, so that the
 * wizard's first bytes carry no schema library; `wizard-api.ts` has query, body and reply by the same keys, and
 * `wizard-actions.ts` when each may be done.
 */
export const wizardRoutes = {
  getState: { method: 'GET', path: 'state' },
  /**
   * Server-sent events: `WizardEvent`s. One per document (`?doc=`); its end tells that the document has gone.
   * `&suspends=1`: its device stops pages that are out of sight.
   */
  openPresence: { method: 'GET', path: 'presence' },
  /** A hint by beacon: hidden, visible, leaving; and active, where somebody types, which puts off the flow's expiry. */
  reportPresence: { method: 'POST', path: 'presence' },
  claimForPage: { method: 'POST', path: 'claim' },
  reportProof: { method: 'POST', path: 'proof' },
  giveConsent: { method: 'POST', path: 'consent' },
  saveForm: { method: 'POST', path: 'form' },
  /**
   * The answers to `other_account`: the new account instead of the connected one, not at all, or beside it. The last two answer
   * `same_account` as well, and so does the repair of a source that was there.
   */
  replaceAccount: { method: 'POST', path: 'account/replace' },
  keepAccount: { method: 'POST', path: 'account/keep' },
  addAccount: { method: 'POST', path: 'account/add' },
  repairSource: { method: 'POST', path: 'account/repair' },
  /** Reads; what is searched for stays out of the logs of whoever writes down URLs. */
  findOptions: { method: 'POST', path: 'options/find' },
  tryOptions: { method: 'POST', path: 'options/try' },
  /** What was chosen of the authorized account. */
  saveChoices: { method: 'POST', path: 'choices' },
  startCheck: { method: 'POST', path: 'check' },
  /** Leaves the discover_schema step after a check that succeeded. */
  finishCheck: { method: 'POST', path: 'check/finish' },
  /** **Back**, the label of a step, **Edit settings**: to a step that is finished, or forth to where the flow was. */
  goToStep: { method: 'POST', path: 'step' },
  listStreams: { method: 'GET', path: 'streams' },
  /** Reads, and has more to say than fits into a URL. */
  findStreams: { method: 'POST', path: 'streams/find' },
  getStream: { method: 'GET', path: 'streams/fields' },
  saveSelection: { method: 'POST', path: 'selection' },
  cancelFlow: { method: 'POST', path: 'cancel' },
  /** **Cancel** before the claim: the claim that comes ends the flow as cancelled. */
  withdrawFlow: { method: 'POST', path: 'withdraw' },
} as const satisfies Record<string, { method: 'GET' | 'POST'; path: string }>

export type WizardRouteName = keyof typeof wizardRoutes
