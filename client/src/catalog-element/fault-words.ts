import type { Words } from './words.ts'

/** What a person is told when something did not work. The page gets the error itself. */
export function faultWords(error: unknown, words: Words): string {
  const { code, message } = facts(error)
  if (code === 'AppClosedPrematurely') return words.windowClosed
  if (code === 'AppWindowBlocked') return words.windowBlocked
  if (code === 'RelayUnreachable' || code === 'Unreachable') return words.unreachable
  if (isSignedOut(error)) return words.signedOut
  // An error of ours has a sentence for people; any other has one for developers.
  return typeof code === 'string' && message ? message : words.wentWrong
}

const signedOutCodes = ['SessionEnded', 'NotLoggedIn', 'LoggedOut', 'Unauthorized']

export function isSignedOut(error: unknown): boolean {
  const { code, status } = facts(error)
  return status === 401 || signedOutCodes.includes(String(code))
}

function facts(error: unknown): { code?: unknown; status?: unknown; message?: string } {
  return typeof error === 'object' && error !== null ? error : {}
}
