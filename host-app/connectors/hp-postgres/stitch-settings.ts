import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'

/*
 * What Stitch, and Singer's taps for PostgreSQL, take beside the settings that a person is asked for. Whoever moves over
 * sends them as they are; the tap finds them in its config.
 */

const names = { type: 'string', minLength: 1, maxLength: 65_536 }
const number = { type: 'string', pattern: '^[0-9]{1,18}$' }
const boolean = { type: 'string', pattern: '^(true|false)$' }
const text = { type: 'string', minLength: 1, maxLength: 255 }

const settings: Readonly<
  Record<string, Pick<PropertyInfo, 'title' | 'json_schema'> & Partial<PropertyInfo>>
> = {
  start_date: {
    title: 'Start date',
    description: 'For taps: what is older is not read.',
    json_schema: { type: 'string', format: 'date-time', maxLength: 40 },
  },
  image_version: {
    title: 'Image version',
    description: 'Kept for Stitch’s clients; nothing follows from it.',
    json_schema: text,
  },
  filter_dbs: {
    title: 'Databases',
    description: 'Names with commas between them: only these are looked at.',
    json_schema: names,
  },
  filter_schemas: {
    title: 'Schemas',
    description: 'Names with commas between them: only these are looked at.',
    json_schema: names,
  },
  default_replication_method: {
    title: 'Default replication method',
    json_schema: { type: 'string', enum: ['FULL_TABLE', 'INCREMENTAL', 'LOG_BASED'] },
  },
  include_schemas_in_destination_stream_name: {
    title: 'Schema in the names of streams',
    json_schema: boolean,
    property_type: 'user_provided_immutable',
  },
  use_log_based_replication: { title: 'Log-based replication', json_schema: boolean },
  replication_slot_name: { title: 'Replication slot', json_schema: text },
  tap_id: { title: 'Id of the tap', json_schema: text },
  break_at_end_lsn: { title: 'Break at the end of the log', json_schema: boolean },
  debug_lsn: { title: 'Debug positions of the log', json_schema: boolean },
  incremental_limit: { title: 'Rows of an incremental query', json_schema: number },
  limit: { title: 'Rows of a query', json_schema: number },
  itersize: { title: 'Rows fetched at once', json_schema: number },
  logical_poll_total_seconds: { title: 'Seconds to poll the log', json_schema: number },
  max_run_seconds: { title: 'Seconds to run', json_schema: number },
  socket_timeout: { title: 'Timeout of the socket', json_schema: number },
}

export function stitchProperties(firstOrder: number): PropertyInfo[] {
  return Object.entries(settings).map(([name, setting], index) => ({
    name,
    is_required: false,
    is_credential: false,
    property_type: 'user_provided_advanced',
    affects_authorization: false,
    in_form: false,
    group: 'Tap',
    order: firstOrder + index,
    ...setting,
  }))
}

/** Those of a source that its tap is given. */
export function forTap(values: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(values)
  return Object.fromEntries(
    entries.filter(([name]) => name !== 'image_version' && Object.hasOwn(settings, name)),
  )
}

export const unsupported: ConnectorInfo['unsupported'] = [
  {
    names: [
      'ssh',
      'ssh_host',
      'ssh_port',
      'ssh_user',
      'ssh_key',
      'ssh_password',
      'ssh_private_key',
      'encryption_type',
    ],
    reason: 'A tunnel by SSH cannot be made yet. The server has to be within reach without one.',
  },
]
