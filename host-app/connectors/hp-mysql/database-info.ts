import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { encryptionSettings } from '../own-sockets/encryption-settings.ts'
import { addressSettings, timeoutSetting, userSettings } from '../own-sockets/server-settings.ts'
import { advanced, inOrder } from '../setting-kinds.ts'
import { tapProperties } from '../own-sockets/tap-settings.ts'
import { otherTunnels, tunnelSettings } from '../ssh/tunnel-settings.ts'
import { defaultConnectTimeout, defaultPort, defaultTlsMode } from './mysql-settings.ts'
import { stitchSettings } from './stitch-settings.ts'

/** What the two types differ in. */
type Product = Pick<ConnectorInfo, 'type' | 'slug' | 'name' | 'keywords' | 'logo' | 'stage' | 'verified'> & {
  /** From which on it is read. */
  readonly oldest: string
}

const secrets = ['password', 'ssl_key', 'ssl_key_passphrase']

const properties = inOrder([
  ...addressSettings(secrets, { what: 'database', example: 'db.example.com', port: defaultPort }),
  advanced({
    name: 'dbname',
    title: 'Database',
    description: 'If only one is to be looked at. Leave it empty for all that the user may read.',
    json_schema: { type: 'string', minLength: 1, maxLength: 64 },
    vendor_options: { depends_on: ['host', 'user', 'password'] },
    group: 'Server',
  }),
  ...userSettings,
  ...encryptionSettings(secrets, {
    names: { ca: 'ssl_ca', certificate: 'ssl_cert', key: 'ssl_key', passphrase: 'ssl_key_passphrase' },
    mode: {
      default: defaultTlsMode,
      // As taps and Stitch have it, and MySQL's own client.
      also_spelled: {
        true: 'require',
        false: 'disable',
        DISABLED: 'disable',
        REQUIRED: 'require',
        VERIFY_CA: 'verify-ca',
        VERIFY_IDENTITY: 'verify-full',
      },
      also_named: ['ssl_mode', 'sslmode'],
    },
    required: '; verified where a CA certificate is given',
    caIn: ['require', 'verify-ca', 'verify-full'],
    whoAsksForCertificate: '',
  }),
  ...tunnelSettings(secrets),
  timeoutSetting(defaultConnectTimeout),
])

export function databaseInfo({ oldest, ...product }: Product): ConnectorInfo {
  return {
    ...product,
    category: 'Database',
    auth_methods: [
      { key: 'password', title: 'User and password', type: 'BASIC', properties: ['user', 'password'] },
    ],
    description: `Tables and views of a ${product.name} server, version ${oldest} or newer.`,
    stream_noun: 'table',
    steps: ['form', 'discover_schema', 'field_selection'],
    properties: [...properties, ...tapProperties(stitchSettings, properties.length + 1)],
    pasted_address: {
      schemes: ['mysql', 'mariadb', 'mysql2'],
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
}
