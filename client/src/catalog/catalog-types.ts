import type { ConnectorCategory } from '@bobbin/shared/connector-categories'
import type { StepType } from '@bobbin/shared/steps'
import type { Connect, FlowOptions } from '../index.ts'
import type { AuthorizationStatus } from './statuses.ts'

// By hand, for whoever calls to read them: `catalog-types.test.ts` holds what comes to the schemas.

export type ConnectorStage = 'alpha' | 'beta' | 'released' | 'deprecated'
export type { AuthorizationStatus, ConnectorCategory, StepType }

export interface AuthorizerPrototype {
  name: string
  slug: string
}

export interface Authorizer {
  client_id: string
  prototype: AuthorizerPrototype
}

export interface Authorization {
  id: string
  /** Whose account at the provider it is, or how people call the connection. */
  display_label: string
  status: AuthorizationStatus
  /** When it ends whatever happens, where that is known. */
  expires_at?: string | undefined
  /** The same, once it is near: the person should connect again before. */
  reconnect_by?: string | undefined
  error_code?: string | undefined
  /** For people. */
  error_message?: string | undefined
  authorizer: Authorizer
  /** Only where the operator hands it to pages (`BOBBIN_BROWSER_TOKENS`), and one connection was asked for. */
  access_token?: string | undefined
  /** For the published client of xkit. */
  authorize_url?: string | undefined
}

/** Why a connection does not work, and what helps. */
export interface ConnectionProblem {
  code: string
  /** For people. */
  message: string
  /** `wait`: nothing to do for the person, it passes. */
  action: 'reconnect' | 'edit' | 'wait'
}

/** A connection as it stands in its connector. */
export interface ConnectionOnly {
  /** The source's id, in digits. */
  id: string
  /** False of one that was removed. */
  enabled: boolean
  display_name: string
  authorization?: Authorization | undefined
  /** The step that it is at: of one that is done, `fully_configured`. */
  step: StepType
  problem?: ConnectionProblem | undefined
}

export interface Connector {
  /** A source type, such as `platform.hp-postgres`. */
  type: string
  name: string
  /** Its short name, such as `postgres`. */
  slug: string
  category: ConnectorCategory
  /** Other words by which people look for it. */
  keywords: string[]
  short_description: string
  description: string
  /** Plain text, no Markdown. */
  about: string
  /** Its logo at the host. */
  mark_url: string
  supports_multiple_connections: boolean
  stage: ConnectorStage
  /** Where there is one: of several, the one that speaks for it. */
  connection?: ConnectionOnly | undefined
  connections?: ConnectionOnly[] | undefined
}

export interface Connection extends ConnectionOnly {
  connector: Connector
}

/** A connector of which there is no connection. */
export interface ConnectionShell {
  connector: Connector
  id?: undefined
  enabled?: undefined
  authorization?: undefined
}

export interface Platform {
  name: string
  slug: string
  website: string
  login_redirect_url: string
  remove_branding: boolean
}

/** A slug, or an object with one; or an id of one of several connections. A connection is such an object, too. */
export type ConnectionQuery = string | { readonly slug: string } | { readonly id: string }

/** A connection, or as much of it as is known: what is wrong with it, and where it is, say how it is repaired. */
export type ConnectionToRepair = Pick<ConnectionOnly, 'id'> & Partial<ConnectionOnly>

/** Gets a customer token. */
export type TokenCallback = () => string | Promise<string>

export interface CallOptions {
  /** Aborts the call, which rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** What a window of the catalog takes: its token the catalog makes by itself. */
export type WindowOptions = Pick<FlowOptions, 'default_streams' | 'signal' | 'onEvent'>

export interface CatalogEvents {
  /** A connection was made or repaired. */
  'connection:enable': Connection
  /** One was removed; it is as it was left, and no longer `enabled`. */
  'connection:remove': Connection
  /** Somebody has logged in or out, or the session ended. */
  'config:update': { readonly isLoggedIn: boolean }
}

export interface CatalogOptions {
  /** The origin of the host app. Not needed where this file comes from there; in Node `BOBBIN_URL` is read, too. */
  readonly host?: string | undefined
  /** Functions that `createConnect` made for the same host; the catalog makes its own where none are given. */
  readonly connect?: Connect | undefined
}

/** What a page's user may connect and has connected, at one host. */
export interface Catalog {
  /** The host without its protocol. */
  readonly domain: string
  /** The host's origin. */
  readonly url: string
  /**
   * From here on everything is asked with this customer token. A function, given first or second, gets another one when
   * the host refuses the last. Rejects where the host takes no token of it: then nobody is logged in.
   */
  login(token: string | TokenCallback, tokenCallback?: TokenCallback): Promise<void>
  /** Forgets the token and ends what is under way: calls and windows reject with code `LoggedOut`. */
  logout(): Promise<void>
  /** False, too, once the host refuses the token and no other is to be had. */
  isLoggedIn(): boolean
  /** The app that the host connects for. Needs no login. */
  getPlatform(options?: CallOptions): Promise<Platform>
  /** All connectors by name, with their connections; without a login the connectors alone, where the operator allows it. */
  listConnectors(options?: CallOptions): Promise<Connector[]>
  getConnector(slug: string, options?: CallOptions): Promise<Connector>
  listConnections(slug?: string, options?: CallOptions): Promise<Connection[]>
  getConnection(query: ConnectionQuery, options?: CallOptions): Promise<Connection>
  /** The connection of a connector; where there is none, `{ connector }`. */
  getConnectionOrConnector(slug: string, options?: CallOptions): Promise<Connection | ConnectionShell>
  /** The access token of a connection, where the operator hands it to pages; else null. */
  getConnectionToken(query: ConnectionQuery, options?: CallOptions): Promise<string | null>
  /** Opens the wizard: call it in a click. Of a connector that takes one connection and has it, that is repaired. */
  connect(connector: Connector | string, options?: WindowOptions): Promise<Connection>
  /** The same; with the id of a connection it repairs that one. Other ids mean nothing here: the host gives them. */
  addConnection(
    connector: Connector | string,
    id?: string | null,
    options?: WindowOptions,
  ): Promise<Connection>
  /** Opens the wizard where the connection needs it, and keeps its id: call it in a click. */
  reconnect(connection: ConnectionToRepair, options?: WindowOptions): Promise<Connection>
  /** Removes a connection for good. Nothing that was asked before brings it back. */
  removeConnection(query: ConnectionQuery, options?: CallOptions): Promise<Connection>
  /** The same. */
  disconnect(query: ConnectionQuery, options?: CallOptions): Promise<Connection>
  /** A function counts once, however often it is given. Returns what takes it off again. */
  on<Type extends keyof CatalogEvents>(type: Type, fn: (payload: CatalogEvents[Type]) => void): () => void
  /** Of a function that is not on, nothing happens. */
  off<Type extends keyof CatalogEvents>(type: Type, fn: (payload: CatalogEvents[Type]) => void): void
}
