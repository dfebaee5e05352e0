import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import { hostPattern, pemOutline, portPattern } from '../own-sockets/setting-patterns.ts'
import { hostKeyPattern } from '../ssh/host-keys.ts'
import { sftpLogo } from './sftp-logo.ts'

const server = 'Server'
const signIn = 'Sign-in'
const files = 'Files'

const secrets = ['password', 'private_key', 'passphrase']

type Rest = Pick<PropertyInfo, 'name' | 'title' | 'order'> & Partial<PropertyInfo>

function setting(rest: Rest): PropertyInfo {
  return {
    is_required: false,
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
    description: 'The name or IP address of the SFTP server, without a port.',
    placeholder: 'sftp.example.com',
    is_required: true,
    json_schema: { type: 'string', minLength: 1, maxLength: 255, pattern: hostPattern },
    group: server,
    order: 1,
  }),
  setting({
    name: 'port',
    binds: secrets,
    title: 'Port',
    description: 'Nearly always 22.',
    is_required: true,
    default: '22',
    json_schema: { type: 'string', pattern: portPattern },
    control: 'number',
    group: server,
    order: 2,
  }),
  setting({
    name: 'host_key',
    binds: secrets,
    binds_once_given: true,
    title: 'Key of the server',
    description:
      'By it the server is known: a fingerprint, or a line of known_hosts. Without one the check says which key the ' +
      'server shows, for you to compare; until it is entered, no password is sent.',
    placeholder: 'SHA256:…',
    json_schema: { type: 'string', minLength: 1, maxLength: 16_384, pattern: hostKeyPattern },
    // Of several lines of known_hosts the ends count.
    control: 'multiline',
    group: server,
    order: 3,
  }),
  setting({
    name: 'username',
    also_named: ['user'],
    title: 'User',
    description: 'A user who may read the files and nothing else is enough, and best.',
    is_required: true,
    json_schema: { type: 'string', minLength: 1, maxLength: 128 },
    group: signIn,
    order: 4,
  }),
  setting({
    name: 'password',
    title: 'Password',
    description: 'This, or a private key.',
    is_credential: true,
    json_schema: { type: 'string', minLength: 1, maxLength: 1024 },
    control: 'secret',
    group: signIn,
    order: 5,
  }),
  setting({
    name: 'private_key',
    title: 'Private key',
    description:
      'The whole of the file, such as id_ed25519 or id_rsa. Its public half belongs on the server.',
    placeholder: pemOutline('OPENSSH PRIVATE KEY'),
    is_credential: true,
    json_schema: { type: 'string', minLength: 1, maxLength: 65_536 },
    control: 'secret',
    group: signIn,
    order: 6,
  }),
  setting({
    name: 'passphrase',
    title: 'Passphrase of the key',
    description: 'If the key is encrypted.',
    is_credential: true,
    json_schema: { type: 'string', minLength: 1, maxLength: 1024 },
    control: 'secret',
    group: signIn,
    order: 7,
  }),
  setting({
    name: 'search_prefix',
    title: 'Folder',
    description:
      'Its files, and those in folders below it, are looked at. Without one it is where the user begins.',
    placeholder: '/exports/orders',
    json_schema: { type: 'string', minLength: 1, maxLength: 1024 },
    group: files,
    order: 8,
  }),
  setting({
    name: 'search_pattern',
    title: 'Pattern of file names',
    description:
      'A regular expression that paths have to match, such as orders-.*\\.csv$. Without one all CSV and JSON lines files do.',
    placeholder: '\\.csv$',
    json_schema: { type: 'string', minLength: 1, maxLength: 1024 },
    group: files,
    order: 9,
  }),
  setting({
    name: 'table_name',
    title: 'Name of the table',
    description: 'All of the files become one table, of this name.',
    default: 'files',
    group: files,
    order: 10,
  }),
  setting({
    name: 'key_properties',
    title: 'Key',
    description: 'The columns that tell one row from all others, with commas between them.',
    placeholder: 'id',
    json_schema: { type: 'string', minLength: 1, maxLength: 4096 },
    group: files,
    order: 11,
  }),
  setting({
    name: 'tables',
    title: 'Several tables',
    description:
      'As Singer’s tap-sftp has them: a JSON list of objects with table_name, search_prefix, search_pattern, ' +
      'key_properties, delimiter and date_overrides. It rules over folder, pattern, name and key.',
    placeholder:
      '[{"table_name": "orders", "search_prefix": "/exports", "search_pattern": "orders.*csv$", …}]',
    property_type: 'user_provided_advanced',
    json_schema: {
      type: 'string',
      maxLength: 65_536,
      pattern: '^\\s*\\[[\\s\\S]*\\]\\s*$',
      contentMediaType: 'application/json',
    },
    control: 'multiline',
    order: 12,
  }),
  setting({
    name: 'request_timeout',
    title: 'Timeout',
    description: 'Seconds to wait for the server; more than 55 counts as 55.',
    property_type: 'user_provided_advanced',
    json_schema: { type: 'string', pattern: '^[1-9][0-9]{0,3}$' },
    control: 'number',
    order: 13,
  }),
  setting({
    name: 'start_date',
    title: 'Start date',
    description: 'For taps: files that are older are not read.',
    property_type: 'user_provided_advanced',
    in_form: false,
    json_schema: { type: 'string', format: 'date-time', maxLength: 40 },
    group: 'Tap',
    order: 14,
  }),
]

export const sftpInfo: ConnectorInfo = {
  type: 'platform.sftp',
  slug: 'sftp',
  name: 'SFTP',
  category: 'Files',
  keywords: ['ssh', 'ftp', 'csv', 'tsv', 'json', 'jsonl', 'files', 'folder'],
  logo: sftpLogo,
  stage: 'beta',
  verified: {
    how:
      'OpenSSH of Debian, signed in by key; by password only a server of the ssh2 package, since OpenSSH asks for root ' +
      'to check one. No Singer tap was run with the catalog',
    date: '2026-11-30',
    page: 'https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02',
  },
  auth_methods: [
    {
      key: 'sign_in',
      title: 'User with a password or a key',
      type: 'BASIC',
      properties: ['username', 'password', 'private_key', 'passphrase'],
    },
  ],
  description: 'CSV and JSON lines files in the folders of an SFTP server.',
  stream_noun: 'table',
  steps: ['form', 'discover_schema', 'field_selection'],
  properties,
  pasted_address: {
    schemes: ['sftp', 'ssh'],
    fills: [
      { part: 'host', property: 'host' },
      { part: 'port', property: 'port' },
      { part: 'user', property: 'username' },
      { part: 'password', property: 'password' },
    ],
  },
  unsupported: [
    {
      names: ['private_key_file'],
      reason: 'There are no files of yours here: the key itself is to be given, as private_key.',
    },
    {
      names: ['encoding_format'],
      reason: 'Files are read as UTF-8, or as UTF-16 where they begin with its mark.',
    },
  ],
  authorization: null,
  default_scheduling_interval: 60,
  default_start_date: null,
}
