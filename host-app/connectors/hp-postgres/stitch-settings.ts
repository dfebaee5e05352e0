import { tapBoolean, tapNames, tapNumber, tapText, type TapSettings } from '../own-sockets/tap-settings.ts'

/** What Stitch, and Singer's taps for PostgreSQL, take beside the settings that a person is asked for. */
export const stitchSettings: TapSettings = {
  start_date: {
    title: 'Start date',
    description: 'For taps: what is older is not read.',
    json_schema: { type: 'string', format: 'date-time', maxLength: 40 },
  },
  image_version: {
    title: 'Image version',
    description: 'Kept for Stitch’s clients; nothing follows from it.',
    json_schema: tapText,
  },
  filter_dbs: {
    title: 'Databases',
    description: 'Names with commas between them: only these are looked at.',
    json_schema: tapNames,
  },
  filter_schemas: {
    title: 'Schemas',
    description: 'Names with commas between them: only these are looked at.',
    json_schema: tapNames,
  },
  default_replication_method: {
    title: 'Default replication method',
    json_schema: { type: 'string', enum: ['FULL_TABLE', 'INCREMENTAL', 'LOG_BASED'] },
  },
  include_schemas_in_destination_stream_name: {
    title: 'Schema in the names of streams',
    json_schema: tapBoolean,
    property_type: 'user_provided_immutable',
  },
  use_log_based_replication: { title: 'Log-based replication', json_schema: tapBoolean },
  replication_slot_name: { title: 'Replication slot', json_schema: tapText },
  tap_id: { title: 'Id of the tap', json_schema: tapText },
  break_at_end_lsn: { title: 'Break at the end of the log', json_schema: tapBoolean },
  debug_lsn: { title: 'Debug positions of the log', json_schema: tapBoolean },
  incremental_limit: { title: 'Rows of an incremental query', json_schema: tapNumber },
  limit: { title: 'Rows of a query', json_schema: tapNumber },
  itersize: { title: 'Rows fetched at once', json_schema: tapNumber },
  logical_poll_total_seconds: { title: 'Seconds to poll the log', json_schema: tapNumber },
  max_run_seconds: { title: 'Seconds to run', json_schema: tapNumber },
  socket_timeout: { title: 'Timeout of the socket', json_schema: tapNumber },
}
