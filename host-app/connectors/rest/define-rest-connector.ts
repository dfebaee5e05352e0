import type { DiscoveredStream, StreamAccess } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'
import { z } from 'zod'
import { authMethodName } from '../auth-methods.ts'
import { type Connector, type ConnectorContext, ConnectorError, type OptionsQuestion } from '../connector.ts'
import { atMost } from './at-most.ts'
import { restCalls } from './rest-calls.ts'
import type { RestConnectorData, RestIdentify } from './rest-data.ts'
import { readOptions } from './rest-options.ts'
import { restFaults } from './rest-rules.ts'
import { staticStream } from './static-stream.ts'
import { streamAsker } from './stream-access.ts'
import { filled, valueAt } from '../template.ts'

/** The connector of a service with a REST API, made of data alone. */
export function defineRestConnector(data: RestConnectorData): Connector {
  const { info, hosts, oauth, settingsGrants, afterExchange, streams, identify, options } = data
  return {
    info,
    hosts,
    ...(oauth && { oauth }),
    ...(settingsGrants && { settingsGrants }),
    ...(afterExchange && { afterExchange }),
    faults: () => restFaults(data),
    check: (context) => check(data, context),
    ...(streams && { discover: (context: ConnectorContext) => discover(data, streams, context) }),
    ...(options && {
      options: (context: ConnectorContext, question: OptionsQuestion) => readOptions(data, context, question),
    }),
    ...(identify && { identify: (context: ConnectorContext) => nameAccount(data, identify, context) }),
    config: (context) => tapConfig(data, context),
  }
}

async function check(data: RestConnectorData, context: ConnectorContext): Promise<void> {
  const { path, proof, forStrangers, mayBeRefused = false } = data.check
  context.report.phase('signing_in')
  const { http, addressOf, keyField } = restCalls(data, context)
  const isThere = (value: unknown, at: string) => (valueAt(value, at) ?? null) !== null
  const isForStrangers = (value: unknown) => forStrangers !== undefined && isThere(value, forStrangers)
  const answer = await http.tryGet(
    addressOf(path),
    z.unknown().refine((value) => isThere(value, proof) || isForStrangers(value)),
  )
  if (!('refused' in answer)) {
    if (isThere(answer.value, proof)) return
    if (keyField === null) throw new ConnectorError('AuthorizationExpired')
    throw new ConnectorError('CredentialsRejected', { field: keyField })
  }
  if (!mayBeRefused) throw answer.error
  context.report.log('The service knows who signs in.')
}

/** Asks for each stream whether it may be read, some at a time. Where none may, that is the check's failure. */
async function* discover(
  data: RestConnectorData,
  streams: NonNullable<RestConnectorData['streams']>,
  context: ConnectorContext,
): AsyncGenerator<DiscoveredStream> {
  const { manners } = data.api
  context.report.phase('reading_schema')
  const ended = new AbortController()
  const signal = AbortSignal.any([context.signal, ended.signal])
  const ask = atMost(manners?.atOnce ?? 4, streamAsker(data, { ...context, signal }))
  const asked = new Map(streams.flatMap((stream) => ('partOf' in stream ? [] : [[stream.id, ask(stream)]])))
  // What is asked for ahead may fail before anybody looks at it.
  for (const answer of asked.values()) answer.catch(() => {})
  try {
    const refused: DiscoveredStream[] = []
    let isAnyOpen = false
    let firstRefusal: ConnectorError | null = null
    for (const stream of streams) {
      const answer = await asked.get('partOf' in stream ? stream.partOf : stream.id)
      context.signal.throwIfAborted()
      const found = staticStream(stream, answer?.refused ?? null)
      if (answer) {
        firstRefusal ??= answer.error
        context.report.log(`${isolated(stream.id)} cannot be read: ${lackOf(answer.refused)}.`)
        if (!isAnyOpen) refused.push(found)
        else yield found
      } else {
        // Until now all may have been refused, and then nothing is found.
        if (!isAnyOpen) yield* refused
        isAnyOpen = true
        yield found
      }
      context.signal.throwIfAborted()
    }
    if (firstRefusal && !isAnyOpen) throw firstRefusal
  } finally {
    ended.abort(new Error('Nobody waits for it any more.'))
  }
}

function lackOf(access: StreamAccess): string {
  if (access.reason === 'needs_scope') return `the scope ${isolated(access.scope)} is missing`
  return access.reason === 'needs_plan' ? 'the plan does not have it' : 'it is not permitted'
}

async function nameAccount(
  data: RestConnectorData,
  { origin, path = data.check.path, names }: RestIdentify,
  context: ConnectorContext,
): Promise<string | null> {
  const { http, addressOf, values } = restCalls(data, context, origin)
  const answer = await http.tryGet(addressOf(path), z.unknown())
  const said = 'refused' in answer ? null : answer.value
  for (const name of names) {
    const text = filled(name, (at) => valueAt(said, at) ?? values[at])
    if (text !== null) return text
  }
  return null
}

/** As taps expect it: the start as a time, and the token by the tap's own name for it. */
function tapConfig(
  { info, config }: RestConnectorData,
  { settings, grant }: Parameters<NonNullable<Connector['config']>>[0],
): Record<string, unknown> {
  const { start_date: start } = settings
  const rest = Object.entries(settings).filter(([name]) => name !== authMethodName)
  const kept = Object.entries(grant?.kept ?? {}).filter(([name]) =>
    info.properties.some((property) => property.name === name),
  )
  return {
    ...Object.fromEntries(rest),
    ...(start !== undefined && {
      start_date: /^\d{4}-\d\d-\d\d$/.test(start) ? `${start}T00:00:00Z` : start,
    }),
    ...Object.fromEntries(kept),
    ...Object.fromEntries(
      (config?.lists ?? []).flatMap((name) =>
        settings[name] === undefined ? [] : [[name, [settings[name]]]],
      ),
    ),
    ...(grant && { [config?.accessToken ?? 'access_token']: grant.accessToken }),
    ...Object.fromEntries(
      Object.entries(grant?.others ?? {}).map(([role, other]) => [`${role}_access_token`, other.accessToken]),
    ),
  }
}
