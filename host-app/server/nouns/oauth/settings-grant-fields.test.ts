import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type {
  ClientCredentialsGrant,
  JwtBearerGrant,
  SettingsGrant,
} from '../../../connectors/settings-grant.ts'
import {
  type AskedToken,
  startScriptedProvider,
  type ScriptedProvider,
} from '../../testing/provider.testing.ts'
import { accountId, openWorld, type World } from './oauth-world.testing.ts'
import { clientGrant, grantConnector, keyGrant, signInBySettings } from './settings-world.testing.ts'

/*
 * Each field of a grant that settings are exchanged for, at a vendor that fails when the field is left out. A field without
 * a case here does not compile. Those of `quirks` have theirs in `token-reply`.
 */

let world: World
let vendor: ScriptedProvider
beforeEach(async () => {
  world = await openWorld()
  vendor = await startScriptedProvider()
})
afterEach(async () => {
  vendor.close()
  await world.close()
})

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const pem = (key: typeof rsa) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const keyFile = JSON.stringify({
  private_key: pem(rsa),
  private_key_id: 'k-1',
  client_email: 'robot@acme.test',
})

type Make = (origin: string, more?: Record<string, unknown>) => SettingsGrant

interface Case {
  readonly grant: Make
  /** What the record says; what it lacks, it lacks without, if that is more than leaving these out. */
  readonly fields: (origin: string) => Record<string, unknown>
  readonly without?: (origin: string) => Record<string, unknown>
  readonly settings?: Record<string, string>
  readonly takes?: (asked: AskedToken) => boolean | Promise<boolean>
  readonly grants?: object
  /** Whether all is well in the end. */
  readonly then?: (failure: { field?: string } | null) => Promise<boolean>
}

const secret = { app_id: 'app-1', app_secret: 's3cret &+' }
const good = { access_token: 'at', expires_in: 3600 }
const stored = () => world.credentials.open(accountId, world.sourceId, 'token')
const asked = (name: string, value: string) => (one: AskedToken) => one.parameters[name] === value

async function claims({ parameters }: AskedToken, key = rsa): Promise<JWTPayload | null> {
  const signed = await jwtVerify(parameters['assertion'] ?? '', createPublicKey(key)).catch(() => null)
  return signed?.payload ?? null
}

type Field = Exclude<keyof ClientCredentialsGrant | keyof JwtBearerGrant, 'type' | 'quirks' | 'assertion'>
type Claim = `assertion.${keyof JwtBearerGrant['assertion']}`

const byKey = (name: keyof JwtBearerGrant['assertion'], value: unknown, without?: unknown) => ({
  grant: keyGrant,
  settings: { app_id: 'app-1', app_secret: keyFile },
  fields: () => ({ assertion: { [name]: value } }),
  ...(without !== undefined && { without: () => ({ assertion: { [name]: without } }) }),
})

