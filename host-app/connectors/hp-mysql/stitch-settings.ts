import { tapBoolean, tapNames, tapNumber, tapText, type TapSettings } from '../own-sockets/tap-settings.ts'

/** What Stitch, and Singer's taps for MySQL, take beside the settings that a person is asked for. */
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
  server_id: {
    title: 'Server id',
    description: 'For log-based replication: by what number the tap is known among the server’s replicas.',
    json_schema: { type: 'string', pattern: '^[1-9][0-9]{0,9}$' },
  },
  include_schemas_in_destination_stream_name: {
    title: 'Database in the names of streams',
    json_schema: tapBoolean,
    property_type: 'user_provided_immutable',
  },
  ssl_client_auth_enabled: {
    title: 'Client certificate',
    description: 'false: the client certificate is not used.',
    json_schema: tapBoolean,
  },
  use_gtid: { title: 'Positions of the log as GTIDs', json_schema: tapBoolean },
  fastsync_parallelism: { title: 'Tables read at once', json_schema: tapNumber },
  incremental_limit: { title: 'Rows of an incremental query', json_schema: tapNumber },
  export_batch_rows: { title: 'Rows of a batch', json_schema: tapNumber },
  request_timeout: { title: 'Timeout of a read', json_schema: tapNumber },
}
