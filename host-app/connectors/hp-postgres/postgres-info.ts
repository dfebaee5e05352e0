import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import {
  certificatePattern,
  hostPattern,
  keyPattern,
  pemChain,
  pemOutline as outline,
  portPattern,
  timeoutPattern,
} from '../own-sockets/setting-patterns.ts'
import { noTunnel, tapProperties } from '../own-sockets/tap-settings.ts'
import { postgresLogo } from './postgres-logo.ts'
import { stitchSettings } from './stitch-settings.ts'
import { defaultConnectTimeout, defaultTlsMode } from './postgres-settings.ts'

const server = 'Server'
const signIn = 'Sign-in'
const encryption = 'Encryption'

const secrets = ['password', 'ssl_client_key', 'ssl_client_key_passphrase']
const encrypted = { property: 'ssl', in: ['require', 'verify-ca', 'verify-full'] }

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
    binds: secrets,
    title: 'Host',
    description: 'The name or IP address of the database server, without a port.',
    placeholder: 'db.example.com',
    json_schema: { type: 'string', minLength: 1, maxLength: 255, pattern: hostPattern },
    group: server,
    order: 1,
  }),
  setting({
    name: 'port',
    binds: secrets,
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
    binds: secrets,
    title: 'Encryption (TLS)',
    description: 'How the way to the server is protected.',
    is_required: false,
    default: defaultTlsMode,
    // As taps and Stitch have it; libpq's name rules where both are given, since it says more.
    also_spelled: { true: 'require', false: 'disable' },
    also_named: ['sslmode'],
    json_schema: {
      type: 'string',
      oneOf: [
        { const: 'disable', title: 'Off: nothing is encrypted' },
        { const: 'require', title: 'On: encrypted, the certificate is not checked' },
        { const: 'verify-ca', title: 'On and verified, except for the host name' },
        { const: 'verify-full', title: 'On and verified: encrypted, certificate and host name are checked' },
      ],
    },
    control: 'select',
    group: encryption,
    order: 6,
  }),
  setting({
    name: 'ssl_ca_certificate',
    binds: secrets,
    title: 'CA certificate',
    description:
      'In PEM form; a whole bundle, or the certificate of the server itself, will do. Leave it empty if that ' +
      'comes from a public authority.',
    placeholder: outline('CERTIFICATE'),
    is_required: false,
    json_schema: {
      type: 'string',
      maxLength: 262_144,
      pattern: certificatePattern,
      contentMediaType: pemChain,
    },
    control: 'multiline',
    show_when: { property: 'ssl', in: ['verify-ca', 'verify-full'] },
    group: encryption,
    order: 7,
  }),
  setting({
    name: 'ssl_client_certificate',
    binds: secrets,
    title: 'Client certificate',
    description:
      'In PEM form. Only for servers that ask for one, such as Google Cloud SQL where it is so set.',
    placeholder: outline('CERTIFICATE'),
    is_required: false,
    property_type: 'user_provided_advanced',
    json_schema: {
      type: 'string',
      maxLength: 65_536,
      pattern: certificatePattern,
      contentMediaType: pemChain,
    },
    control: 'multiline',
    show_when: encrypted,
    group: encryption,
    order: 8,
  }),
  setting({
    name: 'ssl_client_key',
    title: 'Key of the client certificate',
    description: 'In PEM form, the private key.',
    placeholder: outline('PRIVATE KEY'),
    is_required: false,
    property_type: 'user_provided_advanced',
    is_credential: true,
    json_schema: { type: 'string', maxLength: 65_536, pattern: keyPattern },
    control: 'secret',
    show_when: encrypted,
    group: encryption,
    order: 9,
  }),
  setting({
    name: 'ssl_client_key_passphrase',
    title: 'Passphrase of the key',
    description: 'If the key is encrypted.',
    is_required: false,
    property_type: 'user_provided_advanced',
    is_credential: true,
    json_schema: { type: 'string', minLength: 1, maxLength: 1024 },
    control: 'secret',
    show_when: encrypted,
    group: encryption,
    order: 10,
  }),
  setting({
    name: 'connect_timeout',
    title: 'Connection timeout',
    description: 'Seconds to wait for the server; more than 55 counts as 55.',
    is_required: false,
    property_type: 'user_provided_advanced',
    default: defaultConnectTimeout,
    json_schema: { type: 'string', pattern: timeoutPattern },
    control: 'number',
    order: 11,
  }),
  ...tapProperties(stitchSettings, 12),
]

export const postgresInfo: ConnectorInfo = {
  type: 'platform.hp-postgres',
  slug: 'postgres',
  name: 'PostgreSQL',
  category: 'Database',
  keywords: ['postgres', 'sql', 'supabase', 'neon', 'rds', 'aurora', 'cloud sql', 'timescale'],
  logo: postgresLogo,
  stage: 'released',
  verified: {
    how: 'Real servers of versions 10 to 18, and PgBouncer; a Singer tap run with the files',
    date: '2026-11-29',
    page: 'https://www.postgresql.org/docs/current/catalogs.html',
  },
  auth_methods: [
    { key: 'password', title: 'User and password', type: 'BASIC', properties: ['user', 'password'] },
  ],
  description: 'Tables and views of a PostgreSQL database, version 10 or newer.',
  stream_noun: 'table',
  steps: ['form', 'discover_schema', 'field_selection'],
  properties,
  pasted_address: {
    schemes: ['postgres', 'postgresql'],
    fills: [
      { part: 'host', property: 'host' },
      { part: 'port', property: 'port' },
      { part: 'database', property: 'dbname' },
      { part: 'user', property: 'user' },
      { part: 'password', property: 'password' },
      { part: 'tls_mode', property: 'ssl' },
    ],
  },
  unsupported: noTunnel,
  authorization: null,
  default_scheduling_interval: 30,
  default_start_date: null,
}