const cases: Record<Field | Claim, Case> = {
  tokenEndpoint: {
    grant: clientGrant,
    fields: (origin) => ({ tokenEndpoint: `${origin}/{app_id}/token` }),
    takes: ({ path }) => path === '/app-1/token',
  },
  scopes: {
    grant: clientGrant,
    fields: () => ({ scopes: ['read'] }),
    takes: asked('scope', 'read'),
  },
  scopeSeparator: {
    grant: clientGrant,
    fields: () => ({ scopes: ['a', 'b'], scopeSeparator: ',' }),
    without: () => ({ scopes: ['a', 'b'] }),
    takes: asked('scope', 'a,b'),
  },
  tokenParameters: {
    grant: clientGrant,
    fields: () => ({ tokenParameters: { account_id: '{app_id}' } }),
    takes: asked('account_id', 'app-1'),
  },
  refusedFields: {
    grant: clientGrant,
    fields: () => ({ refusedFields: { invalid_client_id: 'app_id' } }),
    takes: () => false,
    then: (failure) => Promise.resolve(failure?.field === 'app_id'),
  },
  grantType: {
    grant: clientGrant,
    fields: () => ({ grantType: 'account_credentials' }),
    takes: asked('grant_type', 'account_credentials'),
  },
  client: {
    grant: clientGrant,
    fields: () => ({ client: { id: 'app_id', secret: 'app_secret' } }),
    without: () => ({ client: { id: 'app_secret', secret: 'app_secret' } }),
    takes: ({ authorization }) => authorization?.endsWith(btoa('app-1:s3cret+%26%2B')) === true,
  },
  clientAuthentication: {
    grant: clientGrant,
    fields: () => ({ clientAuthentication: { headers: { 'x-app-key': '{client_secret}' } } }),
    takes: ({ headers, authorization }) => headers['x-app-key'] === 's3cret &+' && authorization === null,
  },
  basicEncoding: {
    grant: clientGrant,
    fields: () => ({ basicEncoding: 'raw' }),
    takes: ({ authorization }) => authorization?.endsWith(btoa('app-1:s3cret &+')) === true,
  },
  tokenRequestFormat: {
    grant: clientGrant,
    fields: () => ({ tokenRequestFormat: 'json' }),
    takes: ({ body }) => body.startsWith('{'),
  },
  parameterNames: {
    grant: clientGrant,
    fields: () => ({ parameterNames: { grant_type: 'grantType' } }),
    takes: asked('grantType', 'client_credentials'),
  },
  keptFields: {
    grant: clientGrant,
    fields: () => ({ keptFields: { team: 'team.id' } }),
    grants: { ...good, team: { id: 'T1' } },
    then: async () => (await stored())?.values['team'] === 'T1',
  },
  lifetimeUnit: {
    grant: clientGrant,
    fields: () => ({ lifetimeUnit: 'milliseconds' }),
    grants: { ...good, expires_in: 3_600_000 },
    then: async () => (await stored())?.lifetime === 3_600_000,
  },
  assumedLifetime: {
    grant: clientGrant,
    fields: () => ({ assumedLifetime: 7_200_000 }),
    grants: { access_token: 'at' },
    then: async () => (await stored())?.lifetime === 7_200_000,
  },
  refreshMargin: {
    grant: clientGrant,
    fields: () => ({ refreshMargin: 30_000 }),
    grants: { ...good, expires_in: 45 },
    async then() {
      await token()
      return vendor.asked.length === 1
    },
  },
  key: {
    grant: keyGrant,
    settings: { app_id: pem(ec), app_secret: pem(rsa) },
    fields: () => ({ key: 'app_secret', assertion: { issuer: 'app-1' } }),
    without: () => ({ key: 'app_id', assertion: { issuer: 'app-1' } }),
    takes: async (one) => (await claims(one))?.iss === 'app-1',
  },
  'assertion.algorithm': {
    ...byKey('algorithm', 'ES256'),
    settings: { app_id: 'app-1', app_secret: pem(ec) },
    takes: async (one) => (await claims(one, ec)) !== null,
  },
  'assertion.keyId': {
    ...byKey('keyId', '{app_secret.private_key_id}'),
    takes: ({ parameters }) => decodeProtectedHeader(parameters['assertion'] ?? '').kid === 'k-1',
  },
  'assertion.issuer': {
    ...byKey('issuer', '{app_secret.client_email}', '{app_id}'),
    takes: async (one) => (await claims(one))?.iss === 'robot@acme.test',
  },
  'assertion.subject': {
    ...byKey('subject', 'anna@{app_id}.test'),
    takes: async (one) => (await claims(one))?.sub === 'anna@app-1.test',
  },
  'assertion.audience': {
    ...byKey('audience', 'https://login.acme.test'),
    takes: async (one) => (await claims(one))?.aud === 'https://login.acme.test',
  },
  'assertion.lifetime': {
    ...byKey('lifetime', 300_000, 60_000),
    takes: async (one) => ((await claims(one))?.exp ?? 0) - Date.now() / 1_000 > 200,
  },
  'assertion.scopesIn': {
    ...byKey('scopesIn', 'claim'),
    fields: () => ({ scopes: ['read'], assertion: { scopesIn: 'claim' } }),
    without: () => ({ scopes: ['read'] }),
    takes: async (one) => (await claims(one))?.['scope'] === 'read' && one.parameters['scope'] === undefined,
  },
}

const token = () => world.oauth.accessToken(accountId, world.sourceId)

describe.each(Object.entries(cases))('%s', (_name, one) => {
  async function isWell(fields: Record<string, unknown>): Promise<boolean> {
    vendor.asked.length = 0
    vendor.answer = async (request) =>
      (await (one.takes?.(request) ?? true))
        ? { body: one.grants ?? good }
        : { status: 400, body: { error: 'invalid_client_id' } }
    const { port } = new URL(vendor.origin)
    const connector = grantConnector(one.grant(vendor.origin, fields), { hosts: [`127.0.0.1:${port}`] })
    await signInBySettings(world, connector, one.settings ?? secret)
    await world.database.write((tx) => world.credentials.dropToken(tx, accountId, world.sourceId))
    const failure = await token().then(
      () => null,
      (error: unknown) => error as { field?: string },
    )
    if (one.then) return one.then(failure)
    return failure === null
  }

  it('is needed at such a vendor, and is all that it takes', async () => {
    expect(await isWell(one.without?.(vendor.origin) ?? {})).toBe(false)
    expect(await isWell(one.fields(vendor.origin))).toBe(true)
  })
})
