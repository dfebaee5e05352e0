import type { Json } from './schemas.ts'

const integer = { type: 'integer', minimum: 0 }

/** Headers that a call may carry. */
export const parameters: Json = {
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'Names this call: 1 to 255 visible ASCII characters, best a random UUID.',
    schema: { type: 'string', pattern: String.raw`^[\x21-\x7e]{1,255}$` },
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description: 'The `ETag` that was read: the change is made only while that is still the state.',
    schema: { type: 'string' },
  },
  'Last-Event-ID': {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'The id of the last event that was seen; the stream goes on after it.',
    schema: { type: 'string', pattern: String.raw`^\d{1,15}$` },
  },
}

/** Headers that a reply may carry. */
export const headers: Json = {
  'X-Request-Id': { description: 'Finds the call in the log.', schema: { type: 'string', format: 'uuid' } },
  ETag: { description: 'The version of what was answered, for `If-Match`.', schema: { type: 'string' } },
  'Idempotency-Replayed': {
    description: '`true` when this is the kept reply to an earlier call with the same key.',
    schema: { type: 'string', const: 'true' },
  },
  'Retry-After': { description: 'Seconds to wait.', schema: integer },
  'RateLimit-Limit': { description: 'Calls that may be made in a minute.', schema: integer },
  'RateLimit-Remaining': { description: 'Calls that are left of them.', schema: integer },
  'RateLimit-Reset': { description: 'Seconds until the count starts over.', schema: integer },
}

/** The partner's credentials are fields of the body: no scheme here. */
export const securitySchemes: Json = {
  access_token: {
    type: 'http',
    scheme: 'bearer',
    description: "An access token of the account. For back ends only: it reads the sources' credentials.",
  },
  app_key: {
    type: 'http',
    scheme: 'bearer',
    description: 'The key that the client made for one flow.',
  },
}
