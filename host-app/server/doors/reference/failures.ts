import { errorsOf, type Endpoint } from '@bobbin/shared/api/endpoint'
import { errorTable, tokenRefusalStatus, type ErrorCode } from '@bobbin/shared/errors'
import type { Json } from './schemas.ts'

/** The server's own reasons: `unavailable` is a page's, whose back end gave it no token. */
const refusals = Object.entries(tokenRefusalStatus).filter(([reason]) => reason !== 'unavailable')

/** Every status that a code is answered with: most have one, some have one for each reason. */
export function statusesOf(code: ErrorCode): number[] {
  if (code === 'UpgradeEphemeralToken') return [...new Set(refusals.map(([, status]) => status))]
  if (code === 'InvalidName') return [409, 422]
  // A body is too large, or of another type, before anything else can be known of it.
  if (code === 'InvalidBody') return [400, 413, 415]
  return [errorTable[code].status ?? 500]
}

/** The failures of an endpoint by status, each pointing to the response that `responses` writes. */
export function failureResponses(endpoint: Endpoint): Json {
  return Object.fromEntries(
    byStatus(endpoint).map(([status, codes]) => [
      status,
      { $ref: `#/components/responses/${responseName(codes, status)}` },
    ]),
  )
}

/** Every response that `failureResponses` of these endpoints points to. */
export function sharedFailures(endpoints: readonly Endpoint[]): Json {
  const responses = endpoints
    .flatMap(byStatus)
    .map(([status, codes]) => [responseName(codes, status), failureResponse(status, codes)] as const)
  return Object.fromEntries(responses.toSorted(([one], [other]) => one.localeCompare(other)))
}

function byStatus(endpoint: Endpoint): [number, ErrorCode[]][] {
  const found = new Map<number, ErrorCode[]>()
  for (const code of errorsOf(endpoint)) {
    for (const status of statusesOf(code)) found.set(status, [...(found.get(status) ?? []), code])
  }
  return [...found].toSorted(([one], [other]) => one - other)
}

function responseName(codes: readonly ErrorCode[], status: number): string {
  return `${codes.join('_or_')}_${status}`
}

function failureResponse(status: number, codes: readonly ErrorCode[]): Json {
  const sentences = codes.map((code) => `\`${code}\`: ${sentenceOf(code, status)}`)
  return {
    description: sentences.join('\n\n'),
    headers: {
      'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' },
      ...(status === 429
        ? {
            'Retry-After': { $ref: '#/components/headers/Retry-After' },
            ...rateLimitHeaders,
          }
        : {}),
    },
    content: {
      'application/json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Error' },
            { type: 'object', properties: { error: { type: 'string', enum: codes } } },
          ],
        },
      },
    },
  }
}

function sentenceOf(code: ErrorCode, status: number): string {
  if (code === 'UpgradeEphemeralToken') {
    const reasons = refusals.filter(([, its]) => its === status)
    return `the ephemeral token was refused; \`data.reason\` is ${reasons.map(([name]) => `\`${name}\``).join(' or ')}.`
  }
  if (code === 'InvalidName' && status === 422) return 'No name can be made of the display name.'
  if (code === 'InvalidBody' && status === 413) return 'The body is too large.'
  if (code === 'InvalidBody' && status === 415) return 'The body is not `application/json`.'
  return errorTable[code].sentence
}

/** Where the caller's budget of calls stands. */
export const rateLimitHeaders: Json = {
  'RateLimit-Limit': { $ref: '#/components/headers/RateLimit-Limit' },
  'RateLimit-Remaining': { $ref: '#/components/headers/RateLimit-Remaining' },
  'RateLimit-Reset': { $ref: '#/components/headers/RateLimit-Reset' },
}
