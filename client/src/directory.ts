import { askJson, type Server } from './ask-json.ts'
import { createBearer, type GivenToken } from './bearer.ts'
import { connectorList } from './connector-list.ts'
import { DirectoryError } from './directory-error.ts'
import { itemParameters, listParameters, queryOf } from './directory-query.ts'
import type {
  ConnectorList,
  DirectoryConnector,
  GetConnectorOptions,
  ListConnectorsOptions,
} from './directory-types.ts'
import { hostAddress } from './host-address.ts'
import { warnUnlessKnown } from './known-options.ts'

export { DirectoryError } from './directory-error.ts'
export type { DirectoryErrorCode } from './directory-error.ts'
export type { GivenToken } from './bearer.ts'
export type * from './directory-types.ts'

export interface DirectoryOptions {
  /** A customer token, for pages; or a function that gets one, which is asked again when the host refuses it. */
  readonly token?: GivenToken | undefined
  /** An account's access token, or the organisation's `partner_id:partner_secret`: for your back end, never for pages. */
  readonly apiKey?: GivenToken | undefined
  /** The address of the host. A file that the host serves knows it, and in Node `BOBBIN_URL` says it. */
  readonly baseURL?: string | undefined
}

/** What can be connected at a Bobbin host, by the calls of OpenInt's client. */
export class Openint {
  readonly #directory: Server

  /** @throws TypeError where a token is missing, or nothing says where the host is */
  constructor(options: DirectoryOptions) {
    const given = options ?? {}
    warnUnlessKnown('new Openint', given, 'token apiKey baseURL')
    this.#directory = {
      host: hostAddress('baseURL', given.baseURL, import.meta.url),
      bearer: createBearer(given.token ?? given.apiKey ?? '', DirectoryError),
      Failure: DirectoryError,
    }
  }

  /**
   * A promise of the first page; or with `for await` every connector once, further pages being fetched as they are needed.
   * One that comes or goes meanwhile may be missed.
   */
  listConnectors(options?: ListConnectorsOptions): ConnectorList {
    const given = options ?? {}
    warnUnlessKnown('listConnectors', given, `${listParameters} signal`)
    return connectorList(this.#directory, given)
  }

  /** One connector, by its name or its type. */
  async getConnector(name: string, options?: GetConnectorOptions): Promise<DirectoryConnector> {
    const given = options ?? {}
    warnUnlessKnown('getConnector', given, `${itemParameters} signal`)
    // Of dots alone an address would be another one.
    if (typeof name !== 'string' || !/[^.]/.test(name)) throw new TypeError('name: a connector has one')
    return askJson<DirectoryConnector>(this.#directory, {
      path: `/connector/${encodeURIComponent(name)}${queryOf(given, itemParameters)}`,
      signals: [given.signal],
      isWanted: (connector) => typeof connector.name === 'string',
    })
  }
}

// oxlint-disable-next-line import/no-default-export -- what OpenInt's own documents import
export { Openint as default }
