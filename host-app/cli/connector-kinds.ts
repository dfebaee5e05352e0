/** What `connectors new` begins, by what is connected: each is an example that is copied, and the file by which it is loaded. */
export const connectorKinds = {
  rest: { file: 'connector.ts', what: 'a service with a REST API and an API key' },
  oauth: { file: 'connector.ts', what: 'one where people sign in, at a subdomain, and choose a tenant' },
  database: { file: 'connector.ts', what: 'a database with a driver of its own' },
  tap: { file: 'connector.json', what: 'a Singer tap, a program that you bring' },
} as const

export type ConnectorKind = keyof typeof connectorKinds
