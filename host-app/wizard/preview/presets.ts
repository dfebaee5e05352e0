import type { FlowConnector, FlowProperty } from '@bobbin/shared/connector-info'
import type { FlowState } from '@bobbin/shared/flow'
import { database, helpdesk, service } from './connectors.ts'
import { base, source } from './states.ts'

/** What a token says of a setting. */
type Given = { readonly value?: string; readonly is?: 'locked' | 'hidden' }

/** The type in a flow whose token gives these settings, as the server tells it. */
function under(connector: FlowConnector, given: Readonly<Record<string, Given>>): FlowConnector {
  const properties = connector.properties.flatMap((property): FlowProperty[] => {
    const preset = given[property.name]
    if (!preset) return [property]
    if (preset.is === 'hidden') return []
    const { binds, ...alone } = property
    const isLocked = preset.is === 'locked'
    return [
      {
        ...alone,
        ...(binds && !isLocked && { binds }),
        ...(preset.value !== undefined && !property.is_credential && { default: preset.value }),
        preset: isLocked ? 'locked' : 'prefilled',
      },
    ]
  })
  return { ...connector, properties }
}

const at = (connector: FlowConnector): FlowState => ({ ...base, connector, steps: connector.steps })

const everything = (connector: FlowConnector, given: Given) =>
  Object.fromEntries(connector.properties.map(({ name }) => [name, given]))

/** A service that people sign in to by an account or by a key. */
const either: FlowConnector = {
  ...helpdesk,
  properties: [
    {
      name: 'auth_method',
      title: 'Sign in by',
      order: 0,
      is_required: true,
      is_credential: false,
      property_type: 'user_provided',
      affects_authorization: false,
      control: 'select',
      default: 'oauth',
      json_schema: {
        oneOf: [
          { const: 'oauth', title: 'Sign in at Lantern' },
          { const: 'key', title: 'API key' },
        ],
      },
    },
    ...helpdesk.properties.map((one) =>
      one.name === 'api_key' ? { ...one, show_when: { property: 'auth_method', in: ['key'] } } : one,
    ),
  ],
}

const locked = (value: string) => ({ value, is: 'locked' }) as const
const hidden = { is: 'hidden' } as const

/** Forms of flows whose app gives some of the settings, by what they show. */
export const presetStates = {
  mixed: at(under(database, { host: { value: 'db.acme.example' }, port: locked('6432'), user: hidden })),
  locked: at(
    under(database, {
      host: locked('db-of-the-eastern-branch.warehouse.acme.example'),
      port: locked('6432'),
      dbname: locked('orders'),
      user: locked('reader'),
      password: { is: 'locked' },
      ssl: locked('true'),
      ssl_ca: locked('-----BEGIN CERTIFICATE-----\nMIIBmock\n-----END CERTIFICATE-----'),
      replication: locked('standard'),
    }),
  ),
  'locked-kinds': at(
    under(helpdesk, {
      subdomain: locked('acme'),
      api_key: { is: 'locked' },
      region: locked('old'),
      start_date: locked('2026-01-01'),
    }),
  ),
  'all-hidden': at(under(database, everything(database, hidden))),
  secret: at(under(helpdesk, { subdomain: locked('acme'), api_key: { is: 'locked' }, start_date: hidden })),
  'secret-offered': at(under(helpdesk, { subdomain: { value: 'acme' }, api_key: { value: 'given' } })),
  choice: at(under(database, { host: locked('db.acme.example'), dbname: { value: 'orders' } })),
  'choice-locked': at(under(database, { host: locked('db.acme.example'), dbname: locked('orders') })),
  method: at(under(either, { auth_method: { value: 'key' } })),
  'method-locked': at(under(either, { auth_method: locked('key') })),
  edit: {
    ...at(under(database, { host: locked('db.acme.example'), dbname: hidden })),
    function: 'editSource',
    source,
  },
  oauth: at(under(service, { start_date: locked('2026-01-01') })),
} satisfies Record<string, FlowState>
