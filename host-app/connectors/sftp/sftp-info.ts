import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { addressSettings } from '../own-sockets/server-settings.ts'
import { advanced, inOrder, setting } from '../setting-kinds.ts'
import { hostKeySetting, proofSettings } from '../ssh/sign-in-settings.ts'
import { sftpLogo } from './sftp-logo.ts'

const signIn = 'Sign-in'
const files = 'Files'

const secrets = ['password', 'private_key', 'passphrase']

const properties = inOrder([
  ...addressSettings(secrets, { what: 'SFTP', example: 'sftp.example.com', port: '22' }),
  hostKeySetting(secrets, { name: 'host_key', title: 'Key of the server', group: 'Server' }),
  setting({
    name: 'username',
    also_named: ['user'],
    title: 'User',
    description: 'A user who may read the files and nothing else is enough, and best.',
    json_schema: { type: 'string', minLength: 1, maxLength: 128 },
    group: signIn,
  }),
  ...proofSettings(
    {
      password: { name: 'password', title: 'Password' },
      privateKey: { name: 'private_key', title: 'Private key' },
      passphrase: { name: 'passphrase', title: 'Passphrase of the key' },
    },
    { group: signIn },
  ),
  setting({
    is_required: false,
    name: 'search_prefix',
    title: 'Folder',
    description:
      'Its files, and those in folders below it, are looked at. Without one it is where the user begins.',
    placeholder: '/exports/orders',
    json_schema: { type: 'string', minLength: 1, maxLength: 1024 },
    group: files,
  }),
  setting({
    is_required: false,
    name: 'search_pattern',
    title: 'Pattern of file names',
    description:
      'A regular expression that paths have to match, such as orders-.*\\.csv$. Without one all CSV and JSON lines files do.',
    placeholder: '\\.csv$',
    json_schema: { type: 'string', minLength: 1, maxLength: 1024 },
    group: files,
  }),
  setting({
    is_required: false,
    name: 'table_name',
    title: 'Name of the table',
    description: 'All of the files become one table, of this name.',
    default: 'files',
    group: files,
  }),
  setting({
    is_required: false,
    name: 'key_properties',
    title: 'Key',
    description: 'The columns that tell one row from all others, with commas between them.',
    placeholder: 'id',
    json_schema: { type: 'string', minLength: 1, maxLength: 4096 },
    group: files,
  }),
  advanced({
    name: 'tables',
    title: 'Several tables',
    description:
      'As Singer’s tap-sftp has them: a JSON list of objects with table_name, search_prefix, search_pattern, ' +
      'key_properties, delimiter and date_overrides. It rules over folder, pattern, name and key.',
    placeholder:
      '[{"table_name": "orders", "search_prefix": "/exports", "search_pattern": "orders.*csv$", …}]',
    json_schema: {
      type: 'string',
      maxLength: 65_536,
      pattern: '^\\s*\\[[\\s\\S]*\\]\\s*$',
      contentMediaType: 'application/json',
    },
    control: 'multiline',
  }),
  advanced({
    name: 'request_timeout',
    title: 'Timeout',
    description: 'Seconds to wait for the server; more than 55 counts as 55.',
    json_schema: { type: 'string', pattern: '^[1-9][0-9]{0,3}$' },
    control: 'number',
  }),
  advanced({
    name: 'start_date',
    title: 'Start date',
    description: 'For taps: files that are older are not read.',
    in_form: false,
    json_schema: { type: 'string', format: 'date-time', maxLength: 40 },
    group: 'Tap',
  }),
])

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
