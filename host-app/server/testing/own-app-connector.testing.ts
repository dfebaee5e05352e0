import { defineRestConnector } from '../../connectors/rest/define-rest-connector.ts'
import { inOrder, secret, setting } from '../../connectors/setting-kinds.ts'

/** A service of which people have an app of their own, and robots with keys: at these addresses. */
export const ownAppConnector = (at: { api: string; clients: string; keys: string }) =>
  defineRestConnector({
    info: {
      type: 'platform.own-app',
      slug: 'own-app',
      name: 'Own app',
      category: 'Other',
      logo: null,
      stage: 'alpha',
      auth_methods: [
        { key: 'client', title: 'An app of yours', type: 'OAUTH2CC', properties: ['app_id', 'app_secret'] },
        { key: 'robot', title: 'A robot', type: 'CUSTOM', properties: ['key_file', 'person'] },
      ],
      description: 'Made up.',
      steps: ['form'],
      is_checked: true,
      properties: inOrder([
        setting({ name: 'app_id', title: 'Id' }),
        secret({ name: 'app_secret', title: 'Secret' }),
        secret({
          ...{ name: 'key_file', title: 'Key file', control: 'multiline' },
          json_schema: { type: 'string', maxLength: 16_384 },
        }),
        setting({ name: 'person', title: 'For whom', vendor_options: {} }),
      ]),
      authorization: null,
      default_scheduling_interval: null,
      default_start_date: null,
    },
    settingsGrants: {
      client: {
        type: 'client_credentials',
        tokenEndpoint: `${at.clients}/token`,
        client: { id: 'app_id', secret: 'app_secret' },
        clientAuthentication: 'basic',
        scopes: ['contacts.read'],
      },
      robot: {
        type: 'jwt_bearer',
        tokenEndpoint: `${at.keys}/token`,
        key: 'key_file',
        assertion: {
          algorithm: 'RS256',
          keyId: '{key_file.private_key_id}',
          issuer: '{key_file.client_email}',
          subject: '{person}',
          lifetime: 300_000,
          scopesIn: 'claim',
        },
        scopes: ['contacts.read'],
        refusedFields: { unknown_person: 'person' },
      },
    },
    hosts: [...new Set([at.api, at.clients, at.keys])].map((origin) => new URL(origin).host),
    api: { origin: at.api },
    check: { path: '/me', proof: 'id' },
    options: { person: { path: '/people', items: 'people', value: '{name}', label: '{name}' } },
  })

const nowhere = 'http://127.0.0.1:1'

export const connector = ownAppConnector({ api: nowhere, clients: nowhere, keys: nowhere })
