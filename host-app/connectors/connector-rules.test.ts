import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import { expect, it } from 'vitest'
import { connectorFaults } from './connector-rules.ts'
import { importApi } from './import-api/connector.ts'
import type { OAuthProvider } from './oauth-provider.ts'
import { revocationFaults } from './revocation-rules.ts'

/** A default is judged as what a person enters is: by the same rules, from the same text. */
it.each([
  [{ type: 'integer', minimum: 1, maximum: 10 }, '5', []],
  [{ type: 'integer', minimum: 1, maximum: 10 }, '11', ['size: the default is not valid']],
  [{ type: 'boolean' }, 'true', []],
  [{ type: 'boolean' }, 'perhaps', ['size: the default is not valid']],
  [{ type: 'string', enum: ['s', 'm'] }, 'm', []],
  [{ type: 'string', enum: ['s', 'm'] }, 'l', ['size: the default is not valid']],
  [{ type: 'string', maxLength: 2 }, 'abc', ['size: the default is not valid']],
])('of %j, the default %j has these faults: %j', (json_schema, value, faults) => {
  const size: PropertyInfo = {
    name: 'size',
    title: 'Size',
    is_required: false,
    is_credential: false,
    property_type: 'user_provided',
    affects_authorization: false,
    json_schema,
    order: 1,
    default: value,
  }
  expect(connectorFaults({ ...importApi, info: { ...importApi.info, properties: [size] } })).toEqual(faults)
})

it.each([
  [{ part: 'password' as const, property: 'secret' }, []],
  [{ part: 'host' as const, property: 'place' }, []],
  [
    { part: 'password' as const, property: 'place' },
    ['place: of a pasted address a secret takes the password, and nothing else does'],
  ],
  [
    { part: 'user' as const, property: 'secret' },
    ['secret: of a pasted address a secret takes the password, and nothing else does'],
  ],
  [{ part: 'host' as const, property: 'other' }, ['pasted_address names "other", which does not exist']],
])('a pasted address fills settings that can hold its part: %j', (fill, faults) => {
  const setting = (name: string, order: number, isSecret: boolean): PropertyInfo => ({
    name,
    title: name,
    is_required: false,
    is_credential: isSecret,
    property_type: 'user_provided',
    affects_authorization: false,
    json_schema: { type: 'string' },
    order,
  })
  const properties = [{ ...setting('place', 1, false), binds: ['secret'] }, setting('secret', 2, true)]
  const info = { ...importApi.info, properties, pasted_address: { schemes: ['x'], fills: [fill] } }
  expect(connectorFaults({ ...importApi, info })).toEqual(faults)
})

it.each([
  [{ type: 'CUSTOM', properties: [] }, []],
  [{ type: 'API_KEY', properties: ['token'] }, []],
  [{ type: 'BASIC', properties: ['name', 'token'] }, []],
  [{ type: 'BASIC', properties: ['name'] }, ['auth_methods: "one" is of type BASIC and names no secret']],
  [{ type: 'CUSTOM', properties: ['gone'] }, ['auth_methods: "one" names "gone", which does not exist']],
  [{ type: 'OAUTH2', properties: [] }, ['an oauth step and an auth method of type OAUTH2 go together']],
] as const)(
  'a way to sign in says what it is, and names the settings that it needs: %j',
  (method, faults) => {
    const setting = (name: string, order: number): PropertyInfo => ({
      name,
      title: name,
      is_required: false,
      is_credential: name === 'token',
      property_type: 'user_provided',
      affects_authorization: false,
      json_schema: { type: 'string' },
      order,
    })
    const info = {
      ...importApi.info,
      properties: [setting('name', 1), setting('token', 2)],
      auth_methods: [{ key: 'one', title: 'One', ...method, properties: [...method.properties] }],
    } satisfies ConnectorInfo
    expect(connectorFaults({ ...importApi, info })).toEqual(faults)
  },
)

it('says how one signs in: without a way it is refused when it is loaded', () => {
  for (const methods of [[], undefined]) {
    const info = { ...importApi.info, auth_methods: methods } as unknown as ConnectorInfo
    expect(connectorFaults({ ...importApi, info })).toEqual([expect.stringMatching(/^info\.auth_methods/)])
  }
})

it.each<[Partial<NonNullable<OAuthProvider['revocation']>>, string[]]>([
  [{}, []],
  [{ tokenIn: 'bearer', method: 'GET' }, []],
  [{ endpoint: 'https://vendor.test/tokens/{token}', tokenIn: 'path', method: 'DELETE' }, []],
  [{ endpoint: 'https://vendor.test/applications/{client_id}/grant', tokenIn: 'json' }, []],
  [{ endpoint: '/revoke' }, ['the endpoint must be an address of http or https']],
  [
    { endpoint: 'https://{client_id}.vendor.test/revoke' },
    ['{token} and {client_id} stand for something after a slash of the path alone'],
  ],
  [
    { endpoint: 'https://vendor.test/revoke?token={token}' },
    [
      '{token} and {client_id} stand for something after a slash of the path alone',
      '{token} in the path and `tokenIn: path` go together',
    ],
  ],
  [{ endpoint: 'https://vendor.test/a{b/revoke' }, ['a brace stands for nothing']],
  [
    { endpoint: () => 'https://vendor.test/revoke', tokenIn: 'path' },
    ['a token in the path needs an endpoint that is a text'],
  ],
  [{ tokenIn: 'path' }, ['{token} in the path and `tokenIn: path` go together']],
  [{ method: 'GET' }, ['GET has no body for the token: it goes by `bearer`, `path` or a header']],
  [{ tokenIn: 'bearer', clientAuthentication: 'basic' }, ['bearer and basic want the same header']],
  [{ tokenIn: 'bearer', clientAuthentication: 'secret' }, ['bearer and secret want the same header']],
  [{ tokenIn: { header: 'x-token' }, method: 'DELETE' }, []],
  [{ tokenIn: { header: 'x token' } }, ['"x token" is no name of a header']],
  [{ token: { kept: 'account_id' } }, []],
  [{ token: { kept: 'team_id' } }, ['"team_id" is not kept with the grant']],
  [
    { token: { kept: 'account_id' }, tokenIn: 'bearer' },
    ['what was kept is no token, and cannot go by `bearer` or a header'],
  ],
])('revocation %j has these faults: %j', (revocation, faults) => {
  const given = { endpoint: 'https://vendor.test/revoke', ...revocation }
  const found = revocationFaults({
    ...{ revocation: given, clientAuthentication: 'post' },
    keptFields: { account_id: 'account' },
  })
  expect(found).toEqual(faults.map((fault) => `oauth.revocation: ${fault}`))
})
