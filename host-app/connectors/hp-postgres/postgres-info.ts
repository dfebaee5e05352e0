import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { encryptionSettings } from '../own-sockets/encryption-settings.ts'
import { addressSettings, timeoutSetting, userSettings } from '../own-sockets/server-settings.ts'
import { inOrder, setting } from '../setting-kinds.ts'
import { tapProperties } from '../own-sockets/tap-settings.ts'
import { otherTunnels, tunnelSettings } from '../ssh/tunnel-settings.ts'
import { postgresLogo } from './postgres-logo.ts'
import { stitchSettings } from './stitch-settings.ts'
import { defaultConnectTimeout, defaultTlsMode } from './postgres-settings.ts'

const secrets = ['password', 'ssl_client_key', 'ssl_client_key_passphrase']

const properties = inOrder([
  ...addressSettings(secrets, { what: 'database', example: 'db.example.com', port: '5432' }),
  setting({
    name: 'dbname',
    title: 'Database',
    description: 'The name of the database to read from.',
    json_schema: { type: 'string', minLength: 1, maxLength: 128 },
    vendor_options: { depends_on: ['host', 'user', 'password'] },
    group: 'Server',
  }),
  ...userSettings,
  ...encryptionSettings(secrets, {
    names: {
      ca: 'ssl_ca_certificate',
      certificate: 'ssl_client_certificate',
      key: 'ssl_client_key',
      passphrase: 'ssl_client_key_passphrase',
    },
    mode: {
      default: defaultTlsMode,
      // As taps and Stitch have it; libpq's name rules where both are given, since it says more.
      also_spelled: { true: 'require', false: 'disable' },
      also_named: ['sslmode'],
    },
    required: ', the certificate is not checked',
    caIn: ['verify-ca', 'verify-full'],
    whoAsksForCertificate: ', such as Google Cloud SQL where it is so set',
  }),
  ...tunnelSettings(secrets),
  timeoutSetting(defaultConnectTimeout),
])

export const postgresInfo: ConnectorInfo = {
  type: 'platform.hp-postgres',
  slug: 'postgres',
  name: 'PostgreSQL',
  category: 'Database',
  keywords: ['postgres', 'sql', 'supabase', 'neon', 'rds', 'aurora', 'cloud sql', 'timescale'],
  logo: postgresLogo,
  stage: 'released',
  verified: {
    how: 'Real servers of versions 10 to 18, and PgBouncer, and through OpenSSH; a Singer tap run with the files',
    date: '2026-11-30',
    page: 'https://www.postgresql.org/docs/current/catalogs.html',
  },
  auth_methods: [
    { key: 'password', title: 'User and password', type: 'BASIC', properties: ['user', 'password'] },
  ],
  description: 'Tables and views of a PostgreSQL database, version 10 or newer.',
  stream_noun: 'table',
  steps: ['form', 'discover_schema', 'field_selection'],
  properties: [...properties, ...tapProperties(stitchSettings, properties.length + 1)],
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
  unsupported: otherTunnels,
  authorization: null,
  default_scheduling_interval: 30,
  default_start_date: null,
}
