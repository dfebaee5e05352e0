import type { ConnectorCategory } from '@bobbin/shared/connector-categories'

// By hand, for whoever calls to read them: `directory-types.test.ts` holds them to the schemas.

/** `hidden`: deprecated, no new sources. */
export type ConnectorStage = 'alpha' | 'beta' | 'ga' | 'hidden'
export type ConnectorAuthType = 'BASIC' | 'OAUTH1' | 'OAUTH2' | 'OAUTH2CC' | 'API_KEY' | 'CUSTOM'
export type ConnectorPlatform = 'web' | 'mobile' | 'desktop' | 'local' | 'cloud'
/** What is left out of a connector unless it is asked for. */
export type ConnectorExpansion = 'schemas' | 'integrations'
export type { ConnectorCategory }

type JsonSchema = Record<string, unknown>

/** JSON Schemas, 2020-12. `{ "not": {} }` where a connector has no such thing. */
export interface ConnectorSchemas {
  connector_config: JsonSchema
  /** The `properties` of a source of this type. */
  connection_settings: JsonSchema
  integration_data: JsonSchema
  webhook_input: JsonSchema
  /** The options of `addSource` beside its token. */
  pre_connect_input: JsonSchema
  /** What the person is asked for. */
  connect_input: JsonSchema
  /** What the promise of `addSource` is fulfilled with. */
  connect_output: JsonSchema
}

export interface ConnectorIntegration {
  id: string
  standard: unknown
  external: unknown
  created_at: string
  updated_at: string
  connector_name: string
  name: string
  logo_url: string
  stage: ConnectorStage
  platforms: ConnectorPlatform[]
  category: string
  auth_type: ConnectorAuthType
  version: string
}

export interface DirectoryConnector {
  /** Its name in addresses and settings. */
  name: string
  display_name: string
  logo_url: string
  stage: ConnectorStage
  platforms: ConnectorPlatform[]
  category: ConnectorCategory
  auth_type: ConnectorAuthType
  /** Without these it does not work. */
  required_scopes: string[]
  /** What is asked for. */
  openint_default_scopes: string[]
  /** What can be asked for. */
  openint_allowed_scopes: string[]
  scopes: { scope: string; display_name: string; description: string }[]
  /** Whether the host has an OAuth client for it, so that it can be connected. */
  has_openint_credentials: boolean
  schemas?: ConnectorSchemas | undefined
  integrations?: ConnectorIntegration[] | undefined
}

/** A page as the host sends it. */
export interface ConnectorPageBody {
  items: DirectoryConnector[]
  /** How many there are, whatever the page. */
  total: number
  limit: number
  offset: number
  has_next_page: boolean
}

export interface ConnectorPage extends ConnectorPageBody {
  /** Whether there is more; an empty page is the last one, whatever it says. */
  hasNextPage(): boolean
  /** Rejects where there is none. */
  getNextPage(): Promise<ConnectorPage>
}

interface AskOptions {
  readonly expand?: readonly ConnectorExpansion[] | undefined
  /** Aborts all that is asked; whoever waits gets its reason. */
  readonly signal?: AbortSignal | undefined
}
export type GetConnectorOptions = AskOptions

type OneOrMore<Value> = Value | readonly Value[]

export interface ListConnectorsOptions extends AskOptions {
  /** How many a page has: 50 where nothing is said, 3,000 at most. */
  readonly limit?: number | undefined
  /** How many to leave out at the beginning. */
  readonly offset?: number | undefined
  /** Only those whose name, category or keywords have all these words. */
  readonly q?: string | undefined
  readonly category?: OneOrMore<ConnectorCategory> | undefined
  readonly auth_type?: OneOrMore<ConnectorAuthType> | undefined
  /** `hidden` ones are listed for the organisation only. */
  readonly stage?: OneOrMore<ConnectorStage> | undefined
}

/** A promise of the first page; or with `for await` all connectors, of this page and those that follow. */
export interface ConnectorList extends Promise<ConnectorPage>, AsyncIterable<DirectoryConnector> {
  [Symbol.asyncIterator](): AsyncIterableIterator<DirectoryConnector>
}
