import type { StreamAccess } from '@bobbin/shared/catalog'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { Connector } from '../connector.ts'
import type { OAuthProvider } from '../oauth-provider.ts'
import type { HostPattern } from '../vendor-hosts.ts'
import type { ErrorWords, StatusRules } from './failure-rules.ts'
import type { RestPaging } from './paging.ts'
import type { SignIn } from './sign-in.ts'
import type { StreamFields } from './stream-fields.ts'
import type { Template } from '../template.ts'

/**
 * A connector of a service with a REST API, as data: `defineRestConnector` makes it of this. In texts `{name}` stands for
 * a setting or for what was kept with the grant. What is wrong with it is told by `rest-rules.ts`, at the
 * start of a server whose operator has brought it.
 */
export interface RestConnectorData {
  readonly info: ConnectorInfo
  readonly oauth?: OAuthProvider
  /** By auth method, what its settings are exchanged for: such a method signs in with that as with any grant. */
  readonly settingsGrants?: Connector['settingsGrants']
  /** The vendor's hosts: no request goes elsewhere. */
  readonly hosts: readonly HostPattern[]
  /** What has to be looked up of a grant before anything can be asked: such as which host it is for. */
  readonly afterExchange?: Connector['afterExchange']
  readonly api: RestApi
  readonly check: RestCheck
  readonly identify?: RestIdentify
  /** Required exactly when `info.steps` has `discover_schema`. */
  readonly streams?: readonly RestStream[]
  readonly config?: RestConfig
  /** What settings with `vendor_options` can be, by their names: each of these has a list here, and nothing else has. */
  readonly options?: Readonly<Record<string, RestOptions>>
}

/** The API, and how it wants to be asked. */
interface RestApi {
  /** Without a path. `https://{subdomain}.acme.test`, or `{instance_url}` for one that is a whole address. */
  readonly origin: Template
  /** By the key of each auth method. What is not here signs in with its grant, as a bearer. */
  readonly signIn?: Readonly<Record<string, SignIn>>
  /** Whatever else each request has to say; one that is made of a value goes only where there is that value. */
  readonly headers?: Readonly<Record<string, Template>>
  /** What statuses say, where it is not the usual: 401 key or grant refused, 403 not permitted, 429 too many. */
  readonly statuses?: StatusRules
  readonly errors?: ErrorWords
  /** Where the items of a list lie in its answer, such as `data`; without it, the answer is the list. */
  readonly items?: string
  readonly manners?: {
    /** Requests that wait for their answers at the same time; 4 by default. */
    readonly atOnce?: number
    /** Requests begun in a second at most; as many as there are by default. */
    readonly perSecond?: number
    /** Milliseconds that one answer may take; 30,000 by default. More than 50,000 no connector process waits in silence. */
    readonly patience?: number
  }
}

/** What proves that the settings work: a small request that only who signed in gets an answer to. */
interface RestCheck {
  readonly path: Template
  /** Where something lies in every right answer. Without it, whatever answers with JSON would do. */
  readonly proof: string
  /**
   * Where something lies in the answer that strangers get, too, if they get one: with it and without the proof, what was signed
   * in with is not known.
   */
  readonly forStrangers?: string
  /** A good key may lack the permission for this request: to be told so proves that the vendor knows it. */
  readonly mayBeRefused?: boolean
}

/** Whose account it is, for people to tell one from another. */
export interface RestIdentify {
  /** Where that is asked for, if not at the origin of the API: another of the vendor's hosts, whatever the settings. */
  readonly origin?: string
  /** That of the check by default. */
  readonly path?: Template
  /**
   * `{business.name} ({id})`: paths in the answer, else settings and what was kept with the grant. The first of which all
   * is there.
   */
  readonly names: readonly Template[]
}

/** One of the vendor's lists. */
export type RestStream = {
  readonly id: string
  /** The fields that tell one record from all others. */
  readonly key: readonly string[]
  /** The field by which what is new or changed can be asked for; FULL_TABLE: all is read each time. */
  readonly replication: string
  readonly fields: StreamFields
} & (
  | {
      /** A cheap request that is answered where the stream may be read: the list, with a limit of one. */
      readonly path: Template
      /** Where the items lie in its answer, if that is not where the API has them all. */
      readonly items?: string
      /** The scope that it takes: one who is refused, and was not granted it, is told so. */
      readonly scope?: string
      /** What a refusal means, where the vendor's answer does not say and its documentation does. */
      readonly refused?: StreamAccess
      /** Of what was granted, what it is read with, if not with the main grant: a role of the provider's `otherGrants`. */
      readonly role?: string
    }
  | {
      /** No cheap request tells whether it may be read: the scope that it takes was granted, or was not. */
      readonly grantedBy: string
      readonly role?: string
    }
  | {
      /** The stream with which it comes: who may read that one may read this. */
      readonly partOf: string
    }
)

/** A list of the vendor's from which a person chooses. */
export interface RestOptions {
  /** Where it is, if not at the origin of the API: another of the vendor's hosts, whatever the settings. */
  readonly origin?: string
  readonly path: Template
  /** Where its items lie in the answer, such as `accounts`; without it, the answer is the list. */
  readonly items?: string
  /** What the setting is then: `{id}`, of paths in an item. */
  readonly value: Template
  /** Where it is a list of pages: how one leads to the next. */
  readonly next?: RestPaging
  /** What people call it; its value, where an item lacks what this is made of. */
  readonly label: Template
  /** What tells it from others of its name. */
  readonly hint?: Template
  /** What cannot be taken, and is shown all the same: whatever has another of these values at the path. */
  readonly unavailable?: {
    readonly path: string
    readonly unless: readonly string[]
    readonly reason: string
  }
}

/** What a tap is given beside the settings, and what was kept with the grant by names of settings. */
interface RestConfig {
  /** What the tap calls the access token; `access_token` by default. */
  readonly accessToken?: string
  /** Settings that the tap takes as lists, of one here. */
  readonly lists?: readonly string[]
}
