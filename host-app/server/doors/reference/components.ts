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
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description:
      'The `ETag` that was read: where that is still the state, the answer is 304 and has no body.',
    schema: { type: 'string' },
  },
  'Last-Event-ID': {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'The id of the last event that was seen; the stream goes on after it.',
    schema: { type: 'string', pattern: String.raw`^\d{1,15}$` },
  },
}

/** Headers of what is sent to webhooks: those that Standard Webhooks knows, and one of our own. */
export const deliveryParameters: Json = {
  'webhook-id': {
    name: 'webhook-id',
    in: 'header',
    required: true,
    description:
      'The `id` of the event. It is the same in every attempt and in every replay: what was taken in before can be told by it.',
    schema: { type: 'string' },
  },
  'webhook-timestamp': {
    name: 'webhook-timestamp',
    in: 'header',
    required: true,
    description:
      'When this attempt was signed, in seconds since 1970. Refuse what is some minutes old: somebody may be sending again what was caught.',
    schema: { type: 'string', pattern: String.raw`^\d+$` },
  },
  'webhook-signature': {
    name: 'webhook-signature',
    in: 'header',
    required: true,
    description:
      'One signature, or two with a blank between them while a replaced secret still signs; any of them is enough. ' +
      'Each is `v1,` and, in base64, the HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`, where the body is taken ' +
      'as it came, byte for byte. The key is what stands after `whsec_` in the secret, decoded from base64.',
    schema: { type: 'string', pattern: String.raw`^v1,[\w+/]+=*( v1,[\w+/]+=*)*$` },
  },
  'bobbin-replayed': {
    name: 'bobbin-replayed',
    in: 'header',
    description: '`true` when a replay has queued it again.',
    schema: { type: 'string', const: 'true' },
  },
}

/** Headers that a reply may carry. */
export const headers: Json = {
  'X-Request-Id': { description: 'Finds the call in the log.', schema: { type: 'string' } },
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
  customer_token: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of `POST /customer/{id}/token`, for pages of the origins that it names.',
  },
  page_session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-bobbin_session-…',
    description:
      'The cookie of `POST /api/platform_user/sessions`. Its name ends differently for each origin of pages, and it counts for that origin alone.',
  },
  organisation_key: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The partner itself: its id and its secret with a colon between them, `partner_id:partner_secret`.',
  },
  app_key: {
    type: 'http',
    scheme: 'bearer',
    description: 'The key that the client made for one flow.',
  },
}
