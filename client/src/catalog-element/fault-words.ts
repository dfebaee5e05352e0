import type { Words } from './words.ts'

/** What a person is told when something did not work. The page gets the error itself. */
export function faultWords(error: unknown, words: Words): string {
  const { code, message } = facts(error)
  if (code === 'AppClosedPrematurely') return words.windowClosed
  if (code === 'AppWindowBlocked') return words.windowBlocked
  if (unreachableCodes.includes(String(code))) return words.unreachable
  if (code === 'NotLoggedIn') return words.signInFirst
  if (isSignedOut(error)) return words.signedOut
  // An error of ours has a sentence for people; any other has one for developers.
  return typeof code === 'string' && message ? message : words.wentWrong
}

/** The page's own back end is of the service, too. */
const unreachableCodes = ['RelayUnreachable', 'Unreachable', 'TokenUnavailable']
const signedOutCodes = ['SessionEnded', 'NotLoggedIn', 'LoggedOut', 'Unauthorized']

export function isSignedOut(error: unknown): boolean {
  const { code, status } = facts(error)
  return status === 401 || signedOutCodes.includes(String(code))
}

/** Whoever was never signed in keeps the list that everybody may see. */
export function hasSessionEnded(error: unknown): boolean {
  return isSignedOut(error) && facts(error).code !== 'NotLoggedIn'
}

function facts(error: unknown): { code?: unknown; status?: unknown; message?: string } {
  return typeof error === 'object' && error !== null ? error : {}
}
