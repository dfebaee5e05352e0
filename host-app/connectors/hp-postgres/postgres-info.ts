import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import { defaultConnectTimeout, defaultTlsMode } from './postgres-settings.ts'

const server = 'Server'
const signIn = 'Sign-in'
const encryption = 'Encryption'

/** 1 to 65535, without leading zeros. */
const portPattern = '^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$'

/** A name or an IPv4 address, or an IPv6 address with or without brackets. No URL, no port, no path. */
const hostPattern = '^([^\\s/:@\\[\\]]+|\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*\\]?)$'

type Rest = Pick<PropertyInfo, 'name' | 'title' | 'order'> & Partial<PropertyInfo>

function setting(rest: Rest): PropertyInfo {
  return {
    is_required: true,
    is_credential: false,
    property_type: 'user_provided',
    affects_authorization: false,
    json_schema: { type: 'string', minLength: 1, maxLength: 255 },
    ...rest,
  }
}

const properties: PropertyInfo[] = [
  setting({
    name: 'host',
    binds: ['password'],
    title: 'Host',
    description: 'The name or IP address of the database server, without a port.',
    placeholder: 'db.example.com',
    json_schema: { type: 'string', minLength: 1, maxLength: 255, pattern: hostPattern },
    group: server,
    order: 1,
  }),
  setting({
    name: 'port',
    binds: ['password'],
    title: 'Port',
    description: 'Nearly always 5432.',
    default: '5432',
    json_schema: { type: 'string', pattern: portPattern },
    control: 'number',
    group: server,
    order: 2,
  }),
  setting({
    name: 'dbname',
    title: 'Database',
    description: 'The name of the database to read from.',
    json_schema: { type: 'string', minLength: 1, maxLength: 128 },
    group: server,
    order: 3,
  }),
  setting({
    name: 'user',
    title: 'User',
    description: 'A user who may read and nothing else is enough, and best.',
    json_schema: { type: 'string', minLength: 1, maxLength: 128 },
    group: signIn,
    order: 4,
  }),
  setting({
    name: 'password',
    title: 'Password',
    is_credential: true,
    json_schema: { type: 'string', minLength: 1, maxLength: 1024 },
    control: 'secret',
    group: signIn,
    order: 5,
  }),
  setting({
    name: 'ssl',
    binds: ['password'],
    title: 'Encryption (TLS)',
    description: 'How the way to the server is protected.',
    is_required: false,
    default: defaultTlsMode,
    json_schema: {
      type: 'string',
      oneOf: [
        { const: 'disable', title: 'Off: nothing is encrypted' },
        { const: 'require', title: 'On: encrypted, the certificate is not checked' },
        { const: 'verify-full', title: 'On and verified: encrypted, certificate and host name are checked' },
      ],
    },
    control: 'select',
    group: encryption,
    order: 6,
  }),
  setting({
    name: 'ssl_ca_certificate',
    binds: ['password'],
    title: 'CA certificate',
    description:
      'In PEM form. Leave it empty if the certificate of the server comes from a public authority.',
    placeholder: '-----BEGIN CERTIFICATE-----',
    is_required: false,
    json_schema: { type: 'string', maxLength: 65_536, pattern: '-----BEGIN CERTIFICATE-----' },
    control: 'multiline',
    show_when: { property: 'ssl', in: ['verify-full'] },
    group: encryption,
    order: 7,
  }),
  setting({
    name: 'connect_timeout',
    title: 'Connection timeout',
    description: 'Seconds to wait for the server; more than 55 counts as 55.',
    is_required: false,
    property_type: 'user_provided_advanced',
    default: defaultConnectTimeout,
    json_schema: { type: 'string', pattern: '^([1-9][0-9]?|1[01][0-9]|120)$' },
    control: 'number',
    order: 8,
  }),
]

export const postgresInfo: ConnectorInfo = {
  type: 'platform.hp-postgres',
  slug: 'postgres',
  name: 'PostgreSQL',
  category: 'Database',
  logo: null,
  stage: 'released',
  description: 'Tables and views of a PostgreSQL database, version 10 or newer.',
  steps: ['form', 'discover_schema', 'field_selection'],
  properties,
  authorization: null,
  default_scheduling_interval: 30,
  default_start_date: null,
}
