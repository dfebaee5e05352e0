import type { ClientAuthentication } from './client-authentication.ts'
import { type Endpoint, namesIn } from './endpoints.ts'
import type { OAuthProvider } from './oauth-provider.ts'
import type { Template } from './template.ts'
import type { TokenStep } from './token-step.ts'

/**
 * A grant without a person's consent: what the settings hold is exchanged for an access token, whenever one is needed. In
 * texts `{name}` stands for a setting, and `{name.path}` for what lies in one that is JSON, such as `{key_file.client_email}`.
 */
export type SettingsGrant = ClientCredentialsGrant | JwtBearerGrant | StepsGrant

interface AnyGrant extends Pick<OAuthProvider, 'assumedLifetime' | 'refreshMargin' | 'quirks'> {
  readonly scopes?: readonly string[]
  /** By the vendor's code of a refusal, the setting that it speaks of; the secret where nothing is said. */
  readonly refusedFields?: Readonly<Record<string, string>>
}

interface TokenGrant
  extends
    AnyGrant,
    Pick<OAuthProvider, 'tokenRequestFormat' | 'parameterNames' | 'keptFields' | 'lifetimeUnit'> {
  /** Made of settings or fixed; whatever a key file says of it does not count. */
  readonly tokenEndpoint: Endpoint
  /** Between scopes; a blank by default. */
  readonly scopeSeparator?: string
  /** More parameters of the request. */
  readonly tokenParameters?: Readonly<Record<string, Template>>
}

/** RFC 6749, 4.4: the person has a client of their own at the vendor. */
export interface ClientCredentialsGrant extends TokenGrant, Pick<OAuthProvider, 'basicEncoding'> {
  readonly type: 'client_credentials'
  readonly clientAuthentication: Exclude<ClientAuthentication, 'none'>
  /** What the vendor calls it; `client_credentials` by default. */
  readonly grantType?: string
  /** The settings that hold its id and its secret. */
  readonly client: { readonly id: string; readonly secret: string }
}

/** RFC 7523, 2.1: an assertion that the person's key has signed. */
export interface JwtBearerGrant extends TokenGrant {
  readonly type: 'jwt_bearer'
  /** The setting with the private key: PEM, a JWK, or a key file in JSON whose `private_key` is the PEM. */
  readonly key: string
  readonly assertion: JwtAssertion
}

/**
 * By requests of the vendor's own, of which the last brings the access token: with a name and a password (RFC 6749, 4.3), or for
 * a session, and with whatever has to be asked before.
 */
export interface StepsGrant extends AnyGrant, Pick<OAuthProvider, 'basicEncoding'> {
  readonly type: 'steps'
  /** The setting with the secret that it hinges on: the password. */
  readonly secret: string
  /** The settings that hold the id and the secret of a client, where a step says by `clientAuthentication` who asks. */
  readonly client?: { readonly id: string; readonly secret: string }
  readonly steps: readonly TokenStep[]
  /** Of what the steps keep, what stays with the token and the connector is given, such as where its API is. */
  readonly keptNames?: readonly string[]
  /** How a `refresh_token` that was kept is exchanged for the next token. Where that is refused, the others are asked again. */
  readonly refreshSteps?: readonly TokenStep[]
}

/** What is signed. A claim whose text lacks a value is left out, where it may be. */
interface JwtAssertion {
  readonly algorithm: 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'EdDSA'
  /** `kid` of the header. */
  readonly keyId?: Template
  readonly issuer: Template
  /** Whose data it is about. */
  readonly subject?: Template
  /** The address of the token endpoint by default. */
  readonly audience?: Template
  /** How long it counts, in milliseconds. */
  readonly lifetime: number
  /** Where scopes go: in the assertion, or beside it, by default. */
  readonly scopesIn?: 'claim' | 'parameter'
}

/** The setting that a refusal is about, where nothing more is known: the secret. */
export function secretSetting(grant: SettingsGrant): string {
  if (grant.type === 'steps') return grant.secret
  return grant.type === 'jwt_bearer' ? grant.key : grant.client.secret
}

/** The endpoints that settings alone have a part in: not those that answers of steps before it have one in. */
export function endpointsOfSettings(grant: SettingsGrant): Endpoint[] {
  if (grant.type !== 'steps') return [grant.tokenEndpoint]
  return [grant.steps, grant.refreshSteps ?? []].flatMap((steps) => {
    const kept = new Set<string>()
    return steps.flatMap(({ endpoint, keeps = {} }) => {
      const isOfAnswers = namesIn(endpoint).some((name) => kept.has(name))
      for (const name of Object.keys(keeps)) kept.add(name)
      return isOfAnswers || typeof endpoint === 'function' ? [] : [endpoint]
    })
  })
}
