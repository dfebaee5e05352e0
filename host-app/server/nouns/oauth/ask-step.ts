import { EndpointRefused, resolveEndpoint } from '../../../connectors/endpoints.ts'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { filled, valueAt } from '../../../connectors/template.ts'
import type { TokenStep } from '../../../connectors/token-step.ts'
import type { HostPattern } from '../../../connectors/vendor-hosts.ts'
import { keptValues } from '../credentials/credentials.ts'
import type { OAuthClient } from '../oauth-clients/oauth-clients.ts'
import { readChallenge } from './challenge.ts'
import { ClientKeyFault } from './client-assertion.ts'
import { authenticateClient } from './client-authentication.ts'
import {
  type AskParts,
  askProvider,
  causeOf,
  type ProviderReply,
  type Unreachable,
} from './provider-reply.ts'
import { readRefusalWords, scrubSaid } from './refusal-words.ts'
import { readLifetime, readScope, withoutRefreshToken } from './reply-values.ts'
import { refusals, type TokenAnswer } from './request-token.ts'

export interface StepRequest extends AskParts {
  readonly step: TokenStep
  /** What `{name}` stands for, secrets included. */
  readonly values: Readonly<Record<string, string>>
  /** Who asks, where the step says who. */
  readonly client: OAuthClient | null
  readonly hosts: readonly HostPattern[] | undefined
  readonly dialect: Pick<OAuthProvider, 'basicEncoding' | 'quirks'>
  /** A grant is there already, of which a page or an address that is no more says nothing. */
  readonly isRenewal: boolean
}

export type StepAnswer = Answered | Exclude<TokenAnswer, { kind: 'granted' }>

export interface Answered {
  readonly kind: 'answered'
  /** By name, what the step keeps; `scope` with blanks between. */
  readonly kept: Readonly<Record<string, string>>
  /** How long the token lives, in milliseconds; null where the answer does not say. */
  readonly lifetime: number | null
}

/** Asks steps one after the other, all within the time of one; the first that is not answered is the last. */
export async function askSteps(
  request: Omit<StepRequest, 'step'>,
  steps: readonly TokenStep[],
): Promise<StepAnswer> {
  const until = performance.now() + request.timeout
  let all: Answered = { kind: 'answered', kept: {}, lifetime: null }
  for (const step of steps) {
    const values = { ...request.values, ...all.kept }
    const timeout = Math.max(1, Math.floor(until - performance.now()))
    const answer = await askStep({ ...request, step, values, timeout })
    if (answer.kind !== 'answered') return answer
    all = withAnswer(all, answer)
  }
  return all
}

/** What came with a token is of no use to the one that takes its place, but its scopes. */
function withAnswer(before: Answered, { kept, lifetime }: Answered): Answered {
  if (kept['access_token'] === undefined) {
    return { ...before, kept: { ...before.kept, ...kept }, lifetime: lifetime ?? before.lifetime }
  }
  return { kind: 'answered', kept: { ...withoutRefreshToken(before.kept), ...kept }, lifetime }
}

/** Asks one step. Resolves whatever the vendor does; nothing of its answers, and no secret, is logged or thrown. */
export async function askStep(request: StepRequest): Promise<StepAnswer> {
  const { step, values, hosts, isRenewal } = request
  try {
    // Each time anew, whatever an answer before said.
    const address = resolveEndpoint(step.endpoint, keptValues(values), hosts)
    const { url, secrets, ...message } = await encodeStep(request, address)
    const answer = await askProvider(request, url, message)
    return answer.kind === 'reply' ? readAnswer(request, answer, secrets) : answer
  } catch (error) {
    if (error instanceof ClientKeyFault) {
      return { kind: 'refused', code: 'invalid_client', said: error.message, retryAfter: null }
    }
    if (!(error instanceof EndpointRefused)) return unreachable(causeOf(error), null)
    return isRenewal
      ? unreachable(error.message, null)
      : { kind: 'refused', code: null, said: error.message, retryAfter: null }
  }
}

