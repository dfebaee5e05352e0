import { z } from 'zod'
import { ConnectorError, type ConnectorContext } from '../connector.ts'
import { vendorHttp } from '../rest/vendor-http.ts'

/** A field of an object, in the vendor's words. */
const crmField = z.object({
  name: z.string(),
  type: z.enum(['id', 'text', 'number', 'currency', 'flag', 'date_time', 'attachment']),
  is_optional: z.boolean(),
  /** Why the API does not hand it out; null where it does. */
  withheld_because: z.string().nullable(),
})
export type CrmField = z.infer<typeof crmField>

const crmObject = z.object({
  name: z.string(),
  record_count: z.number().int(),
  /** The field by which changed records can be asked for; null: only all of them. */
  changed_field: z.string().nullable(),
  fields: z.array(crmField),
})
export type CrmObject = z.infer<typeof crmObject>

const crmUser = z.object({ name: z.string(), workspace: z.string() })
type CrmUser = z.infer<typeof crmUser>

/** The vendor's API. Every call throws `ConnectorError`, or the signal's reason once it aborted. */
export interface DemoCrmApi {
  getMe(): Promise<CrmUser>
  listObjects(region: string): Promise<CrmObject[]>
}

type Access = Pick<ConnectorContext, 'fetch' | 'grant' | 'signal' | 'report'>

export function createDemoCrmApi(origin: string, context: Access): DemoCrmApi {
  const { grant } = context
  // Before the first call: without one there is nothing to be sent.
  if (grant === null) throw new ConnectorError('AuthorizationExpired')
  const headers = { authorization: `Bearer ${grant.accessToken}` }
  const http = vendorHttp(context, { origin, headers, keyField: null })
  return {
    getMe: async () => (await http.get('/api/me', crmUser)).value,
    async listObjects(region) {
      const path = `/api/objects?region=${encodeURIComponent(region)}`
      return (await http.get(path, z.object({ objects: z.array(crmObject) }))).value.objects
    },
  }
}
