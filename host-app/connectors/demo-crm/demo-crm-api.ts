import { z } from 'zod'
import { ConnectorError, type ConnectorContext } from '../connector.ts'

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

type Access = Pick<ConnectorContext, 'fetch' | 'grant' | 'signal'>

export function createDemoCrmApi(origin: string, { fetch, grant, signal }: Access): DemoCrmApi {
  async function get<Reply extends z.ZodType>(path: string, reply: Reply): Promise<z.output<Reply>> {
    signal.throwIfAborted()
    if (grant === null) throw new ConnectorError('AuthorizationExpired')
    const headers = { authorization: `Bearer ${grant.accessToken}`, accept: 'application/json' }
    try {
      const response = await fetch(`${origin}${path}`, { headers, signal, redirect: 'error' })
      if (!response.ok) {
        await response.body?.cancel()
        throw refusal(response.status)
      }
      return reply.parse(await response.json())
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof ConnectorError) throw error
      throw new ConnectorError('VendorUnavailable', { detail: inWords(error), cause: error })
    }
  }

  return {
    getMe: () => get('/api/me', crmUser),
    async listObjects(region) {
      const { objects } = await get(
        `/api/objects?region=${encodeURIComponent(region)}`,
        z.object({ objects: z.array(crmObject) }),
      )
      return objects
    },
  }
}

function refusal(status: number): ConnectorError {
  if (status === 401) return new ConnectorError('AuthorizationExpired')
  if (status === 403) return new ConnectorError('PermissionDenied')
  if (status === 429) return new ConnectorError('VendorRateLimited')
  return new ConnectorError('VendorUnavailable', { detail: `The service answered with status ${status}.` })
}

function inWords(error: unknown): string {
  return error instanceof z.ZodError || error instanceof SyntaxError
    ? 'The service answered with something else than expected.'
    : 'The service could not be reached.'
}