async function encodeStep({ step, values, client, dialect }: StepRequest, address: string) {
  const { method = 'POST', format = 'form', clientAuthentication: way } = step
  const secrets = [client?.secret ?? '']
  const used = (value = '') => {
    secrets.push(value)
    return value
  }
  const fill = (texts: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      Object.entries(texts).flatMap(([name, text]): [string, string][] => {
        const value = filled(text, (path) => used(values[path]))
        return value === null ? [] : [[name, value]]
      }),
    )
  const us =
    way && client
      ? await authenticateClient({ ...dialect, clientAuthentication: way }, client, address)
      : null
  // The step's own come first, so that none of them can say that somebody else asks.
  const fields = { ...fill(step.parameters), ...us?.assertion, ...us?.parameters }
  const own = { ...fill(step.headers), ...us?.headers }
  secrets.push(...Object.values({ ...us?.assertion, ...us?.parameters, ...us?.headers }))
  const headers = { accept: 'application/json', ...own }
  if (method === 'GET') {
    const url = new URL(address)
    for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value)
    return { url: url.href, method, headers, secrets }
  }
  const isJson = format === 'json'
  return {
    ...{ url: address, method, secrets },
    headers: { ...headers, ...(isJson && { 'content-type': 'application/json' }) },
    body: isJson ? JSON.stringify(fields) : new URLSearchParams(fields),
  }
}

function readAnswer(
  { step, dialect: { quirks = {} }, isRenewal, now }: StepRequest,
  { response, text, retryAfter }: ProviderReply,
  secrets: readonly string[],
): StepAnswer {
  const { status, headers } = response
  const body = parseFields(text ?? '')
  const kept = response.ok && body ? readKept(step, body, quirks.grantedScopeSeparator ?? ' ') : null
  if (kept) {
    const said = valueAt(body, step.keeps?.['expires_in'] ?? '')
    return { kind: 'answered', kept, lifetime: readLifetime(said, step.lifetimeUnit, now()) }
  }
  const ended = isRenewal ? quirks.endedGrantCodes : []
  const words = readRefusalWords(body ?? text ?? '', ended)
  const said = scrubSaid(words.said, secrets)
  const refused = (code: string | null): StepAnswer => ({
    ...{ kind: 'refused', code, retryAfter },
    ...(said !== undefined && { said }),
  })
  // Some say in a sentence alone that they do not know our client, and with a status that means something else.
  const rejected = quirks.rejectedClientCodes?.find((code) => startsWith(words.said, code))
  if (rejected !== undefined) return refused(rejected)
  if (step.endedStatuses?.includes(status)) {
    const isSlow = retryAfter !== null || headers.get('x-ratelimit-remaining') === '0'
    return isSlow ? unreachable(`status ${status}`, retryAfter) : refused('invalid_grant')
  }
  const challenge =
    status === 401 ? readRefusalWords(readChallenge(headers.get('www-authenticate')), ended) : null
  const code = words.code ?? challenge?.code ?? null
  if (isRenewal && code === null && !refusals.has(status)) return unreachable(`status ${status}`, retryAfter)
  return refused(code)
}

/** What the provider may well leave out. */
const maybe: ReadonlySet<string> = new Set(['refresh_token', 'scope'])

/** Null where the answer lacks something that was to be kept of it. */
function readKept(
  { keeps = {} }: TokenStep,
  body: Readonly<Record<string, unknown>>,
  scopeSeparator: string,
): Record<string, string> | null {
  const kept: Record<string, string> = {}
  for (const [name, path] of Object.entries(keeps)) {
    if (name === 'expires_in') continue
    const value = valueAt(body, path)
    const text = name === 'scope' ? readScope(value, scopeSeparator) : readValue(value)
    if (text) kept[name] = text
    else if (!maybe.has(name)) return null
  }
  return kept
}

function readValue(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

function parseFields(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function startsWith(text: string | undefined, start: string): boolean {
  return text?.toLowerCase().startsWith(start.toLowerCase()) ?? false
}

function unreachable(cause: string, retryAfter: number | null): Unreachable {
  return { kind: 'unreachable', cause, retryAfter }
}
