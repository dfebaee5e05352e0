import {
  type AskedRequest,
  type FakeAnswer,
  type FakeVendor,
  startFakeVendor,
} from '../rest/fake-vendor.testing.ts'
import { type FakeObject, type FakeOrg, fakeOrgs } from './fake-orgs.testing.ts'
import {
  type FakeSalesforceOAuth,
  fakeSalesforceOAuth,
  type SignInPlace,
} from './fake-salesforce-oauth.testing.ts'

/*
 * Salesforce as its documentation tells of it: organizations at hosts of their own, grants, objects and their descriptions,
 * one by one or some at once, versions, the requests of a day, and refusals. `fake-salesforce.test.ts` holds it to jsforce.
 */

export interface FakeSalesforce extends FakeVendor {
  readonly oauth: FakeSalesforceOAuth
  readonly orgs: readonly FakeOrg[]
  orgAt(domain: string): FakeOrg
}

export async function startFakeSalesforce(): Promise<FakeSalesforce> {
  const orgs = fakeOrgs()
  const oauth = fakeSalesforceOAuth()
  const vendor = await startFakeVendor((request) => {
    const at = placeAt(request.host.toLowerCase())
    return oauth.answer(request, at) ?? answerOf(request, at)
  })
  return Object.assign(vendor, { oauth, orgs, orgAt })

  function orgAt(domain: string): FakeOrg {
    const found = orgs.find((one) => one.domain === domain)
    if (!found) throw new Error(`There is no ${domain}.`)
    return found
  }

  /** `salesforce.com`, or `salesforce.localhost`, where it is dialled without `inPlace`. */
  function placeAt(host: string): SignInPlace | null {
    const [, name = ''] = /^(.+)\.salesforce\.(?:com|localhost:\d+)$/.exec(host) ?? []
    if (name === 'login') return { org: orgAt('acme'), isOwn: false }
    if (name === 'test') return { org: orgAt('acme--uat.sandbox'), isOwn: false }
    const org = orgs.find(({ domain }) => name === `${domain}.my`)
    return org ? { org, isOwn: true } : null
  }

  function answerOf(request: AskedRequest, at: SignInPlace | null): FakeAnswer {
    if (!at?.isOwn) return fail(404, 'NOT_FOUND')
    const [, bearer = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
    const token = oauth.tokens.get(bearer)
    const { org } = at
    if (token?.org !== org) return fail(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
    if (!token.scopes.includes('api')) {
      return fail(401, 'INVALID_SESSION_ID', 'This session is not valid for use with the REST API')
    }
    if (!org.hasApi)
      return fail(403, 'API_DISABLED_FOR_ORG', 'The REST API is not enabled for this Organization.')
    if (org.used >= org.most) return fail(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')
    org.used += 1
    const { method, url, body } = request
    const answer = resource(org, { method, path: url.pathname + url.search, body })
    return { ...answer, headers: { 'sforce-limit-info': `api-usage=${org.used}/${org.most}` } }
  }
}

interface Question {
  readonly method: string
  readonly path: string
  readonly body: string
}

function resource(org: FakeOrg, { method, path, body }: Question): FakeAnswer {
  const url = new URL(path, 'https://salesforce.test')
  const [, version = '', rest = ''] = /^\/services\/data\/v(\d\d)\.0(\/.*)?$/.exec(url.pathname) ?? []
  if (Number(version) < 31 || Number(version) > 68) return fail(404, 'NOT_FOUND')
  const api = `/services/data/v${version}.0`
  if (rest === '/composite' && method === 'POST') return composite(org, api, body)
  if (method !== 'GET') return fail(405, 'METHOD_NOT_ALLOWED')
  if (rest === '' || rest === '/') return { body: { sobjects: `${api}/sobjects`, query: `${api}/query` } }
  if (/^\/query\/?$/.test(rest)) return query(org, url.searchParams.get('q') ?? '')
  if (/^\/sobjects\/?$/.test(rest)) return { body: list(org, api) }
  const name = /^\/sobjects\/(\w+)\/describe\/?$/.exec(rest)?.[1] ?? ''
  const object = org.objects.get(name)
  if (!object) return fail(404, 'NOT_FOUND')
  return object.failure
    ? fail(object.failure.status, object.failure.errorCode)
    : { body: about(name, object, api) }
}

interface Composite {
  readonly compositeRequest: readonly { method: string; url: string; referenceId: string; body?: unknown }[]
}

/** Some questions as one, each answered for itself. */
function composite(org: FakeOrg, api: string, body: string): FakeAnswer {
  const { compositeRequest: asked } = JSON.parse(body) as Composite
  if (asked.length === 0 || asked.length > 25) return fail(400, 'LIMIT_EXCEEDED')
  const ids = new Set(asked.map(({ referenceId }) => referenceId))
  if (ids.size < asked.length || [...ids].some((id) => !/^[A-Za-z]\w*$/.test(id)))
    return fail(400, 'INVALID_INPUT')
  const compositeResponse = asked.map(({ method, url, referenceId }) => {
    const { status = 200, body: said } = url.startsWith(`${api}/sobjects/`)
      ? resource(org, { method, path: url, body: '' })
      : fail(400, 'INVALID_INPUT')
    return { body: said, httpHeaders: {}, httpStatusCode: status, referenceId }
  })
  return { body: { compositeResponse } }
}

function query(org: FakeOrg, text: string): FakeAnswer {
  if (!/^SELECT [\w, ]+ FROM Organization(?: LIMIT 1)?$/.test(text)) return fail(400, 'MALFORMED_QUERY')
  const attributes = { type: 'Organization', url: `/services/data/v66.0/sobjects/Organization/${org.id}` }
  return { body: { totalSize: 1, done: true, records: [{ attributes, Id: org.id, Name: org.name }] } }
}

function list({ objects }: FakeOrg, api: string): object {
  const sobjects = [...objects].map(([name, object]) => brief(name, object, api))
  return { encoding: 'UTF-8', maxBatchSize: 200, sobjects }
}

function brief(name: string, { queryable }: FakeObject, api: string): object {
  return {
    ...{
      name,
      label: name,
      labelPlural: `${name}s`,
      keyPrefix: null,
      custom: name.endsWith('__c'),
      queryable,
    },
    ...{
      deprecatedAndHidden: false,
      retrieveable: queryable,
      replicateable: queryable,
      createable: queryable,
    },
    urls: { sobject: `${api}/sobjects/${name}`, describe: `${api}/sobjects/${name}/describe` },
  }
}

function about(name: string, object: FakeObject, api: string): object {
  const fields = object.fields.map((field) => ({
    ...{
      ...field,
      label: field.name,
      custom: false,
      compoundFieldName: null,
      calculated: false,
      sortable: true,
    },
    ...{ picklistValues: [], referenceTo: [], length: 255, precision: 0, scale: 0 },
  }))
  return { ...brief(name, object, api), fields, childRelationships: [], recordTypeInfos: [] }
}

function fail(status: number, errorCode: string, message = 'It was refused.'): FakeAnswer {
  return { status, body: [{ message, errorCode }] }
}
