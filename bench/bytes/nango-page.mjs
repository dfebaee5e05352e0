import Nango from '@nangohq/frontend'

/** The least that a page writes to open Nango's flow; measured, never run. */
export function connect(token, onEvent) {
  return new Nango({ connectSessionToken: token }).openConnectUI({ onEvent })
}
