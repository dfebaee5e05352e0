import { errorsOf, type Endpoint } from '@bobbin/shared/api/endpoint'
import { reasonsOf, type ReasonFacts } from '@bobbin/shared/error-reasons'
import { errorTable, statusOf, type ErrorCode } from '@bobbin/shared/errors'
import type { Json } from './schemas.ts'

/** The reasons of a code that a caller of the REST API meets. */
function restReasons(code: ErrorCode): [string, ReasonFacts][] {
  return Object.entries(reasonsOf(code)).filter(([, { met }]) => met === undefined)
}

/** Every status that a code is answered with: its own, and those of its reasons. */
export function statusesOf(code: ErrorCode): number[] {
  return [...new Set([statusOf(code), ...restReasons(code).map(([reason]) => statusOf(code, reason))])]
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

/** What the code says where this is its status, and what its reasons mean. */
function sentenceOf(code: ErrorCode, status: number): string {
  const reasons = restReasons(code).filter(([reason]) => statusOf(code, reason) === status)
  const own = statusOf(code) === status ? [errorTable[code].sentence] : []
  const told = reasons.map(([reason, { sentence }]) => `\`data.reason\` \`${reason}\`: ${sentence}`)
  return [...own, ...told].join(' ')
}

/** Where the caller's budget of calls stands. */
export const rateLimitHeaders: Json = {
  'RateLimit-Limit': { $ref: '#/components/headers/RateLimit-Limit' },
  'RateLimit-Remaining': { $ref: '#/components/headers/RateLimit-Remaining' },
  'RateLimit-Reset': { $ref: '#/components/headers/RateLimit-Reset' },
}
