import type { StreamAccess } from '@bobbin/shared/catalog'
import { z } from 'zod'
import { type ConnectorContext, ConnectorError, type ConnectorGrant, isGrantRefused } from '../connector.ts'
import { restCalls } from './rest-calls.ts'
import type { RestConnectorData, RestStream } from './rest-data.ts'
import { valueAt } from '../template.ts'

/** A stream of which the vendor, or the grant, says whether it may be read. */
type AskedStream = Exclude<RestStream, { readonly partOf: string }>
type ListedStream = Extract<RestStream, { readonly path: string }>

/** Null where it may be read; else why not, and as what a check fails that finds nothing else. */
type StreamRefusal = { readonly refused: StreamAccess; readonly error: ConnectorError } | null

/** Asks whether a stream may be read, with the grant that it is read with. */
export function streamAsker(
  data: RestConnectorData,
  context: ConnectorContext,
): (stream: AskedStream) => Promise<StreamRefusal> {
  const main = restCalls(data, context)
  return async (stream) => {
    const { role } = stream
    const grant = grantOf(context.grant, role)
    if ('grantedBy' in stream) {
      return grant?.scopes.includes(stream.grantedBy) === true ? null : withoutScope(stream.grantedBy)
    }
    if (role !== undefined && !grant) return withoutScope(stream.scope)
    const { http, addressOf } = role === undefined ? main : restCalls(data, { ...context, grant })
    try {
      const answer = await http.tryGet(addressOf(stream.path), listAt(stream.items ?? data.api.items))
      return 'refused' in answer ? explained(stream, answer, grant) : null
    } catch (error) {
      if (role === undefined || !(error instanceof ConnectorError) || !isGrantRefused(error)) throw error
      throw new ConnectorError(error.code, { role, detail: error.detail ?? undefined, cause: error })
    }
  }
}

/** The grant by its role, in the form of a main one; null where there is none. */
function grantOf(grant: ConnectorGrant | null, role: string | undefined): ConnectorGrant | null {
  if (!grant || role === undefined) return grant
  const other = grant.others?.[role]
  return other ? { ...grant, ...other } : null
}

function withoutScope(scope: string | undefined): StreamRefusal {
  const refused: StreamAccess =
    scope === undefined ? { reason: 'not_permitted' } : { reason: 'needs_scope', scope }
  return { refused, error: new ConnectorError('PermissionDenied') }
}

function listAt(items: string | undefined) {
  return z.unknown().refine((value) => Array.isArray(items === undefined ? value : valueAt(value, items)))
}

/** Where the vendor does not say why it refuses, a scope that was not granted is why, or what its documentation says. */
function explained(
  { scope, refused }: Pick<ListedStream, 'scope' | 'refused'>,
  answer: NonNullable<StreamRefusal>,
  grant: ConnectorGrant | null,
): StreamRefusal {
  if (answer.refused.reason !== 'not_permitted') return answer
  const isInScope = !grant || scope === undefined || grant.scopes.includes(scope)
  if (!isInScope) return { ...answer, refused: { reason: 'needs_scope', scope } }
  return refused ? { ...answer, refused } : answer
}
