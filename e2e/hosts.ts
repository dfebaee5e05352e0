/** The hosts of the tests: different sites, but for the pair under `corp.localhost`, which is one. */
export const hosts = {
  /** The customer page. */
  opener: 'opener.localhost',
  /** A second customer page, of another origin. */
  opener2: 'opener2.localhost',
  /** A customer page that runs xkit.js. */
  xkit: 'xkit.localhost',
  /** The host app. */
  wizard: 'wizard.localhost',
  /** The demo provider with its data API. */
  provider: 'provider.localhost',
  /** Somebody who means harm. */
  evil: 'evil.localhost',
  /** A customer page on the same site as the host app beside it. */
  corpOpener: 'opener.corp.localhost',
  corpWizard: 'wizard.corp.localhost',
} as const
