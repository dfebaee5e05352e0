import type { DiscoveredStream, StreamAccess } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'
import { z } from 'zod'
import { ConnectorError, type ConnectorContext } from '../connector.ts'
import { failureOf } from '../rest/failure-rules.ts'
import type { RestCalls } from '../rest/rest-calls.ts'
import { closedStream, type DescribedObject, describedObject, objectStream } from './object-stream.ts'
import { api, salesforceErrors } from './salesforce-api.ts'

const listedObject = z.object({
  /** It becomes a part of an address. */
  name: z.string().regex(/^[A-Za-z]\w*$/),
  queryable: z.boolean(),
  deprecatedAndHidden: z.boolean(),
})
const listedObjects = z.object({ sobjects: z.array(listedObject) })

const answers = z.object({
  compositeResponse: z.array(
    z.object({ referenceId: z.string(), httpStatusCode: z.int(), body: z.unknown() }),
  ),
})
type Answer = z.infer<typeof answers>['compositeResponse'][number]

/**
 * What a query must name records of: they cannot be read as a whole ("SOQL Object Limits and Limitations" of the SOQL
 * reference, "SOQL Operation Limitations" of the Tooling API, and the objects' own pages).
 */
const askedForSingly: ReadonlySet<string> = new Set([
  ...['ContentDocumentLink', 'ContentFolderItem', 'ContentFolderMember', 'ContentHubItem', 'IdeaComment'],
  ...['CollaborationGroupRecord', 'NewsFeed', 'UserProfileFeed', 'UserRecordAccess', 'Vote'],
  ...['DataType', 'EntityParticle', 'FieldDefinition', 'OwnerChangeOptionInfo', 'PicklistValueInfo'],
  ...['PlatformAction', 'RelationshipDomain', 'RelationshipInfo', 'SearchLayout', 'StandardAction'],
  ...['UserEntityAccess', 'UserFieldAccess'],
])

/** As many as one request takes. They count as one, too, of those that the organization has in 24 hours. */
const mostAtOnce = 25
/**
 * About as many in one answer, of 1.2 kB each. 2,000 objects of 500 fields then take 325 MB of a process's memory at most, where 600
 * of them in answers of 25 each take 365; it does not grow with how many there are.
 */
const mostFields = 4_000

/** Describes the objects that the person can query, some with each request. */
export async function* discoverObjects(
  calls: Pick<RestCalls, 'http' | 'addressOf'>,
  { settings, signal, report }: Pick<ConnectorContext, 'settings' | 'signal' | 'report'>,
): AsyncGenerator<DiscoveredStream> {
  report.phase('reading_schema')
  const { value, headers } = await calls.http.get(calls.addressOf(`${api}/sobjects`), listedObjects)
  const used = /\bapi-usage=(\d{1,12})\/(\d{1,12})\b/.exec(headers.get('sforce-limit-info') ?? '')
  if (used) report.log(`Of the organization’s ${used[2]} requests in 24 hours, ${used[1]} are used.`)
  const all = value.sobjects.filter((one) => !one.deprecatedAndHidden)
  const names = all.filter(isReadable).map(({ name }) => name)
  report.log(`${all.length} objects, of which ${names.length} can be read.`)
  const areSelected = settings['select_fields_by_default'] !== 'false'

  let most = mostAtOnce
  /** Up to so many they are doubled, and beyond it one more is tried: what is too much costs a request, and a wait. */
  let tried = mostAtOnce
  let isLate = false
  for (let from = 0; from < names.length;) {
    const batch = names.slice(from, from + most)
    const found = await describe(calls, batch).catch((error: unknown) => {
      // Some objects take longer than anybody waits: one is done without, and two in a row say that it is not they.
      if (!isTooMuch(error) || (isLate && batch.length === 1)) throw error
      return null
    })
    signal.throwIfAborted()
    isLate = found === null && batch.length === 1
    if (found !== null) yield* streamsOf(found, { areSelected, signal, report })
    else if (isLate) report.log(`${isolated(batch[0] ?? '')} is not described in time, and is left out.`)
    if (found !== null || isLate) from += batch.length
    if (found === null) {
      most = Math.ceil(batch.length / 2)
      // Where it was one object, it was not how many they are.
      tried = isLate ? mostAtOnce : most
    } else {
      const more = most < tried ? Math.min(most * 2, tried) : most + 1
      most = Math.min(mostAtOnce, more, fitting(found))
    }
  }
}

function isReadable({ name, queryable }: z.infer<typeof listedObject>): boolean {
  return queryable && !askedForSingly.has(name)
}

/** By names, what describes the objects, or why nothing does; null of one that has gone since it was listed. */
type Found = ReadonlyMap<string, Described>
type Described = DescribedObject | { readonly access: StreamAccess } | null

/** How many objects like these make an answer that is not too large. */
function fitting(found: Found): number {
  const fields = [...found.values()].map((object) =>
    object && 'fields' in object ? object.fields.length : 0,
  )
  const each = fields.reduce((sum, count) => sum + count, 0) / found.size
  return Math.max(1, Math.floor(mostFields / each))
}

function* streamsOf(
  found: Found,
  { areSelected, signal, report }: Pick<ConnectorContext, 'signal' | 'report'> & { areSelected: boolean },
): Generator<DiscoveredStream> {
  for (const [name, object] of found) {
    if (object === null) report.log(`${isolated(name)} is not there any more.`)
    else if ('access' in object) {
      report.log(`${isolated(name)} cannot be read: it is not permitted.`)
      yield closedStream(name, object.access)
    } else yield objectStream(object, areSelected)
    signal.throwIfAborted()
  }
}

async function describe(
  { http, addressOf }: Pick<RestCalls, 'http' | 'addressOf'>,
  names: readonly string[],
): Promise<Found> {
  const compositeRequest = names.map((name, index) => ({
    ...{ method: 'GET', url: `${api}/sobjects/${name}/describe`, referenceId: `object${index}` },
  }))
  const question = { allOrNone: false, compositeRequest }
  const { value } = await http.post(addressOf(`${api}/composite`), question, answers)
  const byId = new Map(value.compositeResponse.map((answer) => [answer.referenceId, answer]))
  return new Map(names.map((name, index) => [name, objectIn(byId.get(`object${index}`), name)]))
}

function isTooMuch(error: unknown): boolean {
  if (!(error instanceof ConnectorError)) return false
  const isTimeout = error.cause instanceof Error && error.cause.name === 'TimeoutError'
  return error.code === 'AnswerTooLarge' || isTimeout
}

function objectIn(answer: Answer | undefined, name: string): Described {
  if (answer?.httpStatusCode === 404) return null
  const failure = answer && failureOf(answer.httpStatusCode, answer.body, rules)
  if (failure?.code === 'PermissionDenied') return { access: failure.access ?? { reason: 'not_permitted' } }
  if (failure) throw new ConnectorError(failure.code, { detail: failure.detail })
  const object = describedObject.safeParse(answer?.body)
  if (object.success && object.data.name === name) return object.data
  throw new ConnectorError('VendorUnavailable', {
    detail: 'The service answered with something else than expected.',
  })
}

const rules = { errors: salesforceErrors, keyField: null }
