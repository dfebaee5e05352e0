/** How a connection stands. Numbers, and from a number its name, as in xkit's client. */
export const ConnectionStatus = {
  NotInstalled: 0,
  Error: 1,
  Connected: 2,
  0: 'NotInstalled',
  1: 'Error',
  2: 'Connected',
} as const
export type ConnectionStatus = 0 | 1 | 2

export const AuthorizationStatus = {
  awaiting_callback: 'awaiting_callback',
  retrieving_tokens: 'retrieving_tokens',
  active: 'active',
  error: 'error',
} as const
export type AuthorizationStatus = keyof typeof AuthorizationStatus
